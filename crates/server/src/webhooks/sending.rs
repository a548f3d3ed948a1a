//! One event to one address: only out into the internet, no redirect, and no answer is read for long.

use super::payload::Payload;
use super::sign::signatures;
use crate::aggregators::Upstream;
use crate::aggregators::http::{Bounds, Client, Reply, may_be_inner, may_be_public};
use crate::config::webhooks::Webhook;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use std::time::Duration;

const BOUNDS: Bounds = Bounds {
    connect: Duration::from_secs(5),
    total: Duration::from_secs(15),
    largest: 64 * 1024,
};

const NOT_OUTSIDE: &str = "its address is not in the internet";
const NOT_INSIDE: &str = "its address is not in a private network";

pub struct Ways {
    /// Resolves public addresses only.
    outside: Client,
    /// To the operator's own network, where the settings say so.
    own: Client,
    /// To this machine, in a sandbox.
    inside: Option<Client>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    Arrived(u16),
    /// With this status, and for how long it wants to be left alone.
    Refused(u16, Option<Duration>),
    /// It wants to hear nothing more.
    Gone,
    /// There was no answer, and why.
    Nowhere(&'static str),
    /// The address is no webhook of the client's any more.
    Unknown,
}

impl Sent {
    /// For whoever looks why something has not arrived: nothing of the answer's own text.
    pub fn words(&self) -> String {
        match self {
            Sent::Arrived(status) | Sent::Refused(status, _) => format!("answered {status}"),
            Sent::Gone => "answered 410: it is told nothing more".into(),
            Sent::Nowhere(why) => (*why).into(),
            Sent::Unknown => "it is in the client's settings no longer".into(),
        }
    }
}

impl Ways {
    pub fn new(sandbox: bool) -> Result<Ways, Upstream> {
        Ok(Ways {
            outside: Client::public(BOUNDS)?,
            own: Client::inner(BOUNDS)?,
            inside: match sandbox {
                true => Some(Client::direct(BOUNDS)?),
                false => None,
            },
        })
    }

    pub async fn send(&self, webhook: &Webhook, payload: &Payload, now: Timestamp) -> Sent {
        let client = match (&self.inside, webhook.is_local()) {
            _ if webhook.is_private => match may_be_inner(&webhook.url) {
                true => &self.own,
                false => return Sent::Nowhere(NOT_INSIDE),
            },
            (Some(inside), true) => inside,
            _ if !may_be_public(&webhook.url) => return Sent::Nowhere(NOT_OUTSIDE),
            _ => &self.outside,
        };
        let Ok(body) = serde_json::to_vec(payload) else {
            return Sent::Nowhere("the event cannot be written");
        };
        let at = now.as_second();
        let request = client
            .request(Method::POST, webhook.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &payload.id)
            .header("webhook-timestamp", at.to_string())
            .header(
                "webhook-signature",
                signatures(&webhook.keys, &payload.id, at, &body),
            )
            .body(body);
        let wrong = match webhook.is_private {
            true => NOT_INSIDE,
            false => NOT_OUTSIDE,
        };
        judged(client.send(request).await, wrong)
    }
}

/// `wrong` is what is said of an address that leads elsewhere than it may.
fn judged(reply: Result<Reply, Upstream>, wrong: &'static str) -> Sent {
    match reply {
        Ok(reply) if reply.status.is_success() => Sent::Arrived(reply.status.as_u16()),
        Ok(reply) if reply.status.as_u16() == 410 => Sent::Gone,
        Ok(reply) => Sent::Refused(reply.status.as_u16(), reply.retry_after),
        Err(Upstream::Timeout) => Sent::Nowhere("it took too long"),
        Err(Upstream::Misconfigured(_)) => Sent::Nowhere(wrong),
        Err(Upstream::Protocol(_)) => Sent::Nowhere("it redirects, or answers at length"),
        Err(_) => Sent::Nowhere("there was no connection, or it broke off"),
    }
}
