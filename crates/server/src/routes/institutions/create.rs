//! `POST /v1/institutions`: how a connection begins.

use super::login;
use super::start::{
    Plan, Started, TRIES, attempt, changed_meanwhile, check_credentials, course, follow_attempt,
    mark_of, prepare, restart, spawn,
};
use super::tell::tell;
use crate::app::{App, Shared};
use crate::audit::Kind;
use crate::crypto::random;
use crate::engine::mark;
use crate::http::body::Json;
use crate::http::problem::{Answer, Refusal};
use crate::http::text::{LONGEST_NAME, NAME_FORM, is_name};
use crate::limits::Limit;
use crate::routes::key::Key;
use crate::routes::providers::{connected, offered};
use crate::routes::user::{User, unknown_token};
use crate::routes::ways::ways;
use crate::store::course::Course;
use crate::store::institutions::{self, Begin, New};
use axum::extract::State;
use axum::http::StatusCode;
use connect_core::api::{
    CreateInstitution, Duplicates, Institution, LaunchOptions, Provider, SyncStatus,
};
use std::collections::BTreeMap;

const MOST_OPTIONS: usize = 32;
const LONGEST_OPTION_NAME: usize = 64;
const LONGEST_OPTION: usize = 256;

pub async fn create(
    State(app): State<Shared>,
    user: User,
    Key(key): Key,
    Json(mut request): Json<CreateInstitution>,
) -> Answer<Started> {
    let fits = request.name.chars().count() <= LONGEST_NAME;
    request.name = request.name.trim().into();
    if !fits || !is_name(&request.name) {
        return Err(Refusal::invalid(format!("name {NAME_FORM}")));
    }
    let id = &request.provider;
    let options = &user.grant.options;
    if options.institution.is_some() {
        return Err(Refusal::conflict(
            "the session is for one institution that is there already; new credentials go there",
        ));
    }
    let provider = offered(&app, options, id)
        .await?
        .filter(|provider| is_open(options, provider))
        .ok_or_else(|| Refusal::unknown_provider(StatusCode::UNPROCESSABLE_ENTITY, id))?;
    check_credentials(&provider, &request.credentials)?;
    check_options(&request.options)?;
    let only_in = only_in(&user);
    let owner = user.owner();
    let mut known = keyed(&app, &user, key.as_deref(), id).await?;
    if known.is_none() {
        refuse_duplicate(&app, &user, id).await?;
    }
    let room = app.limits.room();
    let fresh = new(&request);
    let connection = known.as_ref().unwrap_or(&fresh);
    let bank_user = login::of_bank_user(&app, &user, &provider, &request.credentials);
    app.limits
        .may_log_in(user.address, &owner, &connection.id, bank_user.as_deref())
        .await?;
    let way = ways(&app, id).await?.into_iter().next();
    let way = way.map(|way| Course::new(&way.member.id, &way.bank));
    let plan = Plan::Login {
        provider: Box::new(provider),
        credentials: request.credentials.clone(),
    };
    let attempt = attempt(&app, &user, &plan).await?;
    for _ in 0..TRIES {
        if let Some(institution) = known {
            // The answer to this very request was lost.
            let mark = mark_of(&app, &institution, &request.credentials);
            if institution.sync_status == SyncStatus::Ok
                && app.syncs.typing().was_sent(&institution.id, &mark)
            {
                let institution = tell(&app, &user, institution).await?;
                return Ok((StatusCode::ACCEPTED, axum::Json(institution)));
            }
            let course = course(&app, &institution.id).await?;
            let started = restart(&app, &user, institution, course, &plan).await?;
            if let Some(started) = started {
                return Ok(started);
            }
        } else {
            if let Some(session) = only_in {
                make_room(&app, session).await?;
            }
            let mut institution = fresh.clone();
            mark::begin(&mut institution, plan.first_step());
            let mut course = way.clone().unwrap_or_default();
            let login = login::of_new(&app, &user, &institution, bank_user.as_deref());
            course.login = Some(login);
            follow_attempt(&mut course, attempt.as_ref());
            prepare(&user, &mut course, &plan);
            let new = New {
                key: key.as_deref(),
                options: Some(&request.options),
                only_in,
                token: Some(&user.token_sha256),
                room,
                course: course.clone(),
            };
            match institutions::insert(&app.db, &owner, &institution, new).await? {
                Begin::Done => {
                    let attempt = attempt.as_ref();
                    return Ok(spawn(&app, &user, institution, course, &plan, attempt).await);
                }
                Begin::TooMany => {
                    return Err(Refusal::too_many(Limit::SyncsPerUser, room.running));
                }
                Begin::Full => {
                    return Err(Refusal::too_many(Limit::ConnectionsPerUser, room.kept));
                }
                Begin::Ended => return Err(unknown_token()),
                Begin::Outrun => {}
            }
        }
        // Another request with this key, or of this session, was faster.
        known = keyed(&app, &user, key.as_deref(), id).await?;
    }
    Err(changed_meanwhile())
}

/// A session that may not change its bank leads to no other one.
fn is_open(options: &LaunchOptions, provider: &Provider) -> bool {
    let fixed = options.provider.as_ref();
    options.allow_change_institution != Some(false)
        || fixed.is_none_or(|fixed| *fixed == provider.id)
}

/// The connection that was made under this key before, to be logged in to anew.
async fn keyed(
    app: &App,
    user: &User,
    key: Option<&str>,
    provider: &str,
) -> Answer<Option<Institution>> {
    let Some(key) = key else { return Ok(None) };
    let owner = user.owner();
    let mut found = institutions::find_by_key(&app.db, &owner, key).await?;
    if let Some(institution) = &found {
        app.syncs.settle(&institution.id).await?;
        found = institutions::find_by_key(&app.db, &owner, key).await?;
    }
    match found {
        Some(institution) if institution.provider != provider => Err(Refusal::conflict(
            "this Idempotency-Key names a connection to another provider",
        )),
        found => Ok(found),
    }
}

/// A session may have only one connection to each bank.
async fn refuse_duplicate(app: &App, user: &User, provider: &str) -> Answer<()> {
    if user.grant.options.duplicates != Some(Duplicates::Reject) {
        return Ok(());
    }
    match connected(app, user, provider).await? {
        Some(id) => Err(Refusal::duplicate(&id)),
        None => Ok(()),
    }
}

/// The session, if it may have one connection only.
fn only_in(user: &User) -> Option<&str> {
    let single = user.grant.options.single_connection == Some(true);
    single.then_some(&user.grant.session)
}

/// What the session has begun before and not finished gives way; what stands does not.
async fn make_room(app: &App, session: &str) -> Answer<()> {
    for id in institutions::remove_unfinished(&app.db, session).await? {
        app.syncs.forget(&id);
        app.audit
            .record(Kind::ConnectionDeleted.event().institution(&id));
    }
    match institutions::only_one(&app.db, session).await? {
        Some(id) => Err(Refusal::token_used(&id)),
        None => Ok(()),
    }
}

fn check_options(options: &BTreeMap<String, String>) -> Answer<()> {
    let fits = |text: &str, most: usize| text.chars().count() <= most;
    let fit = |(name, value): (&String, &String)| {
        !name.is_empty() && fits(name, LONGEST_OPTION_NAME) && fits(value, LONGEST_OPTION)
    };
    if options.len() > MOST_OPTIONS || !options.iter().all(fit) {
        return Err(Refusal::invalid(
            "options must have at most 32 entries, each with a name of 1 to 64 and a text of at most 256 characters",
        ));
    }
    Ok(())
}

fn new(request: &CreateInstitution) -> Institution {
    Institution {
        id: random::hex::<12>(),
        name: request.name.clone(),
        provider: request.provider.clone(),
        authorized: None,
        sync_status: SyncStatus::Syncing,
        sync_error: None,
        sync_status_details: None,
        accounts: None,
        login_id: None,
        exchange_code: None,
        consent_expires_at: None,
        warnings: Vec::new(),
        version: 0,
    }
}
