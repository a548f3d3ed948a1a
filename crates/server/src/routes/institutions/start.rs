//! How a sync begins, whoever asks for it: what a login leads to, and who is first when several begin at once.

use super::find::find_to_change;
use super::login;
use super::tell::tell;
use crate::aggregators::sandbox::{self, Bank as TestBank};
use crate::aggregators::{Nobody, Psu};
use crate::app::App;
use crate::audit::Kind;
use crate::engine::mark;
use crate::engine::work::due_after;
use crate::engine::work::{Job, Run, user_name};
use crate::http::problem::{Answer, Refusal};
use crate::limits::Limit;
use crate::routes::oauth::code::{self, CODE};
use crate::routes::user::{User, unknown_token};
use crate::routes::ways::ways;
use crate::store::attempts::Attempt;
use crate::store::course::{self, Course};
use crate::store::institutions::{self, Begin};
use axum::http::StatusCode;
use connect_core::Secret;
use connect_core::api::{Duplicates, Institution, Provider, SyncStatus, SyncStep};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A running sync writes once for each of its steps, and each time a request that takes over must look again.
pub const TRIES: usize = 12;

/// The status says whether a sync has begun.
pub type Started = (StatusCode, axum::Json<Institution>);

/// What a sync is to do.
#[derive(Clone)]
pub enum Plan {
    Login {
        provider: Box<Provider>,
        credentials: BTreeMap<String, Secret>,
    },
    /// All of them; the course says what they are the answers to.
    Answers(Vec<Secret>),
    Refresh {
        interactive: bool,
    },
    /// How it goes now.
    Look,
}

/// Puts a new sync in the place of whatever runs now, which may write at the same moment.
pub async fn take_over(
    app: &App,
    user: &User,
    mut institution: Institution,
    plan: &Plan,
) -> Answer<Started> {
    for _ in 0..TRIES {
        let id = institution.id.clone();
        // Another sync begins or ends at this moment: nobody can say yet what the bank has made of it.
        let is_between =
            institution.sync_status == SyncStatus::Syncing && !app.syncs.is_followed(&id);
        if (!is_between || plan.is_login())
            && let course = course(app, &institution.id).await?
            && let Some(started) = restart(app, user, institution, course, plan).await?
        {
            return Ok(started);
        }
        institution = find_to_change(app, user, &id).await?;
    }
    Err(changed_meanwhile())
}

/// What is kept for the aggregator; a connection of a version that knew none begins anew.
pub async fn course(app: &App, id: &str) -> Answer<Course> {
    let found = course::find(&app.db, id).await?;
    Ok(found.unwrap_or_default())
}

/// `None`: somebody else has written since the institution and the course were read.
pub async fn restart(
    app: &App,
    user: &User,
    mut institution: Institution,
    mut course: Course,
    plan: &Plan,
) -> Answer<Option<Started>> {
    let attempt = attempt(app, user, plan).await?;
    let is_under_way = match plan {
        Plan::Login { credentials, .. } => {
            code::is_spent(app, &institution, credentials, attempt.as_ref()).await?
                || is_sent_again(app, &institution, credentials)
        }
        // A login that is being sent cannot be sent again: the sync that is wanted is this one.
        _ => course.sends && app.syncs.is_followed(&institution.id),
    };
    if is_under_way {
        let institution = tell(app, user, institution).await?;
        return Ok(Some((StatusCode::ACCEPTED, axum::Json(institution))));
    }
    // A sync waits for its aggregator; a login may take another way.
    if plan.is_login() {
        settle_way(app, &institution, &mut course).await?;
    }
    follow_attempt(&mut course, attempt.as_ref());
    prepare(user, &mut course, plan);
    mark::begin(&mut institution, plan.first_step());
    if let Plan::Login {
        provider,
        credentials,
    } = plan
    {
        course.login = Some(login::id(app, user, &institution, provider, credentials));
    }
    let owner = user.owner();
    let most = app.limits.room().running;
    let begun = institutions::begin(&app.db, &owner, &mut institution, &mut course, most);
    match begun.await? {
        Begin::Done => {}
        Begin::TooMany | Begin::Full => {
            return Err(Refusal::too_many(Limit::SyncsPerUser, most));
        }
        Begin::Outrun => return Ok(None),
        // Only a new connection looks at the token once more.
        Begin::Ended => return Err(unknown_token()),
    }
    let started = spawn(app, user, institution, course, plan, attempt.as_ref());
    Ok(Some(started.await))
}

/// The same login is under way: its answer was lost, and a token that can be used once must not be sent twice.
fn is_sent_again(
    app: &App,
    institution: &Institution,
    credentials: &BTreeMap<String, Secret>,
) -> bool {
    institutions::is_running(institution)
        && app.syncs.is_followed(&institution.id)
        && app
            .syncs
            .typing()
            .was_sent(&institution.id, &mark_of(app, institution, credentials))
}

/// Tells whether two logins are the same, and nothing else.
pub fn mark_of(
    app: &App,
    institution: &Institution,
    credentials: &BTreeMap<String, Secret>,
) -> String {
    let mut texts = vec!["sent", institution.id.as_str()];
    for (name, value) in credentials {
        texts.extend([name.as_str(), value.expose()]);
    }
    app.identity.of(&texts)
}

/// What is written down before anything is sent.
pub fn prepare(user: &User, course: &mut Course, plan: &Plan) {
    course.begin(due_after(Duration::ZERO));
    course.only = user.grant.options.duplicates == Some(Duplicates::Reject);
    if plan.is_login() {
        course.sends = true;
        course.barred = false;
        // A new login: its questions are new ones.
        course.tries = course::Tries::default();
    }
}

/// A connection goes on through the aggregator that it came about through, as long as that one is there.
async fn settle_way(app: &App, institution: &Institution, course: &mut Course) -> Answer<()> {
    let stays = app.aggregators.find(&course.aggregator).is_some() && !course.bank.is_empty();
    if stays {
        return Ok(());
    }
    let ways = ways(app, &institution.provider).await?;
    let own = ways.iter().find(|way| way.member.id == course.aggregator);
    if let Some(own) = own {
        course.bank = own.bank.clone();
    } else if let Some(first) = ways.first() {
        *course = course.through(&first.member.id, &first.bank);
    }
    Ok(())
}

/// The sync has begun in the database. A bank's code is used only now: one that is used up for a refused request is lost.
pub async fn spawn(
    app: &App,
    user: &User,
    institution: Institution,
    course: Course,
    plan: &Plan,
    attempt: Option<&Attempt>,
) -> Started {
    // Before the sync can end.
    if let Plan::Login { credentials, .. } = plan {
        app.audit.record(Kind::LoginSent.about(&institution));
        let mark = mark_of(app, &institution, credentials);
        app.syncs.typing().note_sent(&institution.id, mark);
    }
    let member = app.aggregators.find(&course.aggregator);
    let run = Run {
        aggregator: member
            .map_or_else(|| Arc::new(Nobody) as _, |member| member.aggregator.clone()),
        job: job(app, user, &institution, &course, plan, attempt).await,
        course,
        owner: user.owner(),
        whose: app.who(&user.owner()),
    };
    app.syncs.spawn(institution.clone(), run);
    if let Plan::Login { credentials, .. } = plan {
        code::forget(app, credentials).await;
    }
    (StatusCode::ACCEPTED, axum::Json(institution))
}

impl Plan {
    fn is_login(&self) -> bool {
        matches!(self, Plan::Login { .. })
    }

    pub fn first_step(&self) -> SyncStep {
        match self {
            Plan::Answers(_) => SyncStep::TwoFactor,
            Plan::Login { .. } | Plan::Refresh { .. } | Plan::Look => SyncStep::Login,
        }
    }
}

/// The login at a bank's own page that a plan's code stands for.
pub async fn attempt(app: &App, user: &User, plan: &Plan) -> Answer<Option<Attempt>> {
    match plan {
        Plan::Login { credentials, .. } => {
            Ok(code::attempt(app, &user.owner(), credentials).await?)
        }
        _ => Ok(None),
    }
}

/// Whoever has sent the user to the bank goes on with them.
pub fn follow_attempt(course: &mut Course, attempt: Option<&Attempt>) {
    if let Some(attempt) = attempt
        && attempt.aggregator != course.aggregator
    {
        *course = course.through(&attempt.aggregator, &attempt.asked.bank);
    }
}

async fn job(
    app: &App,
    user: &User,
    institution: &Institution,
    course: &Course,
    plan: &Plan,
    attempt: Option<&Attempt>,
) -> Job {
    match plan {
        Plan::Login {
            provider,
            credentials,
        } if provider.oauth && course.aggregator != sandbox::ID => {
            code::redeem(app, institution, credentials, attempt).await
        }
        Plan::Login { credentials, .. } => {
            let credentials = match TestBank::named(&course.bank) {
                Some(bank) if course.aggregator == sandbox::ID && bank.is_oauth() => {
                    match code::exchange(app, bank, &institution.id, credentials).await {
                        Ok(typed) => typed,
                        Err(job) => return job,
                    }
                }
                _ => credentials.clone(),
            };
            Job::Login {
                user: user_name(&app.identity, &user.owner()),
                bank: course.bank.clone(),
                credentials,
                psu: Psu {
                    ip: Some(user.address.0.to_string()),
                    ..Psu::default()
                },
            }
        }
        Plan::Answers(answers) => Job::Answers(answers.clone()),
        Plan::Refresh { interactive } => Job::Refresh {
            interactive: *interactive,
        },
        Plan::Look => Job::Look,
    }
}

pub fn check_credentials(
    provider: &Provider,
    credentials: &BTreeMap<String, Secret>,
) -> Answer<()> {
    let fields = provider.login_fields().into_iter();
    let required: Vec<String> = match provider.oauth {
        true => vec![CODE.into()],
        false => fields
            .filter(|field| field.required)
            .map(|field| field.name)
            .collect(),
    };
    for name in required {
        if credentials.get(&name).is_none_or(Secret::is_empty) {
            return Err(Refusal::invalid(format!("credentials.{name} is missing")));
        }
    }
    Ok(())
}

pub fn changed_meanwhile() -> Refusal {
    Refusal::conflict("another request has changed the institution at the same time")
}
