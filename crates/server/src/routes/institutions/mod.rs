//! `/v1/institutions`: a user's connections, what became of them, how their syncs begin anew.

mod create;
pub mod login;
mod start;
mod tell;
mod update;

pub use create::create;
pub use update::update;

use self::start::{Plan, Started, take_over};
use self::tell::tell;
use super::standing::Standing;
use super::user::User;
use crate::app::{App, Shared};
use crate::audit::Kind;
use crate::http::body::Json;
use crate::http::params::{Name, Params, whole_number};
use crate::http::problem::{Answer, Refusal};
use crate::store::institutions;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connect_core::api::{Institution, LaunchOptions, SyncInstitution};

pub async fn read(
    State(app): State<Shared>,
    user: User,
    Name(id): Name,
) -> Answer<axum::Json<Institution>> {
    let institution = find(&app, &user, &id).await?;
    tell(&app, &user, institution).await.map(axum::Json)
}

pub async fn remove(State(app): State<Shared>, user: User, Name(id): Name) -> Answer<StatusCode> {
    let institution = find_to_change(&app, &user, &id).await?;
    institutions::delete(&app.db, &id).await?;
    app.audit
        .record(Kind::ConnectionDeleted.about(&institution));
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
    let seen = params.find("v").and_then(whole_number);
    let seen = seen.ok_or_else(|| {
        Refusal::invalid_query("v must be the __v of the institution as last seen")
    })?;
    let mut standing = Standing::of(&app, &user);
    let mut stopping = app.stopping.clone();
    let mut news = app.syncs.listen();
    let deadline = tokio::time::sleep(app.poll_timeout);
    tokio::pin!(deadline);
    let mut place = None;
    loop {
        let institution = find(&app, &user, &id).await?;
        if institution.version > seen {
            let institution = tell(&app, &user, institution).await?;
            return Ok(axum::Json(institution).into_response());
        }
        if place.is_none() {
            place = Some(app.limits.may_wait(user.address, &user.owner())?);
        }
        tracing::debug!("waiting for news");
        tokio::select! {
            refusal = standing.ended() => return Err(refusal),
            () = news.of(&id) => {}
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
    let institution = find_to_change(&app, &user, &id).await?;
    if institutions::is_running(&institution) && !request.force {
        return Err(Refusal::conflict(
            "a sync is running; `force` starts another one",
        ));
    }
    // A login that is being sent cannot be sent again: the sync that is wanted is this one.
    if institutions::is_running(&institution)
        && app.syncs.is_followed(&id)
        && start::course(&app, &id).await?.sends
    {
        let institution = tell(&app, &user, institution).await?;
        return Ok((StatusCode::ACCEPTED, axum::Json(institution)));
    }
    app.limits.may_sync(&id)?;
    let plan = Plan::Refresh {
        interactive: request.interactive,
    };
    take_over(&app, &user, institution, &plan).await
}

/// As it stands, also where the end of its last sync is not written down yet.
async fn find(app: &App, user: &User, id: &str) -> Answer<Institution> {
    let found = institutions::find(&app.db, &user.owner(), id).await?;
    let found = found.filter(|institution| is_open(&user.grant.options, institution));
    let found = found.and_then(|institution| match app.syncs.unwritten(id) {
        Some(end) => end.told(),
        None => Some(institution),
    });
    found.ok_or_else(|| Refusal::not_found("this user has no institution with this id"))
}

/// To do something with it: the end of its last sync is written down first.
async fn find_to_change(app: &App, user: &User, id: &str) -> Answer<Institution> {
    app.syncs.settle(id).await?;
    find(app, user, id).await
}

/// A session that is for one connection and may not change the bank reaches no other one.
fn is_open(options: &LaunchOptions, institution: &Institution) -> bool {
    let fixed = options.institution.as_ref();
    options.allow_change_institution != Some(false)
        || fixed.is_none_or(|fixed| *fixed == institution.id)
}
