//! The worked example of docs/write-an-aggregator.md: a made-up service, Piggy, with one bank. It is compiled for tests alone.

mod tests;

use super::http::{Client, Reply};
use super::{
    Aggregator, Answer, Bank, Banks, Cause, Failed, Found, FoundAccount, Health, Held, Login,
    LoginStyle, Misconfigured, Progress, Stage, Upstream, Way,
};
use async_trait::async_trait;
use connect_core::Secret;
use connect_core::api::{Field, FieldKind, SyncStep};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use url::Url;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    base_url: String,
}

pub struct Piggy {
    base: Url,
    client: Client,
}

impl Piggy {
    pub fn new(settings: Settings) -> Result<Piggy, Misconfigured> {
        let client = Client::new().map_err(|error| Misconfigured(error.to_string()))?;
        let base = Url::parse(&settings.base_url);
        let base = base.map_err(|_| Misconfigured("base_url must be an address".into()))?;
        Ok(Piggy { base, client })
    }
}

/// What Piggy gives for a login: all that is needed to go on.
#[derive(Serialize, Deserialize)]
struct Key {
    key: Secret,
}

/// `GET /accounts`, as Piggy answers it.
#[derive(Deserialize)]
struct Accounts {
    ready: bool,
    #[serde(default)]
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    number: String,
    title: String,
    cents: Option<i64>,
}

impl Piggy {
    async fn call(&self, request: reqwest::RequestBuilder) -> Result<Reply, Upstream> {
        let reply = self.client.send(request).await?;
        match reply.status {
            StatusCode::TOO_MANY_REQUESTS => Err(Upstream::RateLimited(reply.retry_after)),
            status if status.is_server_error() => Err(Upstream::Down(status.as_str().into())),
            _ => Ok(reply),
        }
    }

    fn url(&self, path: &str) -> Result<Url, Upstream> {
        let url = self.base.join(path);
        url.map_err(|_| Upstream::Misconfigured("base_url is no base".into()))
    }

    async fn accounts(&self, held: &Held) -> Result<Progress, Upstream> {
        let key: Key = held.read()?;
        let request = self.client.request(Method::GET, self.url("accounts")?);
        let reply = self.call(request.bearer_auth(key.key.expose())).await?;
        let (stage, after) = match reply.status {
            StatusCode::OK => stage(reply.json()?),
            StatusCode::UNAUTHORIZED => (failed(Cause::ConsentEnded), Duration::ZERO),
            status => return Err(Upstream::Protocol(format!("status {}", status.as_u16()))),
        };
        let held = held.clone();
        Ok(Progress { held, stage, after })
    }
}

fn stage(answer: Accounts) -> (Stage, Duration) {
    if !answer.ready {
        return (Stage::Working(SyncStep::Accounts), Duration::from_secs(2));
    }
    let accounts = answer.accounts.into_iter().map(|account| FoundAccount {
        stable: account.number,
        name: account.title,
        kind: "savings".into(),
        balance: account.cents.map(|cents| cents as f64 / 100.0),
        ..FoundAccount::default()
    });
    let found = Found {
        accounts: accounts.collect(),
        ..Found::default()
    };
    match found.accounts.is_empty() {
        true => (failed(Cause::NoAccounts), Duration::ZERO),
        false => (Stage::Done(found), Duration::ZERO),
    }
}

fn failed(cause: Cause) -> Stage {
    Stage::Failed(Failed::from(cause))
}

#[async_trait]
impl Aggregator for Piggy {
    async fn check(&self) -> Result<Health, Misconfigured> {
        Ok(Health::default())
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        let pin = Field {
            name: "pin".into(),
            label: "PIN".into(),
            kind: FieldKind::Password,
            required: true,
            ..Field::default()
        };
        Ok(Banks::Whole(vec![Bank {
            id: "piggy".into(),
            name: "Piggy".into(),
            login: LoginStyle::Fields(vec![pin]),
            ..Bank::default()
        }]))
    }

    async fn begin(&self, login: Login<'_>) -> Result<Progress, Upstream> {
        let Way::Credentials(credentials) = login.way else {
            return Err(Upstream::Protocol("it has no page".into()));
        };
        let body = json!({"user": login.user, "pin": credentials.get("pin")});
        let request = self.client.request(Method::POST, self.url("login")?);
        let reply = self.call(request.json(&body)).await?;
        let nothing = Held::of(&Key {
            key: Secret::default(),
        });
        let (held, stage) = match reply.status {
            StatusCode::OK => {
                let key: Key = reply.json()?;
                (Held::of(&key), Stage::Working(SyncStep::Accounts))
            }
            StatusCode::FORBIDDEN => (nothing, failed(Cause::LoginRefused)),
            status => return Err(Upstream::Protocol(format!("status {}", status.as_u16()))),
        };
        let after = Duration::ZERO;
        Ok(Progress { held, stage, after })
    }

    async fn resume(&self, _: &Held, _: Answer<'_>) -> Result<Progress, Upstream> {
        Err(Upstream::Protocol("it never asks anything".into()))
    }

    async fn look(&self, held: &Held) -> Result<Progress, Upstream> {
        self.accounts(held).await
    }

    async fn refresh(&self, held: &Held, _interactive: bool) -> Result<Progress, Upstream> {
        self.accounts(held).await
    }

    async fn forget(&self, held: &Held) -> Result<(), Upstream> {
        let key: Key = held.read()?;
        let request = self.client.request(Method::DELETE, self.url("login")?);
        let reply = self.call(request.bearer_auth(key.key.expose())).await?;
        match reply.status {
            StatusCode::NO_CONTENT | StatusCode::UNAUTHORIZED => Ok(()),
            status => Err(Upstream::Protocol(format!("status {}", status.as_u16()))),
        }
    }
}
