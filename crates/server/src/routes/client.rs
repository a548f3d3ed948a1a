//! Who asks: a client's own server, by its secret.

use super::user::{bearer, credentials};
use crate::app::Shared;
use crate::audit::{Trail, Who};
use crate::config::clients::{Client, Clients};
use crate::http::address::Address;
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
        let Ok(from) = Address::from_request_parts(parts, app).await;
        let Some(proof) = Proof::sent(&parts.headers) else {
            return Err(unproved());
        };
        let clients = app.clients();
        let said = proof.id.as_deref();
        // A name that is no client's is nobody's to be written down.
        if let Some(known) = clients.all().find(|client| Some(&*client.id) == said) {
            Trail::name(named(&known.id));
        }
        let Some(client) = proof.holds(&clients) else {
            app.limits.failed_to_prove(from, said).await?;
            return Err(unproved());
        };
        app.limits.proved(from, said).await?;
        Trail::name(named(&client.id));
        Ok(ByClient(client))
    }
}

fn named(client: &str) -> Who {
    Who {
        client: client.to_owned(),
        user: None,
    }
}

fn unproved() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, "The client is unknown or its secret is wrong")
                .detail("the header Authorization must be `Basic` and the base64 of client id, colon, secret; or `Bearer` and the secret")
                .header(header::WWW_AUTHENTICATE, "Basic realm=\"connect\", charset=\"UTF-8\"")
}

/// By what a server says that it is a client's own.
struct Proof {
    /// Not every server says which client it is.
    id: Option<String>,
    secret: Secret,
}

impl Proof {
    /// Basic with id and secret, Bearer with the secret; Meld's servers send their key after `BASIC` as it is.
    fn sent(headers: &HeaderMap) -> Option<Proof> {
        let alone = |secret| Proof { id: None, secret };
        if let Some(secret) = bearer(headers) {
            return Some(alone(secret));
        }
        let sent = credentials("basic", headers)?;
        let both = decoded(&sent).map(|(id, secret)| Proof {
            id: Some(id),
            secret,
        });
        Some(both.unwrap_or_else(|| alone(sent)))
    }

    fn holds(&self, clients: &Clients) -> Option<Arc<Client>> {
        match &self.id {
            Some(id) => clients.authenticate(id, self.secret.expose()),
            None => clients.by_secret(&self.secret),
        }
    }
}

fn decoded(sent: &Secret) -> Option<(String, Secret)> {
    let decoded = STANDARD.decode(sent.expose()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), Secret::new(secret)))
}
