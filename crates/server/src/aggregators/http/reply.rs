//! An answer of an aggregator, read whole and no longer than its limit.

use super::{Upstream, failed};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{HeaderName, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// An answer that was read whole, whatever its status; never a redirect. It has no Debug: its body may hold a secret.
#[derive(Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
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

pub(super) async fn read(mut response: Response, largest: usize) -> Result<Reply, Upstream> {
    if is_redirect(response.status()) {
        let status = response.status().as_u16();
        let what = format!("it redirects ({status}), and redirects are not followed");
        return Err(Upstream::Protocol(what));
    }
    let header = |name: HeaderName| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(value.trim().to_owned())
    };
    let mut reply = Reply {
        status: response.status(),
        retry_after: header(RETRY_AFTER).and_then(|text| wait(&text)),
        body: Vec::new(),
    };
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if reply.body.len() + chunk.len() > largest {
            return Err(Upstream::Protocol("its answer is too long".into()));
        }
        reply.body.extend_from_slice(&chunk);
    }
    Ok(reply)
}

/// Not every 3xx: a 304 answers a conditional request.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 300..=303 | 305..=308)
}

/// Seconds, or a date (RFC 9110, 10.2.3).
fn wait(retry_after: &str) -> Option<Duration> {
    if let Ok(seconds) = retry_after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = rfc2822::parse(retry_after).ok()?.timestamp();
    let seconds = then.as_second() - Timestamp::now().as_second();
    Some(Duration::from_secs(seconds.try_into().unwrap_or_default()))
}
