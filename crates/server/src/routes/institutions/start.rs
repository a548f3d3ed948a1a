//! How a sync begins, whoever asks for it: what a login leads to, and who is first when several begin at once.

use super::find_to_change;
use super::login;
use super::tell::tell;
use crate::aggregators::sandbox::{Bank, Script};
use crate::app::App;
use crate::audit::Kind;
use crate::engine::course::{Errand, Job};
use crate::engine::sync::Syncs;
use crate::engine::work::{Continuation, LoginOf, Run, Work};
use crate::http::problem::{Answer, Refusal};
use crate::limits::Limit;
use crate::routes::oauth::code::{self, CODE};
use crate::routes::providers::route;
use crate::routes::user::{User, unknown_token};
use crate::store::institutions::{self, Begin};
use axum::http::StatusCode;
use connect_core::Secret;
use connect_core::api::{Duplicates, Institution, Provider, SyncError, SyncStep, error_name};
use std::collections::BTreeMap;

/// A running sync writes once for each of its steps, and each time a request that takes over must look again.
pub const TRIES: usize = 12;

/// The status says whether a sync has begun.
pub type Started = (StatusCode, axum::Json<Institution>);

/// What a sync is to do.
#[derive(Clone)]
pub enum Plan {
    Login(BTreeMap<String, Secret>),
    GoOn(Box<Continuation>),
}

/// Puts a new sync in the place of whatever runs now, which may write at the same moment. What it is to do is asked anew
/// for each try: what fitted the institution as it was need not fit what somebody else has made of it.
pub async fn take_over(
    app: &App,
    user: &User,
    mut institution: Institution,
    plan: impl Fn(&Institution) -> Option<Plan>,
) -> Answer<Started> {
    for _ in 0..TRIES {
        let id = institution.id.clone();
        if let Some(plan) = plan(&institution)
            && let Some(started) = restart(app, user, institution, &plan).await?
        {
            return Ok(started);
        }
        institution = find_to_change(app, user, &id).await?;
    }
    Err(changed_meanwhile())
}

/// `None`: somebody else has written since the institution was read.
pub async fn restart(
    app: &App,
    user: &User,
    mut institution: Institution,
    plan: &Plan,
) -> Answer<Option<Started>> {
    if matches!(plan, Plan::Login(credentials) if code::is_spent(app, &institution, credentials)) {
        let institution = tell(app, user, institution).await?;
        return Ok(Some((StatusCode::ACCEPTED, axum::Json(institution))));
    }
    Syncs::begin(&mut institution, plan.first_step());
    let login = match plan {
        Plan::Login(credentials) => {
            LoginOf::Run(Some(login::id(app, user, &institution, credentials)))
        }
        Plan::GoOn(continuation) => continuation.login.clone(),
    };
    let owner = user.owner();
    let most = app.limits.room().running;
    let (begun, login) =
        institutions::begin(&app.db, &owner, &mut institution, login, most).await?;
    match begun {
        Begin::Done => {}
        Begin::TooMany | Begin::Full => {
            return Err(Refusal::too_many(Limit::SyncsPerUser, most));
        }
        Begin::Outrun => return Ok(None),
        // Only a new connection looks at the token once more.
        Begin::Ended => return Err(unknown_token()),
    }
    Ok(Some(spawn(app, user, institution, plan, login).await))
}

/// The sync has begun in the database. A bank's code is used only now: one that is used up for a refused request is lost.
pub async fn spawn(
    app: &App,
    user: &User,
    institution: Institution,
    plan: &Plan,
    login: Option<String>,
) -> Started {
    let work = match plan {
        Plan::Login(credentials) => {
            app.syncs.forget_tries(&institution.id);
            log_in(app, &institution, credentials)
        }
        Plan::GoOn(continuation) => {
            let answered = continuation.answered.iter();
            answered.for_each(|question| app.syncs.tried(&institution.id, question));
            continuation.work.clone()
        }
    };
    let run = within(app, user, work, login);
    // Before the sync can end.
    if matches!(plan, Plan::Login(_)) {
        app.audit.record(Kind::LoginSent.about(&institution));
    }
    app.syncs.spawn(institution.clone(), run);
    if let Plan::Login(credentials) = plan {
        code::forget(app, credentials).await;
    }
    (StatusCode::ACCEPTED, axum::Json(institution))
}

impl Plan {
    pub fn first_step(&self) -> Option<SyncStep> {
        match self {
            Plan::Login(_) => Some(SyncStep::Login),
            Plan::GoOn(continuation) => continuation.work.first_step(),
        }
    }
}

/// The work with what the session says: other requests than the first one lead to a second connection as well.
fn within(app: &App, user: &User, work: Work, login: Option<String>) -> Run {
    let rejects = user.grant.options.duplicates == Some(Duplicates::Reject);
    Run {
        work,
        login,
        only_of: rejects.then(|| user.owner()),
        whose: app.who(&user.owner()),
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

/// Who answers for the bank: an aggregator, or in the sandbox a test bank.
fn log_in(app: &App, institution: &Institution, credentials: &BTreeMap<String, Secret>) -> Work {
    if let Some((member, bank)) = route(app, &institution.provider) {
        return Work::Aggregator(Errand {
            id: member.id.clone(),
            aggregator: member.aggregator.clone(),
            job: Job::Login {
                bank,
                credentials: credentials.clone(),
            },
        });
    }
    let script = if app.sandbox {
        let bank = Bank::of(&institution.provider);
        match bank.is_oauth() {
            true => bank.login(&code::exchange(app, bank, &institution.id, credentials)),
            false => bank.login(credentials),
        }
    } else {
        Script::failing(SyncError {
            name: error_name::INSTITUTION_UNAVAILABLE.into(),
            message: "No aggregator of this server reaches this bank any more.".into(),
            ..SyncError::default()
        })
    };
    Work::Script(Box::new(script))
}

pub fn changed_meanwhile() -> Refusal {
    Refusal::conflict("another request has changed the institution at the same time")
}
