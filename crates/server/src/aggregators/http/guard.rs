//! Calls to addresses that a user has chosen: only to origins that the operator has listed, and not into the operator's own
//! network unless the operator says so.

use super::{Bounds, Client, Reply, Upstream};
use reqwest::Method;
use url::{Host, Origin, Url};

/// Where calls may go. Each is an origin: `https://bridge.simplefin.org`.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Servers in the internet, by name.
    pub public: Vec<Url>,
    /// Servers that may be anywhere, also by address; http only on this machine.
    pub private: Vec<Url>,
}

/// Why an address is not called. Says nothing of the address but its host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    #[error("an address with a user name or a password in it is not called")]
    Userinfo,
    #[error("only https is called")]
    NotHttps,
    #[error("a server is called by its name, not by an IP address")]
    Address,
    #[error("{0} is not among the servers that may be called")]
    NotListed(String),
}

/// Calls nothing but the listed origins.
#[derive(Clone, Debug)]
pub struct Guarded {
    public: Vec<Origin>,
    private: Vec<Origin>,
    /// Resolves public addresses only.
    outside: Client,
    /// Resolves as the machine does, and uses no proxy.
    inside: Client,
}

impl Origins {
    /// As an operator writes them; what is said of a wrong one names it.
    pub fn parse(public: &[String], private: &[String]) -> Result<Origins, String> {
        let each = |texts: &[String], check: fn(&Url) -> Result<(), &'static str>| {
            let urls = texts.iter().map(|text| origin(text, check));
            urls.collect::<Result<Vec<Url>, String>>()
        };
        Ok(Origins {
            public: each(public, public_origin)?,
            private: each(private, private_origin)?,
        })
    }
}

impl Guarded {
    pub(super) fn new(origins: Origins, bounds: Bounds) -> Result<Guarded, Upstream> {
        Ok(Guarded {
            public: origins.public.iter().map(Url::origin).collect(),
            private: origins.private.iter().map(Url::origin).collect(),
            outside: Client::public(bounds)?,
            inside: Client::direct(bounds)?,
        })
    }

    /// Whether it would be called.
    pub fn check(&self, url: &Url) -> Result<(), NotAllowed> {
        self.client_for(url).map(drop)
    }

    /// Calls it. `with` adds what the request has besides its address: headers, a body.
    pub async fn call(
        &self,
        method: Method,
        url: Url,
        with: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Result<Reply, Upstream> {
        let client = self
            .client_for(&url)
            .map_err(|refused| Upstream::Misconfigured(refused.to_string()))?;
        client.send(with(client.request(method, url))).await
    }

    fn client_for(&self, url: &Url) -> Result<&Client, NotAllowed> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotAllowed::Userinfo);
        }
        if self.private.contains(&url.origin()) {
            return Ok(&self.inside);
        }
        if url.scheme() != "https" {
            return Err(NotAllowed::NotHttps);
        }
        let Some(Host::Domain(name)) = url.host() else {
            return Err(NotAllowed::Address);
        };
        match self.public.contains(&url.origin()) {
            true => Ok(&self.outside),
            false => Err(NotAllowed::NotListed(name.to_owned())),
        }
    }
}

fn origin(text: &str, check: fn(&Url) -> Result<(), &'static str>) -> Result<Url, String> {
    let wrong = |why: &str| format!("`{text}` is no server's origin: {why}");
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        // Not shown: it may be a secret.
        return Err("a server's origin has no user name and no password".into());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("nothing may follow the host and the port"));
    }
    check(&url).map_err(wrong)?;
    Ok(url)
}

fn public_origin(url: &Url) -> Result<(), &'static str> {
    match (url.scheme(), url.host()) {
        ("https", Some(Host::Domain(_))) => Ok(()),
        ("https", _) => Err("a server is named by its name, or stands among `private_servers`"),
        _ => Err("it begins with https://, or stands among `private_servers`"),
    }
}

fn private_origin(url: &Url) -> Result<(), &'static str> {
    let on_this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(four)) => four.is_loopback(),
        Some(Host::Ipv6(six)) => six.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if on_this_machine => Ok(()),
        "http" => Err("http is for a server on this machine; elsewhere it is https"),
        _ => Err("it begins with https://"),
    }
}
