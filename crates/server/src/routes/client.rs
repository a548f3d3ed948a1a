//! Who asks: a client's own server, by its secret.

use super::user::{bearer, credentials};
use crate::app::Shared;
use crate::config::clients::{Client, Clients};
use crate::http::problem::Refusal;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect_core::Secret;
use connect_core::api::code;
use std::sync::Arc;

pub struct ByClient(pub Arc<Client>);

impl FromRequestParts<Shared> for ByClient {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<ByClient, Refusal> {
        let client = authenticated(&app.clients(), &parts.headers);
        client.map(ByClient).ok_or_else(|| {
            Refusal::new(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, "The client is unknown or its secret is wrong")
                .detail("the header Authorization must be `Basic` and the base64 of client id, colon, secret; or `Bearer` and the secret")
                .header(header::WWW_AUTHENTICATE, "Basic realm=\"connect\", charset=\"UTF-8\"")
        })
    }
}

/// Basic with id and secret, Bearer with the secret; Meld's servers send their key after `BASIC` as it is.
fn authenticated(clients: &Clients, headers: &HeaderMap) -> Option<Arc<Client>> {
    if let Some(secret) = bearer(headers) {
        return clients.by_secret(&secret);
    }
    let sent = credentials("basic", headers)?;
    match decoded(&sent) {
        Some((id, secret)) => clients.authenticate(&id, secret.expose()),
        None => clients.by_secret(&sent),
    }
}

fn decoded(sent: &Secret) -> Option<(String, Secret)> {
    let decoded = STANDARD.decode(sent.expose()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), Secret::new(secret)))
}
