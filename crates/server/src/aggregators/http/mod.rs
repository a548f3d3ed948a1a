//! The one way out: HTTPS calls to aggregators, with time-outs, a limit of what is read, no redirects, and the proxy of the
//! environment. Where a user has chosen the address, `Guarded` holds it against the operator's list.

mod addresses;
mod guard;
mod reply;
#[cfg(test)]
mod tests;

pub use guard::{Guarded, NotAllowed, Origins};
pub use reply::Reply;

use super::cause::Upstream;
use addresses::{InnerOnly, NotInner, NotPublic, PublicOnly, is_inner, is_public};
use reqwest::Method;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// How long a call may take, and how long its answer may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub connect: Duration,
    /// From the first byte of the request to the last one of the answer.
    pub total: Duration,
    /// Bytes that are read of an answer.
    pub largest: usize,
}

impl Default for Bounds {
    /// A whole list of banks has a few megabytes.
    fn default() -> Bounds {
        Bounds {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
            largest: 8 * 1024 * 1024,
        }
    }
}

/// For addresses that the operator or the program has chosen.
#[derive(Clone, Debug)]
pub struct Client {
    client: reqwest::Client,
    largest: usize,
}

impl Client {
    pub fn new() -> Result<Client, Upstream> {
        Client::within(Bounds::default())
    }

    pub fn within(bounds: Bounds) -> Result<Client, Upstream> {
        Client::build(builder(bounds), bounds)
    }

    /// For addresses that somebody outside has chosen: https, and nothing in the operator's own network.
    pub fn public(bounds: Bounds) -> Result<Client, Upstream> {
        let outside = builder(bounds)
            .https_only(true)
            .dns_resolver(Arc::new(PublicOnly::new()));
        Client::build(outside, bounds)
    }

    /// For this machine: no proxy stands in between.
    pub fn direct(bounds: Bounds) -> Result<Client, Upstream> {
        Client::build(builder(bounds).no_proxy(), bounds)
    }

    /// For the operator's own network, and nothing else: no proxy is asked.
    pub fn inner(bounds: Bounds) -> Result<Client, Upstream> {
        let inside = builder(bounds).no_proxy().dns_resolver(Arc::new(InnerOnly));
        Client::build(inside, bounds)
    }

    /// For addresses that a user has chosen: nothing but these origins is called.
    pub fn guarded(origins: Origins, bounds: Bounds) -> Result<Guarded, Upstream> {
        Guarded::new(origins, bounds)
    }

    fn build(builder: reqwest::ClientBuilder, bounds: Bounds) -> Result<Client, Upstream> {
        let client = builder
            .build()
            .map_err(|error| Upstream::Misconfigured(error.without_url().to_string()))?;
        let largest = bounds.largest;
        Ok(Client { client, largest })
    }

    /// To be given to [`Client::send`].
    pub fn request(&self, method: Method, url: Url) -> reqwest::RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends it and reads the answer, up to the limit.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Result<Reply, Upstream> {
        self.send_within(request, self.largest).await
    }

    /// As `send`, with another limit in bytes.
    pub async fn send_within(
        &self,
        request: reqwest::RequestBuilder,
        most: usize,
    ) -> Result<Reply, Upstream> {
        let response = request.send().await.map_err(|error| failed(&error))?;
        reply::read(response, most).await
    }
}

/// An address that is written as a number is looked up by nobody, and is looked at here.
pub fn may_be_public(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

/// The same for [`Client::inner`].
pub fn may_be_inner(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_inner(address.into()),
        Some(Host::Ipv6(address)) => is_inner(address.into()),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

fn builder(bounds: Bounds) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("connect-server/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(bounds.connect)
        .timeout(bounds.total)
        .redirect(reqwest::redirect::Policy::none())
}

/// Without the address, which may hold a secret.
fn failed(error: &reqwest::Error) -> Upstream {
    if let Some(refused) = cause::<NotPublic>(error) {
        return Upstream::Misconfigured(refused.to_string());
    }
    if let Some(refused) = cause::<NotInner>(error) {
        return Upstream::Misconfigured(refused.to_string());
    }
    match error.is_timeout() {
        true => Upstream::Timeout,
        false if error.is_connect() => Upstream::Down("no connection".into()),
        false => Upstream::Down("the connection broke off".into()),
    }
}

fn cause<E: std::error::Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
