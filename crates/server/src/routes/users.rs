//! `DELETE /v1/users/{id}`: a client's own server has everything removed that is kept of one of its users.

use super::client::ByClient;
use crate::app::Shared;
use crate::audit::{Kind, Trail};
use crate::http::params::Name;
use crate::http::problem::Answer;
use crate::store::events::By;
use crate::store::institutions::Owner;
use crate::store::users;
use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

/// What there was of the user.
#[derive(Serialize, JsonSchema)]
pub struct Erased {
    connections: usize,
    /// Sessions that could still be used, and those that had ended lately.
    tokens: u64,
}

/// Who has nothing here is erased as well: asked again, the answer is no error.
pub async fn erase(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Name(user): Name,
) -> Answer<Json<Erased>> {
    let owner = Owner {
        client: client.id.clone(),
        user,
        scope: None,
    };
    let erased = users::erase(&app.db, &owner, By::Client).await?;
    Trail::name(app.who(&owner));
    app.audit.record(Kind::UserErased.event());
    app.ends.of_user(&owner);
    for id in &erased.connections {
        app.syncs.forget(id);
    }
    Ok(Json(Erased {
        connections: erased.connections.len(),
        tokens: erased.tokens,
    }))
}
