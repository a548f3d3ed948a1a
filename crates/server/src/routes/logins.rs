//! `/v1/logins/{login_id}`: a client's own server learns which connections a login has made, and removes them.

use super::client::ByClient;
use crate::app::Shared;
use crate::audit::Kind;
use crate::http::params::Name;
use crate::http::problem::{Answer, Refusal};
use crate::store::events::By;
use crate::store::institutions;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use connect_core::api::Institution;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize, JsonSchema)]
pub struct Login {
    login_id: String,
    /// Those of the newest syncs first; at most 100.
    institutions: Vec<Connection>,
    /// There are more.
    truncated: bool,
}

#[derive(Serialize, JsonSchema)]
struct Connection {
    /// The client's own name for its user.
    user_id: String,
    /// It was made in a page without a token, which says its user itself: nobody has shown that it is this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    user_unverified: bool,
    institution: Institution,
    /// What the host has asked of the backend, word for word.
    options: BTreeMap<String, String>,
}

/// The login with all that came of it: its connections, their accounts, and what is held of them at their aggregators.
pub async fn remove(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Name(login_id): Name,
) -> Answer<StatusCode> {
    let mut found = institutions::of_login(&app.db, &client.id, &login_id)
        .await?
        .0;
    if found.is_empty() {
        return Err(unknown());
    }
    while !found.is_empty() {
        for whole in &found {
            institutions::delete(&app.db, &whole.institution.id, By::Client).await?;
            let deleted = Kind::ConnectionDeleted.about(&whole.institution);
            app.audit.record(deleted);
            app.syncs.forget(&whole.institution.id);
        }
        found = institutions::of_login(&app.db, &client.id, &login_id)
            .await?
            .0;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn unknown() -> Refusal {
    Refusal::not_found("no connection of this client was made with a login of this id")
}

pub async fn read(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Name(login_id): Name,
) -> Answer<Json<Login>> {
    let (found, truncated) = institutions::of_login(&app.db, &client.id, &login_id).await?;
    let outcome = if found.is_empty() { "unknown" } else { "found" };
    app.audit.record(Kind::LoginLookedUp.with(outcome));
    if found.is_empty() {
        return Err(unknown());
    }
    let institutions = found.into_iter().map(|whole| Connection {
        user_id: whole.user,
        user_unverified: whole.by_page,
        institution: whole.institution,
        options: whole.options,
    });
    Ok(Json(Login {
        login_id,
        institutions: institutions.collect(),
        truncated,
    }))
}
