//! `/v1/institutions`: a user's connections, what became of them, how their syncs begin anew.

mod create;
mod find;
mod list;
pub mod login;
mod start;
mod tell;
mod update;

pub use create::create;
pub use list::{PAGE, Page, list};
pub use update::update;

use self::find::{find, find_to_change};
use self::start::{Plan, Started, take_over};
use self::tell::tell;
use super::asker::Asker;
use super::user::User;
use super::waiting::{Manner, Rest, Waiting};
use crate::app::Shared;
use crate::audit::Kind;
use crate::http::body::Json;
use crate::http::params::{Name, Params, whole_number};
use crate::http::problem::{Answer, Refusal};
use crate::store::institutions;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connect_core::api::{Institution, SyncInstitution};

pub async fn read(
    State(app): State<Shared>,
    asker: Asker,
    Name(id): Name,
) -> Answer<axum::Json<Institution>> {
    let user = asker.owner_of(&app, &id).await?;
    let institution = find(&app, &user, &id).await?;
    tell(&app, &user, institution).await.map(axum::Json)
}

pub async fn remove(State(app): State<Shared>, asker: Asker, Name(id): Name) -> Answer<StatusCode> {
    let by = asker.by();
    let user = asker.owner_of(&app, &id).await?;
    let institution = find_to_change(&app, &user, &id).await?;
    institutions::delete(&app.db, &id, by).await?;
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
    manner: Manner,
) -> Answer<Response> {
    let seen = params.find("v").and_then(whole_number);
    let seen = seen.ok_or_else(|| {
        Refusal::invalid_query("v must be the __v of the institution as last seen")
    })?;
    let mut waiting = Waiting::begin(&app, &user, manner, || app.syncs.listen(&id)).await?;
    loop {
        let institution = find(&app, &user, &id).await?;
        if institution.version > seen {
            let institution = tell(&app, &user, institution).await?;
            return Ok(axum::Json(institution).into_response());
        }
        if waiting.is_over() {
            return Ok(StatusCode::NOT_MODIFIED.into_response());
        }
        waiting = match waiting.rest(&app, &user).await? {
            Rest::Look(waiting) => waiting,
            Rest::Leave(response) => return Ok(response),
        };
    }
}

pub async fn sync(
    State(app): State<Shared>,
    asker: Asker,
    Name(id): Name,
    Json(request): Json<SyncInstitution>,
) -> Answer<Started> {
    let user = asker.owner_of(&app, &id).await?;
    let institution = find_to_change(&app, &user, &id).await?;
    if institutions::is_running(&institution) && !request.force {
        return Err(Refusal::conflict(
            "a sync is running; `force` starts another one",
        ));
    }
    app.limits.may_sync(&id).await?;
    let plan = Plan::Refresh {
        interactive: request.interactive,
    };
    take_over(&app, &user, institution, &plan).await
}
