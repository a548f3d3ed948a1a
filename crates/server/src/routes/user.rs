//! Who asks: the user behind a bearer token.

use crate::app::{App, Shared};
use crate::audit::Trail;
use crate::config::clients::Client;
use crate::http::address::Address;
use crate::http::problem::{Answer, Refusal};
use crate::store::institutions::Owner;
use crate::store::tokens::{self, Grant};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use connect_core::Secret;
use connect_core::api::code;
use std::sync::Arc;

pub struct User {
    pub client: Arc<Client>,
    pub grant: Grant,
    pub token_sha256: String,
    pub address: Address,
}

impl User {
    pub fn owner(&self) -> Owner {
        self.grant.owner()
    }
}

impl FromRequestParts<Shared> for User {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<User, Refusal> {
        let Ok(address) = Address::from_request_parts(parts, app).await;
        let token = bearer(&parts.headers).ok_or_else(|| {
            refused(code::INVALID_TOKEN, "A user token is needed").detail(
                "the header Authorization must be `Bearer` and a token from POST /v1/tokens",
            )
        })?;
        User::by_hash(app, tokens::hash(&token), address).await
    }
}

impl User {
    /// An error says why the token is good no longer.
    pub async fn stands(&self, app: &App) -> Answer<()> {
        let looked = User::by_hash(app, self.token_sha256.clone(), self.address);
        // Whoever waits here keeps no room for it.
        Box::pin(looked).await.map(drop)
    }

    /// The user behind the token with this SHA-256, as long as it is good.
    pub async fn by_hash(app: &App, token_sha256: String, address: Address) -> Answer<User> {
        let grant = tokens::find_by_hash(&app.db, &token_sha256).await?;
        if let Some(grant) = &grant {
            Trail::name(app.who(&grant.owner()));
        }
        let known = grant.and_then(|grant| Some((app.clients().find(&grant.client)?, grant)));
        let (client, grant) = known.ok_or_else(unknown_token)?;
        if grant.expired() {
            return Err(expired_token());
        }
        Ok(User {
            client,
            grant,
            token_sha256,
            address,
        })
    }
}

pub fn bearer(headers: &HeaderMap) -> Option<Secret> {
    credentials("bearer", headers)
}

/// What the header `Authorization` says after the name of this scheme.
pub fn credentials(scheme: &str, headers: &HeaderMap) -> Option<Secret> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (named, text) = value.split_once(' ')?;
    let text = text.trim();
    (named.eq_ignore_ascii_case(scheme) && !text.is_empty()).then(|| Secret::new(text))
}

pub fn unknown_token() -> Refusal {
    refused(code::INVALID_TOKEN, "This is not a valid user token")
        .detail("the token in the header Authorization is unknown")
}

pub fn expired_token() -> Refusal {
    refused(code::TOKEN_EXPIRED, "The user token has expired")
        .detail("get a new token from POST /v1/tokens")
}

fn refused(code: &'static str, title: &'static str) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code, title)
        .header(header::WWW_AUTHENTICATE, "Bearer realm=\"connect\"")
}
