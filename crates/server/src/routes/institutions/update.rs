//! `PUT /v1/institutions/{id}`: new credentials, an answer, or the chosen accounts.

use super::find::find_to_change;
use super::login;
use super::start::{self, Plan, Started, changed_meanwhile, check_credentials, restart, take_over};
use super::tell::{limited, tell};
use crate::aggregators::{Answer as Answered, Stage};
use crate::app::{App, Shared};
use crate::audit::Kind;
use crate::engine::accounts::left_out;
use crate::engine::mark;
use crate::http::body::Json;
use crate::http::params::Name;
use crate::http::problem::{Answer, Refusal};
use crate::routes::providers::known;
use crate::routes::user::User;
use crate::store::course::{Asked, Course};
use crate::store::institutions;
use axum::extract::State;
use axum::http::StatusCode;
use connect_core::Secret;
use connect_core::api::{
    AccountSelection, ChallengeKind, Institution, SyncStatus, UpdateInstitution, error_name,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

pub async fn update(
    State(app): State<Shared>,
    user: User,
    Name(id): Name,
    Json(request): Json<UpdateInstitution>,
) -> Answer<Started> {
    let institution = find_to_change(&app, &user, &id).await?;
    match Change::parse(request)? {
        Change::Credentials(credentials) => {
            let provider = known(&app, &institution.provider).await?;
            check_credentials(&provider, &credentials)?;
            let bank_user = login::of_bank_user(&app, &user, &provider, &credentials);
            app.limits
                .may_log_in(user.address, &user.owner(), &id, bank_user.as_deref())
                .await?;
            let plan = Plan::Login {
                provider: Box::new(provider),
                credentials,
            };
            take_over(&app, &user, institution, &plan).await
        }
        Change::Answer(answer) => answer_question(&app, &user, institution, answer).await,
        Change::Resend => resend(&app, &user, institution).await,
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

/// Of several questions the next one is asked; the answer to the last one leads on.
async fn answer_question(
    app: &App,
    user: &User,
    mut institution: Institution,
    answer: Secret,
) -> Answer<Started> {
    let mut course = start::course(app, &institution.id).await?;
    let now = Timestamp::now();
    let asked = course.asked.clone().filter(|asked| now < asked.until);
    let asked = asked.ok_or_else(|| no_question(&institution))?;
    let (id, owner) = (institution.id.clone(), user.owner());
    app.limits.may_answer(user.address, &owner, &id).await?;
    // Before the sync can end; one that is too late is told as refused as well.
    app.audit.record(Kind::AnswerSent.about(&institution));
    let answers = app.syncs.typing().give(&id, asked.answered, answer).await;
    let answered = answers.as_ref().map_or(0, Vec::len);
    match answers {
        Some(answers) if answered == asked.questions.len() => {
            course.tries.answered(&asked.questions);
            let plan = Plan::Answers(answers);
            // Of two answers to one question the first counts.
            let started = restart(app, user, institution, course, &plan).await?;
            started.ok_or_else(changed_meanwhile)
        }
        // With the first one again where another server has heard its answer.
        _ => {
            let next = Asked { answered, ..asked };
            pose_next(app, &mut institution, &mut course, next).await?;
            Ok((StatusCode::ACCEPTED, axum::Json(institution)))
        }
    }
}

/// The question that is open now.
async fn pose_next(
    app: &App,
    institution: &mut Institution,
    course: &mut Course,
    mut asked: Asked,
) -> Answer<()> {
    if let Some(question) = asked.open() {
        let (error, until) = mark::pose(question, Timestamp::now());
        asked.until = until;
        mark::fail(institution, error);
        mark::touch(institution);
    }
    course.asked = Some(asked);
    if !institutions::update_with(&app.db, institution, course).await? {
        return Err(changed_meanwhile());
    }
    app.syncs.tell(&institution.id);
    Ok(())
}

/// The open question stays; its code is good for longer.
async fn resend(app: &App, user: &User, mut institution: Institution) -> Answer<Started> {
    let mut course = start::course(app, &institution.id).await?;
    let now = Timestamp::now();
    let asked = course.asked.clone().filter(|asked| now < asked.until);
    let asked = asked.ok_or_else(|| no_question(&institution))?;
    let challenge = asked.open().and_then(|open| open.challenge.as_ref());
    if challenge.is_none_or(|challenge| challenge.resend != Some(true)) {
        return Err(Refusal::conflict(
            "this bank sends nothing that could be sent anew",
        ));
    }
    app.limits.may_resend(&institution.id).await?;
    let member = app.aggregators.find(&course.aggregator);
    let (Some(member), Some(held)) = (member, course.current()) else {
        return Err(no_question(&institution));
    };
    let progress = member.aggregator.resume(held, Answered::Resend).await;
    let progress = progress.map_err(|error| {
        tracing::warn!(aggregator = course.aggregator, %error, "a code was not sent anew");
        Refusal::busy()
    })?;
    course.go_on_with(progress.held);
    if let Stage::Asks(questions) = progress.stage {
        // Whoever has answered some of several has answered these.
        let answered = match questions.len() == asked.questions.len() {
            true => asked.answered,
            false => 0,
        };
        let anew = Asked {
            questions,
            answered,
            ..asked
        };
        pose_next(app, &mut institution, &mut course, anew).await?;
        app.audit.record(Kind::CodeResent.about(&institution));
        return Ok((StatusCode::ACCEPTED, axum::Json(institution)));
    }
    // Meanwhile it has gone on by itself.
    let plan = Plan::Look;
    let started = restart(app, user, institution, course, &plan).await?;
    started.ok_or_else(changed_meanwhile)
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
    let mut course = start::course(app, &institution.id).await?;
    course.left_out = left_out(&course.left_out, accounts, ids);
    accounts.retain(|account| ids.contains(&account.id));
    if !institutions::update_with(&app.db, &mut institution, &mut course).await? {
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
