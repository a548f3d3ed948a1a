//! `PUT /v1/institutions/{id}`: new credentials, an answer, or the chosen accounts.

use super::find_to_change;
use super::login;
use super::start::{Plan, Started, changed_meanwhile, check_credentials, restart, take_over};
use super::tell::{limited, tell};
use crate::aggregators::sandbox::Question;
use crate::app::{App, Shared};
use crate::audit::Kind;
use crate::engine::work::{Continuation, Work};
use crate::http::body::Json;
use crate::http::params::Name;
use crate::http::problem::{Answer, Refusal};
use crate::routes::providers::describe;
use crate::routes::user::User;
use crate::store::institutions;
use axum::extract::State;
use axum::http::StatusCode;
use connect_core::Secret;
use connect_core::api::{
    AccountSelection, ChallengeKind, Institution, Provider, SyncStatus, UpdateInstitution,
    error_name,
};
use std::collections::BTreeMap;
use std::time::Instant;

pub async fn update(
    State(app): State<Shared>,
    user: User,
    Name(id): Name,
    Json(request): Json<UpdateInstitution>,
) -> Answer<Started> {
    let institution = find_to_change(&app, &user, &id).await?;
    match Change::parse(request)? {
        Change::Credentials(credentials) => {
            let mut provider = Provider {
                id: institution.provider.clone(),
                ..Provider::default()
            };
            describe(&app, &mut provider);
            check_credentials(&provider, &credentials)?;
            let bank_user = login::of_bank_user(&app, &user, &institution.provider, &credentials);
            app.limits
                .may_log_in(user.address, &user.owner(), &id, bank_user.as_deref())?;
            let plan = |_: &Institution| Some(Plan::Login(credentials.clone()));
            take_over(&app, &user, institution, plan).await
        }
        Change::Answer(answer) => {
            let (question, login) = app
                .syncs
                .open_question(&id, Instant::now())
                .ok_or_else(|| no_question(&institution))?;
            app.limits.may_answer(user.address, &user.owner(), &id)?;
            let plan = Plan::GoOn(Box::new(Continuation {
                work: Work::Script(Box::new(question.answer(answer.expose()))),
                login,
                answered: Some(question),
            }));
            // Before the sync can end; one that is too late is told as refused as well.
            app.audit.record(Kind::AnswerSent.about(&institution));
            // Of two answers to one question the first counts.
            let started = restart(&app, &user, institution, &plan).await?;
            started.ok_or_else(changed_meanwhile)
        }
        Change::Resend => {
            let (question, _) = app
                .syncs
                .open_question(&id, Instant::now())
                .ok_or_else(|| no_question(&institution))?;
            let question = question.resent().ok_or_else(|| {
                Refusal::conflict("this bank sends nothing that could be sent anew")
            })?;
            app.limits.may_resend(&id)?;
            resend(&app, institution, question).await
        }
        Change::Accounts(_) if institutions::is_running(&institution) => Err(Refusal::conflict(
            "a sync is running; poll until it has ended",
        )),
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

/// The open question stays; its code is good for longer.
async fn resend(app: &App, mut institution: Institution, question: Question) -> Answer<Started> {
    app.syncs.resend(&mut institution, question);
    if !institutions::update(&app.db, &mut institution).await? {
        return Err(changed_meanwhile());
    }
    app.audit.record(Kind::CodeResent.about(&institution));
    app.syncs.tell(&institution.id);
    Ok((StatusCode::ACCEPTED, axum::Json(institution)))
}

/// From now on the connection covers these accounts only.
async fn select_accounts(
    app: &App,
    user: &User,
    institution: Institution,
    ids: &[String],
) -> Answer<Started> {
    let mut institution = limited(institution, &user.grant.options);
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
    if !institutions::update(&app.db, &mut institution).await? {
        return Err(changed_meanwhile());
    }
    app.audit.record(Kind::AccountsSelected.about(&institution));
    app.syncs.tell(&institution.id);
    let institution = tell(app, user, institution).await?;
    Ok((StatusCode::OK, axum::Json(institution)))
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
