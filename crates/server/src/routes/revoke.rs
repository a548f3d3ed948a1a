//! `POST /v1/tokens/revoke`: a client's own server takes back what it has given away.

use super::client::ByClient;
use crate::app::Shared;
use crate::audit::{Kind, Trail, Who};
use crate::http::body::Json;
use crate::http::problem::{Answer, Refusal};
use crate::store::institutions::Owner;
use crate::store::revoke;
use axum::extract::State;
use connect_core::Secret;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {
        "required": ["token"],
        "properties": {"token": {"type": "string", "minLength": 1}, "user_id": {"type": "null"}, "all": {"type": "null"}},
    },
    {
        "required": ["user_id"],
        "properties": {"token": {"type": "null"}, "user_id": {"type": "string", "minLength": 1}, "all": {"type": "null"}},
    },
    {
        "required": ["all"],
        "properties": {"token": {"type": "null"}, "user_id": {"type": "null"}, "all": {"const": true}},
    },
]))]
#[schemars(extend("examples" = [{"user_id": "alice"}]))]
pub struct Revocation {
    /// This token's session, also by the token that has opened its page.
    token: Option<Secret>,
    /// Every session of this user, by the client's own name for it.
    user_id: Option<String>,
    /// `true`: every session of the client.
    all: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
pub struct Revoked {
    /// So many tokens were good until now.
    revoked: u64,
}

pub async fn revoke(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Json(asked): Json<Revocation>,
) -> Answer<axum::Json<Revoked>> {
    let now = Timestamp::now();
    let revoked = match (asked.token, asked.user_id, asked.all) {
        (Some(token), None, None) if !token.is_empty() => {
            let found = revoke::token(&app.db, &client.id, &token, now).await?;
            if let Some(ended) = &found {
                app.ends.of_session(&ended.session);
                Trail::name(Who {
                    client: client.id.clone(),
                    user: Some(ended.user.clone()),
                });
            }
            let outcome = if found.is_some() { "found" } else { "unknown" };
            app.audit.record(Kind::TokenRevoked.with(outcome));
            found.map_or(0, |ended| ended.tokens)
        }
        (None, Some(user), None) if !user.is_empty() => {
            let client = client.id.clone();
            let owner = Owner {
                client,
                user,
                scope: None,
            };
            let revoked = revoke::user(&app.db, &owner, now).await?;
            app.ends.of_user(&owner);
            Trail::name(app.who(&owner));
            app.audit.record(Kind::UserRevoked.event());
            revoked
        }
        (None, None, Some(true)) => {
            let revoked = revoke::client(&app.db, &client.id, now).await?;
            app.ends.of_client(&client.id);
            app.audit.record(Kind::AllRevoked.event());
            revoked
        }
        _ => {
            return Err(Refusal::invalid(
                "the body must have exactly one of token, user_id and all, and all must be true",
            ));
        }
    };
    Ok(axum::Json(Revoked { revoked }))
}
