//! `POST /bank-linking/connect/repair`: a host's server gets a token for a connection that needs its user again.
//! Source: Meld's "Repairing Connections" and its API reference "Repair a connection".

use super::start::{LIFETIME_SECONDS, address};
use crate::app::Shared;
use crate::http::body::Foreign;
use crate::http::problem::{Answer, Refusal};
use crate::routes::client::ByClient;
use crate::routes::hosts::{bad, unstored};
use crate::routes::tokens::{Wish, grant, within};
use crate::store::institutions;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Other fields are passed over.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Repair {
    /// One of the client's connections.
    connection_id: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Repairing {
    /// The connection.
    id: String,
    connect_token: Secret,
    /// The client's own name for the user whose it is. Addition.
    external_customer_id: String,
    /// Its bank.
    institution_id: String,
    /// What the iframe opens.
    widget_url: String,
}

pub async fn repair(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Foreign(asked): Foreign<Repair>,
) -> Answer<Response> {
    let id = asked.connection_id;
    let found = institutions::of_client(&app.db, &client.id, &id).await?;
    let found = found.ok_or_else(|| bad("connectionId is no connection of this client"))?;
    let options = LaunchOptions {
        institution: Some(id.clone()),
        allow_change_institution: Some(false),
        single_connection: Some(true),
        ..LaunchOptions::default()
    };
    let wish = Wish {
        expires_at: within(LIFETIME_SECONDS),
        ..Wish::new(&app, found.user, options)
    };
    let granted = grant(&app, &client, wish).await;
    let granted = granted.map_err(Refusal::into_bad_request)?;
    let answer = Repairing {
        id,
        institution_id: found.institution.provider,
        widget_url: address(&app.public, &granted.token),
        connect_token: granted.token,
        external_customer_id: granted.grant.user,
    };
    Ok(unstored(StatusCode::OK, answer))
}
