//! The one way out: HTTPS calls to aggregators, with time-outs, a limit of what is read, no redirects, and the proxy of the
//! environment.

use super::cause::Upstream;
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;

const CONNECT: Duration = Duration::from_secs(10);
const TOTAL: Duration = Duration::from_secs(30);

/// The most that is read of an answer. A whole list of banks has a few megabytes.
pub const LARGEST: usize = 8 * 1024 * 1024;

#[derive(Clone, Debug)]
pub struct Client(reqwest::Client);

/// An answer that was read whole, whatever its status.
#[derive(Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub retry_after: Option<Duration>,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new() -> Result<Client, Upstream> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("connect-server/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .redirect(reqwest::redirect::Policy::none())
            .build();
        client
            .map(Client)
            .map_err(|error| Upstream::Misconfigured(error.without_url().to_string()))
    }

    /// To be given to [`Client::send`].
    pub fn request(&self, method: Method, url: Url) -> reqwest::RequestBuilder {
        self.0.request(method, url)
    }

    /// Sends it and reads the answer, up to the limit.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Result<Reply, Upstream> {
        self.send_within(request, LARGEST).await
    }

    /// As `send`, with another limit in bytes.
    pub async fn send_within(
        &self,
        request: reqwest::RequestBuilder,
        most: usize,
    ) -> Result<Reply, Upstream> {
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let header = |name: &str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let seconds = header(RETRY_AFTER.as_str()).and_then(|text| text.trim().parse().ok());
        let mut reply = Reply {
            status: response.status(),
            retry_after: seconds.map(Duration::from_secs),
            content_type: header("content-type"),
            body: Vec::new(),
        };
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            if reply.body.len() + chunk.len() > most {
                return Err(Upstream::Protocol("its answer is too long".into()));
            }
            reply.body.extend_from_slice(&chunk);
        }
        Ok(reply)
    }
}

impl Reply {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Upstream> {
        serde_json::from_slice(&self.body).map_err(|error| {
            // Where it is wrong, and nothing of what is there.
            let place = format!("line {} column {}", error.line(), error.column());
            Upstream::Protocol(format!("no JSON of the expected form, at {place}"))
        })
    }
}

/// Without the address, which may hold a secret.
fn failed(error: &reqwest::Error) -> Upstream {
    match error.is_timeout() {
        true => Upstream::Timeout,
        false if error.is_connect() => Upstream::Down("no connection".into()),
        false => Upstream::Down("the connection broke off".into()),
    }
}
