//! Which SimpleFIN servers tokens may lead to: an address that a user has pasted is called by this server.

use super::Misconfigured;
use crate::aggregators::http::Client;
use serde::Deserialize;
use url::{Host, Url};

/// The best known server, and its test one.
const BRIDGE: [&str; 2] = [
    "https://bridge.simplefin.org",
    "https://beta-bridge.simplefin.org",
];

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How the bank list calls it.
    pub name: Option<String>,
    /// Origins, https; their names must not lead into a private network.
    #[serde(default = "bridge")]
    pub servers: Vec<String>,
    /// Origins in the operator's own network; http on this machine alone.
    #[serde(default)]
    pub private_servers: Vec<String>,
    /// Where users get their tokens.
    pub create_page: Option<String>,
}

fn bridge() -> Vec<String> {
    BRIDGE.map(String::from).to_vec()
}

pub struct Servers {
    public: Vec<Url>,
    private: Vec<Url>,
    create_page: Option<Url>,
    guarded: Client,
    free: Client,
}

impl Servers {
    pub fn new(settings: Settings) -> Result<Servers, Misconfigured> {
        let is_public =
            |url: &Url| url.scheme() == "https" && matches!(url.host(), Some(Host::Domain(_)));
        let is_private = |url: &Url| url.scheme() == "https" || is_loopback(url);
        let public = origins("servers", &settings.servers, is_public)?;
        let private = origins("private_servers", &settings.private_servers, is_private)?;
        let page = match settings.create_page {
            Some(page) => Some(page),
            None => public
                .first()
                .or(private.first())
                .map(|url| format!("{url}simplefin/create")),
        };
        let page = page.map(|page| Url::parse(&page)).transpose();
        let wrong = |_| Misconfigured("client: no HTTPS client can be made here".into());
        Ok(Servers {
            public,
            private,
            create_page: page
                .map_err(|_| Misconfigured("create_page must be an address".into()))?,
            guarded: Client::guarded().map_err(wrong)?,
            free: Client::new().map_err(wrong)?,
        })
    }

    pub fn create_page(&self) -> Option<&Url> {
        self.create_page.as_ref()
    }

    pub fn names(&self) -> Vec<String> {
        let all = self.public.iter().chain(&self.private);
        all.map(|url| url.origin().ascii_serialization()).collect()
    }

    /// Who may call this address. `None`: nobody.
    pub fn client(&self, url: &Url) -> Option<&Client> {
        let is_one_of = |list: &[Url]| list.iter().any(|one| one.origin() == url.origin());
        if is_one_of(&self.private) {
            return Some(&self.free);
        }
        is_one_of(&self.public).then_some(&self.guarded)
    }
}

fn origins(
    key: &str,
    texts: &[String],
    fits: impl Fn(&Url) -> bool,
) -> Result<Vec<Url>, Misconfigured> {
    let parsed = texts.iter().map(|text| {
        let url = Url::parse(text).ok().filter(|url| {
            let bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
            bare && fits(url)
        });
        url.ok_or_else(|| {
            Misconfigured(format!(
                "{key}: {text:?} must be an origin such as https://bridge.simplefin.org"
            ))
        })
    });
    parsed.collect()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
