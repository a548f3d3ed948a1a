//! Who asks for a connection: its user, with a token, or the client's own server, with its secret.

use super::client::ByClient;
use super::user::{User, bearer, credentials, unknown_token};
use crate::app::{App, Shared};
use crate::config::clients::Client;
use crate::http::address::Address;
use crate::http::problem::{Answer, Refusal};
use crate::store::events::By;
use crate::store::institutions;
use crate::store::tokens::{self, Grant, Notes};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;
use std::sync::Arc;

pub enum Asker {
    User(Box<User>),
    Client(Arc<Client>, Address),
}

impl FromRequestParts<Shared> for Asker {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Asker, Refusal> {
        let Ok(address) = Address::from_request_parts(parts, app).await;
        let token = bearer(&parts.headers);
        if token.is_none() && credentials("basic", &parts.headers).is_none() {
            let user = User::from_request_parts(parts, app).await?;
            return Ok(Asker::User(Box::new(user)));
        }
        if let Some(token) = &token {
            let hash = tokens::hash(token);
            if tokens::find_by_hash(&app.db, &hash).await?.is_some() {
                let user = User::by_hash(app, hash, address).await?;
                return Ok(Asker::User(Box::new(user)));
            }
        }
        match ByClient::from_request_parts(parts, app).await {
            Ok(ByClient(client)) => Ok(Asker::Client(client, address)),
            // Most who send one that nobody knows are widgets whose session is over.
            Err(refusal) if token.is_some() && refusal.status() == StatusCode::UNAUTHORIZED => {
                Err(unknown_token())
            }
            Err(refusal) => Err(refusal),
        }
    }
}

impl Asker {
    /// The user to whom this connection belongs, as far as the asker reaches: a client's server acts for all of its users.
    pub async fn owner_of(self, app: &App, id: &str) -> Answer<User> {
        let (client, address) = match self {
            Asker::User(user) => return Ok(*user),
            Asker::Client(client, address) => (client, address),
        };
        let found = institutions::of_client(&app.db, &client.id, id).await?;
        let found = found
            .ok_or_else(|| Refusal::not_found("this client has no institution with this id"))?;
        Ok(User {
            grant: Grant {
                client: client.id.clone(),
                user: found.user,
                options: LaunchOptions::default(),
                expires_at: Timestamp::MAX,
                session: String::new(),
                notes: Notes::default(),
                scope: None,
            },
            client,
            token_sha256: String::new(),
            address,
        })
    }

    pub fn by(&self) -> By {
        match self {
            Asker::User(_) => By::User,
            Asker::Client(..) => By::Client,
        }
    }
}
