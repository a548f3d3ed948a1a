//! `POST /v1/tokens`: a client's own server gets a token for one of its users.

use super::body::Both;
use super::launch_options;
use crate::app::{App, Shared};
use crate::clients::{Client, SANDBOX_ID};
use crate::origin::Origin;
use crate::problem::{Answer, Refusal};
use crate::random;
use crate::sandbox;
use crate::store::institutions::{self, Owner};
use crate::store::tokens::{self, Grant};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect_core::Secret;
use connect_core::api::{LaunchOptions, TokenRequest, TokenResponse, code};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

const LANGUAGES: [&str; 4] = ["en", "es", "fr", "it"];
const LONGEST_USER_ID: usize = 256;

pub async fn mint(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Both(named, options): Both<Named, LaunchOptions>,
) -> Answer<axum::Json<TokenResponse>> {
    let user_id = named.user_id;
    grant(&app, &client, TokenRequest { user_id, options })
        .await
        .map(axum::Json)
}

/// What stands beside the options.
#[derive(Deserialize)]
pub struct Named {
    user_id: String,
}

/// Checks what is asked for and writes the token down.
pub async fn grant(app: &App, client: &Client, request: TokenRequest) -> Answer<TokenResponse> {
    let length = request.user_id.chars().count();
    if !(1..=LONGEST_USER_ID).contains(&length) {
        return Err(Refusal::invalid("user_id must have 1 to 256 characters"));
    }
    check(&request.options, client)?;
    launch_options::check(&request.options, app)?;
    let lifetime = SignedDuration::from_secs(app.token_ttl.into());
    let expires_at = Timestamp::now() + lifetime;
    let grant = Grant {
        client: client.id.clone(),
        user: request.user_id,
        options: request.options,
        expires_at: Timestamp::from_second(expires_at.as_second()).unwrap_or(expires_at),
    };
    let token = Secret::new(random::token());
    tokens::insert(&app.pool, &token, &grant).await?;
    if app.sandbox && client.id == SANDBOX_ID {
        keep_stored_connections(app, &grant).await?;
    }
    Ok(TokenResponse {
        token,
        expires_at: grant.expires_at.to_string(),
    })
}

/// The sandbox's users come back to connections that they have never made.
async fn keep_stored_connections(app: &App, grant: &Grant) -> sqlx::Result<()> {
    let owner = Owner {
        client: grant.client.clone(),
        user: grant.user.clone(),
    };
    let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
    let date = Timestamp::from_second(yesterday.as_second()).unwrap_or(yesterday);
    for institution in sandbox::stored(&owner.client, &owner.user, &date.to_string()) {
        institutions::insert_stored(&app.pool, &owner, &institution).await?;
    }
    Ok(())
}

fn check(options: &LaunchOptions, client: &Client) -> Answer<()> {
    if let Some(text) = &options.origin {
        let origin = Origin::parse(text).ok_or_else(|| {
            Refusal::invalid("origin must be an origin such as https://shop.example")
        })?;
        if !client.allows_origin(&origin) {
            return Err(Refusal::origin_not_allowed(origin.as_str()));
        }
    }
    if let Some(uri) = &options.redirect_uri {
        check_redirect_uri(uri, client)?;
    }
    match &options.lang {
        Some(lang) if !LANGUAGES.contains(&lang.as_str()) => {
            Err(Refusal::invalid("lang must be en, es, fr or it"))
        }
        _ => Ok(()),
    }
}

/// An address to go to with the result must be the client's own.
fn check_redirect_uri(uri: &str, client: &Client) -> Answer<()> {
    if Url::parse(uri).is_err() {
        return Err(Refusal::invalid_query(
            "redirect_uri must be an absolute URL",
        ));
    }
    if !client.registered(uri) {
        return Err(Refusal::redirect_uri_not_registered());
    }
    Ok(())
}

/// The client whose id and secret came by HTTP Basic.
pub struct ByClient(Arc<Client>);

impl FromRequestParts<Shared> for ByClient {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<ByClient, Refusal> {
        let client = basic(&parts.headers)
            .and_then(|(id, secret)| app.clients.authenticate(&id, secret.expose()));
        client.map(ByClient).ok_or_else(|| {
            Refusal::new(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, "The client is unknown or its secret is wrong")
                .detail("the header Authorization must be `Basic` and the base64 of client id, colon, secret")
                .header(header::WWW_AUTHENTICATE, "Basic realm=\"connect\", charset=\"UTF-8\"")
        })
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, Secret)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    scheme
        .eq_ignore_ascii_case("basic")
        .then(|| (id.to_owned(), Secret::new(secret)))
}
