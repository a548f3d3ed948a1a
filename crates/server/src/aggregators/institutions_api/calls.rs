//! Calls to the service: where, as whom, and what an answer's status means whatever was asked.

use super::settings::{Settings, below};
use super::tokens::{Http, Tokens};
use super::{Misconfigured, Upstream};
use crate::aggregators::http::{Client, Reply};
use connect_core::Secret;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use serde::Serialize;
use std::time::Duration;
use url::Url;

const CONNECT: Duration = Duration::from_secs(10);
/// A poll is answered after 30 seconds at most.
const TOTAL: Duration = Duration::from_secs(45);

pub struct Calls {
    base: Url,
    tokens: Tokens,
    http: Http,
}

/// One call; sent once more with a new token where the first was refused.
pub struct Call<'a> {
    pub method: Method,
    /// Below the base; each segment is escaped.
    pub path: &'a [&'a str],
    pub query: &'a [(&'a str, &'a str)],
    /// JSON, in which a password may be: wiped after the call. The copy that is sent is the HTTP client's, which wipes nothing.
    pub body: Option<&'a Secret>,
    /// Names what is to be made, so that it is made once.
    pub key: Option<&'a str>,
}

impl<'a> Call<'a> {
    pub fn get(path: &'a [&'a str]) -> Call<'a> {
        Call {
            method: Method::GET,
            path,
            query: &[],
            body: None,
            key: None,
        }
    }

    pub fn send(method: Method, path: &'a [&'a str], body: &'a Secret) -> Call<'a> {
        Call {
            method,
            body: Some(body),
            ..Call::get(path)
        }
    }
}

impl Calls {
    pub fn new(settings: &Settings) -> Result<Calls, Misconfigured> {
        Calls::within(settings, TOTAL)
    }

    /// No call takes longer than this.
    pub fn within(settings: &Settings, total: Duration) -> Result<Calls, Misconfigured> {
        let base = settings.base()?;
        Ok(Calls {
            tokens: Tokens::new(settings.proof(&base)?),
            http: Http {
                calls: client(settings, total)?,
                reads: Client::new().map_err(|error| Misconfigured(error.to_string()))?,
            },
            base,
        })
    }

    pub fn base(&self) -> &Url {
        &self.base
    }

    pub fn says(&self) -> &'static str {
        self.tokens.says()
    }

    pub async fn of_user(&self, user: &str, call: Call<'_>) -> Result<Reply, Upstream> {
        let mut reply = self.once(Some(user), &call).await?;
        if reply.status == StatusCode::UNAUTHORIZED && self.tokens.can_change() {
            self.tokens.forget(user);
            reply = self.once(Some(user), &call).await?;
        }
        Ok(reply)
    }

    /// What is no user's: the banks.
    pub async fn of_nobody(&self, call: Call<'_>) -> Result<Reply, Upstream> {
        if self.tokens.shows_banks_to_all() {
            let reply = self.once(None, &call).await?;
            if reply.status != StatusCode::UNAUTHORIZED {
                return Ok(reply);
            }
        }
        self.of_user(super::NOBODY, call).await
    }

    async fn once(&self, user: Option<&str>, call: &Call<'_>) -> Result<Reply, Upstream> {
        let url = below(&self.base, call.path);
        let mut request = self.http.calls.request(call.method.clone(), url);
        if !call.query.is_empty() {
            request = request.query(call.query);
        }
        if let Some(body) = call.body {
            let text = body.expose().to_owned();
            request = request.header(CONTENT_TYPE, "application/json").body(text);
        }
        if let Some(key) = call.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(user) = user {
            request = self.tokens.prove(request, user, &self.http).await?;
        }
        self.http.reads.send(request).await
    }
}

/// The one way out has no certificates of an operator's yet: this one has its limits, and it is [`Client::send`] that reads.
fn client(settings: &Settings, total: Duration) -> Result<reqwest::Client, Misconfigured> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("connect-server/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(total)
        .redirect(reqwest::redirect::Policy::none())
        .default_headers(settings.headers()?);
    for certificate in settings.certificates()? {
        builder = builder.add_root_certificate(certificate);
    }
    if let Some(identity) = settings.identity()? {
        builder = builder.identity(identity);
    }
    let client = builder.build();
    client.map_err(|_| Misconfigured("ca_file or identity_file cannot be used".into()))
}

pub fn written(body: &impl Serialize) -> Secret {
    Secret::new(serde_json::to_string(body).expect("a body is plain data"))
}
