//! `/v1/institutions`: a user's connections, how they begin, what became of them.

use super::body::Json;
use super::key::Key;
use super::oauth::code::{self, CODE};
use super::params::{Name, Params};
use super::providers::{connected, describe, offered};
use super::user::User;
use crate::app::{App, Shared};
use crate::problem::{Answer, Refusal};
use crate::random;
use crate::sandbox::{Bank, Question, Script};
use crate::store::institutions::{self, Begin};
use crate::sync::Syncs;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connect_core::Secret;
use connect_core::api::{
    AccountSelection, ChallengeKind, CreateInstitution, Duplicates, Institution, Provider,
    SyncError, SyncInstitution, SyncStatus, UpdateInstitution, error_name,
};
use std::collections::BTreeMap;
use std::time::Instant;

const LONGEST_NAME: usize = 256;

/// A running sync writes a few times a second at most.
const TRIES: usize = 5;

/// The status says whether a sync has begun.
type Started = (StatusCode, axum::Json<Institution>);

pub async fn create(
    State(app): State<Shared>,
    user: User,
    Key(key): Key,
    Json(request): Json<CreateInstitution>,
) -> Answer<Started> {
    if !(1..=LONGEST_NAME).contains(&request.name.trim().chars().count()) {
        return Err(Refusal::invalid("name must have 1 to 256 characters"));
    }
    let id = &request.provider;
    let provider = offered(&app, &user.grant.options, id)
        .await?
        .ok_or_else(|| Refusal::unknown_provider(StatusCode::UNPROCESSABLE_ENTITY, id))?;
    check_credentials(&provider, &request.credentials)?;
    let owner = user.owner();
    let mut known = keyed(&app, &user, key.as_deref(), id).await?;
    if known.is_none() {
        refuse_duplicate(&app, &user, id).await?;
    }
    if let Some(institution) = known.take_if(|_| code::is_spent(&app, &provider, &request)) {
        return Ok((StatusCode::ACCEPTED, axum::Json(institution)));
    }
    let script = login(&app, id, &request.credentials).await;
    for _ in 0..TRIES {
        if let Some(institution) = known {
            let started = restart(&app, &user, institution, &script).await?;
            if let Some(started) = started {
                return Ok(started);
            }
        } else {
            let mut institution = new(&request);
            Syncs::begin(&mut institution, &script);
            match institutions::insert(&app.pool, &owner, &institution, key.as_deref()).await? {
                Begin::Done => {
                    app.syncs.spawn(institution.clone(), script);
                    return Ok((StatusCode::ACCEPTED, axum::Json(institution)));
                }
                Begin::TooMany => return Err(Refusal::too_many_syncs()),
                Begin::Outrun => {}
            }
        }
        // Another request with this key was faster.
        known = keyed(&app, &user, key.as_deref(), id).await?;
    }
    Err(changed_meanwhile())
}

/// The connection that was made under this key before, to be logged in to anew.
async fn keyed(
    app: &App,
    user: &User,
    key: Option<&str>,
    provider: &str,
) -> Answer<Option<Institution>> {
    let Some(key) = key else { return Ok(None) };
    let found = institutions::find_by_key(&app.pool, &user.owner(), key).await?;
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
        version: 0,
    }
}

pub async fn read(
    State(app): State<Shared>,
    user: User,
    Name(id): Name,
) -> Answer<axum::Json<Institution>> {
    find(&app, &user, &id).await.map(axum::Json)
}

pub async fn remove(State(app): State<Shared>, user: User, Name(id): Name) -> Answer<StatusCode> {
    find(&app, &user, &id).await?;
    institutions::delete(&app.pool, &id).await?;
    app.syncs.forget(&id);
    Ok(StatusCode::NO_CONTENT)
}

/// Answers as soon as there is something newer than `v`, and with 304 when nothing came for a while.
pub async fn poll(
    State(app): State<Shared>,
    user: User,
    Name(id): Name,
    params: Params,
) -> Answer<Response> {
    let seen = params.find("v").and_then(|v| v.parse::<u64>().ok());
    let seen = seen.ok_or_else(|| {
        Refusal::invalid_query("v must be the __v of the institution as last seen")
    })?;
    let mut stopping = app.stopping.clone();
    let mut news = app.syncs.listen();
    let deadline = tokio::time::sleep(app.poll_timeout);
    tokio::pin!(deadline);
    loop {
        let institution = find(&app, &user, &id).await?;
        if institution.version > seen {
            return Ok(axum::Json(institution).into_response());
        }
        tracing::debug!("waiting for news");
        let news_of_this_one = async {
            // A listener that fell behind has missed news: it looks for itself.
            while matches!(news.recv().await, Ok(other) if *other != *id) {}
        };
        tokio::select! {
            () = news_of_this_one => {}
            () = &mut deadline => return Ok(StatusCode::NOT_MODIFIED.into_response()),
            _ = stopping.wait_for(|stopping| *stopping) => return Ok(StatusCode::NOT_MODIFIED.into_response()),
        }
    }
}

pub async fn sync(
    State(app): State<Shared>,
    user: User,
    Name(id): Name,
    Json(request): Json<SyncInstitution>,
) -> Answer<Started> {
    let institution = find(&app, &user, &id).await?;
    if institution.sync_status == SyncStatus::Syncing && !request.force {
        return Err(Refusal::conflict(
            "a sync is running; `force` starts another one",
        ));
    }
    let script = app.syncs.repetition(&institution);
    take_over(&app, &user, institution, script).await
}

pub async fn update(
    State(app): State<Shared>,
    user: User,
    Name(id): Name,
    Json(request): Json<UpdateInstitution>,
) -> Answer<Started> {
    let institution = find(&app, &user, &id).await?;
    match Change::parse(request)? {
        Change::Credentials(credentials) => {
            let mut provider = Provider {
                id: institution.provider.clone(),
                ..Provider::default()
            };
            describe(&app, &mut provider);
            check_credentials(&provider, &credentials)?;
            let script = login(&app, &institution.provider, &credentials).await;
            take_over(&app, &user, institution, script).await
        }
        Change::Answer(answer) => {
            let question = app
                .syncs
                .open_question(&id, Instant::now())
                .ok_or_else(|| no_question(&institution))?;
            let script = question.answer(answer.expose());
            // Of two answers to one question the first counts.
            let started = restart(&app, &user, institution, &script).await?;
            started.ok_or_else(changed_meanwhile)
        }
        Change::Resend => {
            let question = app
                .syncs
                .open_question(&id, Instant::now())
                .ok_or_else(|| no_question(&institution))?;
            resend(&app, institution, question.resent()).await
        }
        Change::Accounts(_) if institution.sync_status == SyncStatus::Syncing => Err(
            Refusal::conflict("a sync is running; poll until it has ended"),
        ),
        Change::Accounts(ids) => select_accounts(&app, &user, institution, &ids).await,
    }
}

/// The one thing that a PUT changes.
enum Change {
    Credentials(BTreeMap<String, Secret>),
    Answer(Secret),
    Resend,
    Accounts(Vec<String>),
}

impl Change {
    fn parse(request: UpdateInstitution) -> Answer<Change> {
        let resend = request.resend.unwrap_or(false);
        match (
            request.credentials,
            request.security_answer,
            request.selected_accounts,
        ) {
            (Some(credentials), None, None) if !resend => Ok(Change::Credentials(credentials)),
            (None, Some(answer), None) if !resend && !answer.expose().trim().is_empty() => {
                Ok(Change::Answer(answer))
            }
            (None, Some(_), None) if !resend => Err(Refusal::invalid("security_answer is empty")),
            (None, None, Some(ids)) if !resend => Ok(Change::Accounts(ids)),
            (None, None, None) if resend => Ok(Change::Resend),
            _ => Err(Refusal::invalid(
                "the body must have exactly one of credentials, security_answer, resend and selected_accounts",
            )),
        }
    }
}

async fn find(app: &App, user: &User, id: &str) -> Answer<Institution> {
    let found = institutions::find(&app.pool, &user.owner(), id).await?;
    found.ok_or_else(|| Refusal::not_found("this user has no institution with this id"))
}

/// Puts a new sync in the place of whatever runs now, which may write at the same moment.
async fn take_over(
    app: &App,
    user: &User,
    mut institution: Institution,
    script: Script,
) -> Answer<Started> {
    for _ in 1..TRIES {
        let id = institution.id.clone();
        if let Some(started) = restart(app, user, institution, &script).await? {
            return Ok(started);
        }
        institution = find(app, user, &id).await?;
    }
    let started = restart(app, user, institution, &script).await?;
    started.ok_or_else(changed_meanwhile)
}

/// `None`: somebody else has written since the institution was read.
async fn restart(
    app: &App,
    user: &User,
    mut institution: Institution,
    script: &Script,
) -> Answer<Option<Started>> {
    Syncs::begin(&mut institution, script);
    match institutions::begin(&app.pool, &user.owner(), &mut institution).await? {
        Begin::Done => {}
        Begin::TooMany => return Err(Refusal::too_many_syncs()),
        Begin::Outrun => return Ok(None),
    }
    app.syncs.spawn(institution.clone(), script.clone());
    Ok(Some((StatusCode::ACCEPTED, axum::Json(institution))))
}

/// The open question stays; its code is good for longer.
async fn resend(
    app: &App,
    mut institution: Institution,
    question: Option<Question>,
) -> Answer<Started> {
    let question = question
        .ok_or_else(|| Refusal::conflict("this bank sends nothing that could be sent anew"))?;
    app.syncs.resend(&mut institution, question);
    if !institutions::update(&app.pool, &mut institution).await? {
        return Err(changed_meanwhile());
    }
    app.syncs.tell(&institution.id);
    Ok((StatusCode::ACCEPTED, axum::Json(institution)))
}

/// From now on the connection covers these accounts only.
async fn select_accounts(
    app: &App,
    user: &User,
    mut institution: Institution,
    ids: &[String],
) -> Answer<Started> {
    let Some(accounts) = &mut institution.accounts else {
        return Err(Refusal::conflict("the institution has no accounts yet"));
    };
    let unknown = ids
        .iter()
        .find(|id| accounts.iter().all(|account| account.id != **id));
    if ids.is_empty() || unknown.is_some() {
        return Err(Refusal::invalid(
            "selected_accounts must be ids of this institution's accounts, at least one",
        ));
    }
    if user.grant.options.account_selection == Some(AccountSelection::Single) && ids.len() != 1 {
        return Err(Refusal::invalid(
            "selected_accounts must be exactly one id: the session's account_selection is single",
        ));
    }
    let mut chosen = accounts.iter().filter(|account| ids.contains(&account.id));
    if let Some(account) = chosen.find(|account| account.eligible == Some(false)) {
        return Err(Refusal::invalid(format!(
            "selected_accounts: {} ({:?}) is not eligible: {}",
            account.id,
            account.name,
            account
                .reason
                .as_deref()
                .unwrap_or("the bank tells no reason"),
        )));
    }
    accounts.retain(|account| ids.contains(&account.id));
    if !institutions::update(&app.pool, &mut institution).await? {
        return Err(changed_meanwhile());
    }
    app.syncs.tell(&institution.id);
    Ok((StatusCode::OK, axum::Json(institution)))
}

fn check_credentials(provider: &Provider, credentials: &BTreeMap<String, Secret>) -> Answer<()> {
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

/// Only the sandbox knows banks so far; without it none can be reached.
async fn login(app: &App, provider: &str, credentials: &BTreeMap<String, Secret>) -> Script {
    if app.sandbox {
        let bank = Bank::of(provider);
        return match bank.is_oauth() {
            true => bank.login(&code::exchange(app, bank, credentials).await),
            false => bank.login(credentials),
        };
    }
    Script::failing(SyncError {
        name: error_name::INSTITUTION_UNAVAILABLE.into(),
        message: "This server is not joined to any bank yet.".into(),
        ..SyncError::default()
    })
}

fn changed_meanwhile() -> Refusal {
    Refusal::conflict("another request has changed the institution at the same time")
}

fn no_question(institution: &Institution) -> Refusal {
    let error = institution.sync_error.as_ref();
    let challenge = error.and_then(|error| error.challenge.as_ref());
    if challenge.is_some_and(|challenge| challenge.kind == ChallengeKind::Approve) {
        return Refusal::conflict("the user confirms this in the bank's own app; poll until then");
    }
    let asked = error.is_some_and(|error| error.name == error_name::SECURITY_QUESTION);
    // A sync that the server's end has cut off may have asked as well.
    Refusal::conflict(if asked || institution.sync_status == SyncStatus::Retry {
        "the bank no longer waits for this answer; start a new sync with force and interactive"
    } else {
        "the bank has not asked anything"
    })
}
