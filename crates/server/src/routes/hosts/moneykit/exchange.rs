//! `POST /link-session/exchange-token`: what a host's page was told, exchanged once by its server for the connection.
//! Source: MoneyKit's "Connect Overview" and its published API clients, which take 201 for the answer.

use crate::app::Shared;
use crate::audit::{Kind, Trail};
use crate::http::body::Foreign;
use crate::http::problem::{Answer, Refusal};
use crate::routes::client::ByClient;
use crate::routes::hosts::unstored;
use crate::store::{exchange as codes, institutions};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::{Account, code};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

#[derive(Deserialize, JsonSchema)]
pub struct Exchange {
    /// `exchangeableToken` of `link.complete`.
    exchangeable_token: Secret,
}

#[derive(Serialize, JsonSchema)]
pub struct Exchanged {
    /// The connection's id.
    link_id: String,
    /// Whose it is: the `customer_user` of the link session that has told it. Addition.
    customer_user: LinkedUser,
    link: Link,
}

/// A client's server that was handed a code by a page must know that it is of the user whose page it is.
#[derive(Clone, Serialize, JsonSchema)]
struct LinkedUser {
    /// The client's own name for its user.
    id: String,
}

/// A connection as MoneyKit tells it.
#[derive(Serialize, JsonSchema)]
struct Link {
    link_id: String,
    /// Whose it is. Addition.
    customer_user: LinkedUser,
    /// The bank's id.
    institution_id: String,
    institution_name: String,
    /// `connected`.
    state: &'static str,
    /// RFC 3339.
    last_synced_at: Option<String>,
    tags: Vec<String>,
    webhook: Option<String>,
    /// By product: `{settings: {required, prefetch}}`.
    products: Map<String, Value>,
    /// What the user has chosen. Addition.
    accounts: Vec<Account>,
    /// What the host has asked of the backend, word for word. Addition.
    options: BTreeMap<String, String>,
}

pub async fn exchange(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Foreign(asked): Foreign<Exchange>,
) -> Answer<Response> {
    let given = &asked.exchangeable_token;
    let exchanged = codes::take(&app.db, &client.id, given, Timestamp::now()).await?;
    let exchanged = exchanged.ok_or_else(no_such_code)?;
    Trail::name(app.who(&exchanged.owner));
    let found = institutions::find_whole(&app.db, &exchanged.owner, &exchanged.institution).await?;
    let whole = found.ok_or_else(no_such_code)?;
    let institution = whole.institution;
    app.audit
        .record(Kind::ConnectionExchanged.about(&institution));
    let customer_user = LinkedUser {
        id: exchanged.owner.user,
    };
    let details = institution.sync_status_details;
    let link = Link {
        link_id: institution.id.clone(),
        customer_user: customer_user.clone(),
        institution_id: institution.provider,
        institution_name: institution.name,
        state: "connected",
        last_synced_at: details.map(|details| details.date),
        tags: exchanged.notes.tags,
        webhook: exchanged.notes.webhook,
        products: exchanged.notes.products,
        accounts: institution.accounts.unwrap_or_default(),
        options: whole.options,
    };
    let answer = Exchanged {
        link_id: institution.id,
        customer_user,
        link,
    };
    Ok(unstored(StatusCode::CREATED, answer))
}

fn no_such_code() -> Refusal {
    let status = StatusCode::BAD_REQUEST;
    Refusal::new(
        status,
        code::INVALID_EXCHANGE_TOKEN,
        "The token cannot be exchanged",
    )
    .detail(
        "exchangeable_token is unknown, is another client's, was exchanged before, or has ended",
    )
}
