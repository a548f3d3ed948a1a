//! SimpleFIN: the user pastes a token that their SimpleFIN server has given them; one connection can hold many banks.
//! Source: "SimpleFIN Protocol" 1.0.7 and version 2, https://www.simplefin.org/protocol.html

mod accounts;
mod settings;
mod token;

pub use settings::Settings;

use self::settings::Servers;
use super::http::{Client, Reply};
use super::{
    Aggregator, Bank, Banks, Cause, Failed, Health, Held, Misconfigured, Progress, Stage, Upstream,
};
use async_trait::async_trait;
use connect_core::Secret;
use connect_core::api::{Field, FieldKind, SyncStep};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

const BANK: &str = "simplefin";
const TOKEN: &str = "setup_token";

/// What is said of a token that cannot be claimed; the protocol wants its user to be warned.
const CLAIMED: &str = "This token is not known, or it was used before. If that was not you, disable it where you got it. Then get a new one.";

pub struct SimpleFin {
    name: String,
    servers: Servers,
}

/// The address that the token was exchanged for; the user and the password are in it.
#[derive(Serialize, Deserialize)]
struct Access {
    access: String,
}

impl SimpleFin {
    pub fn new(settings: Settings) -> Result<SimpleFin, Misconfigured> {
        let name = settings.name.clone();
        Ok(SimpleFin {
            name: name.unwrap_or_else(|| "SimpleFIN".into()),
            servers: Servers::new(settings)?,
        })
    }

    async fn claim(&self, credentials: &BTreeMap<String, Secret>) -> Result<Progress, Upstream> {
        let token = credentials.get(TOKEN).map_or("", Secret::expose);
        let claim = match self.claim_address(token) {
            Ok(claim) => claim,
            Err(why) => return Ok(failed(Failed::saying(Cause::LoginRefused, why))),
        };
        let (client, url) = claim;
        let request = client
            .request(Method::POST, url)
            .header("content-length", 0);
        let reply = client.send(request).await?;
        match reply.status {
            StatusCode::OK => {}
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
                return Ok(failed(Failed::saying(Cause::LoginRefused, CLAIMED)));
            }
            _ => return Err(unexpected(&reply)),
        }
        let access = String::from_utf8_lossy(&reply.body).trim().to_owned();
        let parsed = Url::parse(&access).ok();
        if parsed.and_then(|url| self.servers.client(&url)).is_none() {
            let words = "The token leads to a server that is not allowed here. Disable it where you got it.";
            return Ok(failed(Failed::saying(Cause::LoginRefused, words)));
        }
        // The token is spent from here on: what it was exchanged for is kept before anything else can fail.
        Ok(Progress {
            held: Some(Held::of(&Access { access })),
            stage: Stage::Working(SyncStep::Accounts),
            after: Duration::ZERO,
        })
    }

    fn claim_address(&self, token: &str) -> Result<(&Client, Url), String> {
        let url = token::parse(token)?;
        let client = self.servers.client(&url);
        client.map(|client| (client, url)).ok_or_else(|| {
            "This token is for a SimpleFIN server that is not allowed here. Ask whoever runs this app.".into()
        })
    }

    async fn read(&self, held: &Held) -> Result<Progress, Upstream> {
        let access: Access = held.read()?;
        let url = Url::parse(&access.access);
        let mut url = url.map_err(|_| Upstream::Protocol("what is held is no address".into()))?;
        // The operator may have taken the server from the list since.
        let client = self.servers.client(&url).ok_or_else(|| {
            Upstream::Misconfigured(
                "a connection's SimpleFIN server is not allowed any more".into(),
            )
        })?;
        let (user, password) = token::userinfo(&mut url);
        url.set_path(&format!("{}/accounts", url.path().trim_end_matches('/')));
        url.set_query(Some("version=2&balances-only=1"));
        let request = client.request(Method::GET, url);
        let request = request.basic_auth(user, Some(password.expose()));
        let reply = client.send(request).await?;
        let stage = match reply.status {
            StatusCode::OK => accounts::stage(&reply.json()?, self.servers.create_page()),
            StatusCode::PAYMENT_REQUIRED => Stage::Failed(Failed::saying(
                Cause::ActionNeeded {
                    at: self.servers.create_page().cloned(),
                },
                "Your SimpleFIN server asks to be paid. Log in there, then try again.",
            )),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Stage::Failed(Failed::saying(
                Cause::LoginRefused,
                "This access was taken back at your SimpleFIN server. Get a new token there.",
            )),
            _ => return Err(unexpected(&reply)),
        };
        Ok(Progress {
            held: None,
            stage,
            after: Duration::ZERO,
        })
    }
}

#[async_trait]
impl Aggregator for SimpleFin {
    async fn check(&self) -> Result<Health, Misconfigured> {
        let mut says = vec!["it needs no keys, and nothing has to be registered".into()];
        says.push(format!("servers: {}", self.servers.names().join(", ")));
        Ok(Health { says })
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        let page = self.servers.create_page().map(Url::to_string);
        let hint = page.as_ref().map(|page| {
            format!("Get a token at {page}, copy it and paste it here. It can be used once.")
        });
        let field = Field {
            name: TOKEN.into(),
            label: "SimpleFIN token".into(),
            kind: FieldKind::Password,
            required: true,
            autocomplete: Some("off".into()),
            hint,
            ..Field::default()
        };
        Ok(Banks::Whole(vec![Bank {
            id: BANK.into(),
            name: self.name.clone(),
            url: page,
            fields: vec![field],
            ..Bank::default()
        }]))
    }

    async fn begin(
        &self,
        _: &str,
        credentials: &BTreeMap<String, Secret>,
    ) -> Result<Progress, Upstream> {
        self.claim(credentials).await
    }

    async fn look(&self, held: &Held) -> Result<Progress, Upstream> {
        self.read(held).await
    }

    async fn refresh(&self, held: &Held, _: bool) -> Result<Progress, Upstream> {
        self.read(held).await
    }
}

/// A connection that was renewed keeps what it had.
fn failed(failed: Failed) -> Progress {
    Progress {
        held: None,
        stage: Stage::Failed(failed),
        after: Duration::ZERO,
    }
}

fn unexpected(reply: &Reply) -> Upstream {
    let status = reply.status;
    match status {
        StatusCode::TOO_MANY_REQUESTS => Upstream::RateLimited(reply.retry_after),
        _ if status.is_server_error() => Upstream::Down(format!("status {}", status.as_u16())),
        _ => Upstream::Protocol(format!("status {}", status.as_u16())),
    }
}
