//! One-time tokens for the page: `GET /api/token` of version 1, `POST /widgetUrl` of version 2.

use super::asked::Given;
use crate::app::{App, Shared};
use crate::audit::{Kind, Trail};
use crate::config::clients::Client;
use crate::crypto::random;
use crate::http::body::Foreign;
use crate::http::params::Params;
use crate::http::problem::{Answer, Refusal};
use crate::http::text::{NAME_FORM, is_name};
use crate::routes::client::ByClient;
use crate::routes::hosts::{bad, given, unstored};
use crate::store::entries;
use crate::store::institutions::Owner;
use crate::store::tokens::Maker;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::{LaunchOptions, schema};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, JsonSchema)]
pub struct EntryToken {
    /// Good for five minutes and one loading of the page.
    token: Secret,
}

pub async fn token(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    params: Params,
) -> Answer<Response> {
    let user = given(&params, "userId").filter(|user| is_name(user));
    let user = user.ok_or_else(|| Refusal::invalid_query(format!("userId {NAME_FORM}")))?;
    let token = keep(&app, &client, user, None).await?;
    Ok(unstored(StatusCode::OK, EntryToken { token }))
}

/// Other fields are passed over.
#[derive(Deserialize, JsonSchema)]
#[schemars(extend("anyOf" = [
    {"properties": {"connectionId": {"type": "null"}}},
    {
        "properties": {"aggregator": {"type": "string"}, "institutionId": {"type": "string"}},
        "required": ["aggregator", "institutionId"],
    },
]))]
#[schemars(extend("examples" = [
    {"jobTypes": ["transactions"], "userId": "alice", "targetOrigin": "http://localhost:3000"},
]))]
#[serde(rename_all = "camelCase")]
pub struct WidgetUrlRequest {
    #[schemars(
        length(min = 1),
        inner(regex(pattern = "^(accountNumber|accountOwner|transactions|transactionHistory)$"))
    )]
    job_types: Vec<String>,
    /// The client's own name for its user.
    #[schemars(length(min = 1, max = 256), regex(pattern = schema::NAME))]
    user_id: String,
    /// The origin that embeds the widget.
    target_origin: String,
    /// The bank to go straight to, without a way to another one.
    #[schemars(length(max = 256), regex(pattern = schema::PLAIN))]
    institution_id: Option<String>,
    /// The connection to refresh; needs aggregator and institutionId.
    #[schemars(length(max = 256), regex(pattern = schema::PLAIN))]
    connection_id: Option<String>,
    #[schemars(length(max = 256), regex(pattern = schema::PLAIN))]
    aggregator: Option<String>,
    /// One account only.
    single_account_select: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WidgetUrl {
    /// Good for five minutes and one loading of the page.
    widget_url: String,
}

pub async fn widget_url(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Foreign(body): Foreign<WidgetUrlRequest>,
) -> Answer<Response> {
    let given = Given {
        job_types: Some(body.job_types),
        user_id: Some(body.user_id),
        institution_id: body.institution_id,
        connection_id: body.connection_id,
        aggregator: body.aggregator,
        target_origin: Some(body.target_origin),
        single_account_select: body.single_account_select == Some(true),
    };
    let asked = given.check().map_err(bad)?;
    let origin = asked.target_origin.as_ref();
    if let Some(origin) = origin.filter(|origin| !client.allows_origin(origin)) {
        return Err(Refusal::origin_not_allowed(origin.as_str()));
    }
    let token = keep(&app, &client, &asked.user_id, Some(&asked.options)).await?;
    let widget_url = format!("{}/widget?token={}", app.public, token.expose());
    Ok(unstored(StatusCode::OK, WidgetUrl { widget_url }))
}

async fn keep(
    app: &App,
    client: &Client,
    user: &str,
    options: Option<&LaunchOptions>,
) -> Answer<Secret> {
    let owner = Owner {
        client: client.id.clone(),
        user: user.to_owned(),
        scope: None,
    };
    app.limits.may_mint(&client.id, user, Maker::Client).await?;
    let token = Secret::new(random::uuid());
    entries::insert(&app.db, &token, &owner, options, Timestamp::now()).await?;
    Trail::name(app.who(&owner));
    app.audit.record(Kind::TokenMinted.event());
    Ok(token)
}
