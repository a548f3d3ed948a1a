//! What the operator says of a service: where it is, how one proves oneself there, which certificates and headers it wants.

use super::Misconfigured;
use crate::config::secret_file::{read_bytes, read_secret};
use connect_core::Secret;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Identity};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::{Host, Url};
use zeroize::Zeroizing;

const USER_HEADER: &str = "loginName";

/// These belong to the calls themselves.
const TAKEN: [&str; 6] = [
    "authorization",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
    "transfer-encoding",
];

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the operator calls it.
    pub name: Option<String>,
    /// Where `/providers` and `/institutions` are.
    pub base_url: String,
    /// Allows http in the operator's own network.
    #[serde(default)]
    pub private: bool,
    /// A file with one bearer token for all users.
    pub token_file: Option<PathBuf>,
    /// Beside `token_file`: the header that names the user.
    pub user_header: Option<String>,
    /// Where each user's token comes from.
    pub token: Option<TokenSettings>,
    /// More headers, each with the file of its value.
    #[serde(default)]
    pub headers: BTreeMap<String, PathBuf>,
    /// PEM: who signs the service's certificate.
    pub ca_file: Option<PathBuf>,
    /// PEM: this server's own certificate and its key.
    pub identity_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSettings {
    #[serde(default)]
    pub kind: TokenKind,
    pub url: Option<String>,
    pub client_id: String,
    pub secret_file: PathBuf,
    pub user_header: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// Wealthica's form: `{clientId, secret}`, and the user in a header.
    #[default]
    Auth,
    /// This contract's form: client and secret as Basic, `{user_id}` as the body.
    Tokens,
}

/// How one proves oneself to the service.
pub enum Proof {
    Fixed {
        token: Secret,
        user_header: Option<HeaderName>,
    },
    Fetched {
        kind: TokenKind,
        url: Url,
        client_id: String,
        secret: Secret,
        user_header: HeaderName,
    },
}

impl Settings {
    pub fn base(&self) -> Result<Url, Misconfigured> {
        self.address("base_url", &self.base_url)
    }

    pub fn proof(&self, base: &Url) -> Result<Proof, Misconfigured> {
        match (&self.token_file, &self.token) {
            (Some(file), None) => Ok(Proof::Fixed {
                token: secret("token_file", file)?,
                user_header: self
                    .user_header
                    .as_deref()
                    .map(|name| free_header("user_header", name))
                    .transpose()?,
            }),
            (None, Some(_)) if self.user_header.is_some() => Err(wrong(
                "user_header: in the table [aggregator.token] it has its effect",
            )),
            (None, Some(token)) => self.fetched(token, base),
            _ => Err(wrong(
                "token_file or [aggregator.token]: exactly one of them must be there",
            )),
        }
    }

    fn fetched(&self, token: &TokenSettings, base: &Url) -> Result<Proof, Misconfigured> {
        let url = match &token.url {
            Some(text) => self.address("token.url", text)?,
            None => below(base, token.kind.path()),
        };
        let name = token.user_header.as_deref().unwrap_or(USER_HEADER);
        if token.client_id.trim().is_empty() {
            return Err(wrong("token.client_id is empty"));
        }
        Ok(Proof::Fetched {
            kind: token.kind,
            url,
            client_id: token.client_id.clone(),
            secret: secret("token.secret_file", &token.secret_file)?,
            user_header: free_header("token.user_header", name)?,
        })
    }

    pub fn headers(&self) -> Result<HeaderMap, Misconfigured> {
        let mut all = HeaderMap::new();
        for (name, file) in &self.headers {
            let key = format!("headers.{name}");
            let value = secret(&key, file)?;
            let value = HeaderValue::from_str(value.expose());
            let mut value = value.map_err(|_| wrong(format!("{key}: no value of a header")))?;
            value.set_sensitive(true);
            all.insert(free_header("headers", name)?, value);
        }
        Ok(all)
    }

    pub fn certificates(&self) -> Result<Vec<Certificate>, Misconfigured> {
        let Some(file) = &self.ca_file else {
            return Ok(Vec::new());
        };
        let pem = bytes("ca_file", file)?;
        match Certificate::from_pem_bundle(&pem) {
            Ok(all) if !all.is_empty() => Ok(all),
            _ => Err(unusable("ca_file", file, "has no PEM certificate")),
        }
    }

    pub fn identity(&self) -> Result<Option<Identity>, Misconfigured> {
        let Some(file) = &self.identity_file else {
            return Ok(None);
        };
        let pem = bytes("identity_file", file)?;
        let why = "must have a PEM certificate and its PEM key";
        Identity::from_pem(&pem)
            .map(Some)
            .map_err(|_| unusable("identity_file", file, why))
    }

    /// Passwords go there, so that it is https, or in the operator's own network.
    fn address(&self, key: &str, text: &str) -> Result<Url, Misconfigured> {
        let url = Url::parse(text.trim()).ok().filter(|url| {
            url.host().is_some()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        // The address itself is not said: a password may be in it.
        let Some(url) = url else {
            return Err(wrong(format!(
                "{key} must be an address without user, query and fragment, such as https://bank.example/v1"
            )));
        };
        match url.scheme() {
            "https" => Ok(url),
            "http" if self.private && is_private(&url) => Ok(url),
            _ => Err(wrong(format!(
                "{key} must be https; http needs `private = true` and a host in your own network"
            ))),
        }
    }
}

impl TokenKind {
    fn path(self) -> &'static [&'static str] {
        match self {
            TokenKind::Auth => &["auth", "token"],
            TokenKind::Tokens => &["tokens"],
        }
    }
}

/// The address with these segments after its own, each as one.
pub fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// A name without a dot, or under one of these endings, is no name of the public internet.
fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let endings = [".internal", ".local", ".localhost"];
            !name.contains('.') || endings.iter().any(|ending| name.ends_with(ending))
        }
        Some(Host::Ipv4(address)) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
        None => false,
    }
}

fn free_header(key: &str, name: &str) -> Result<HeaderName, Misconfigured> {
    let header = HeaderName::try_from(name).ok();
    let header = header.filter(|header| !TAKEN.contains(&header.as_str()));
    header.ok_or_else(|| {
        wrong(format!(
            "{key}: {name:?} is no header that can be chosen here"
        ))
    })
}

fn secret(key: &str, file: &Path) -> Result<Secret, Misconfigured> {
    read_secret(file).map_err(|why| wrong(format!("{key}: {why}")))
}

fn bytes(key: &str, file: &Path) -> Result<Zeroizing<Vec<u8>>, Misconfigured> {
    read_bytes(file).map_err(|why| wrong(format!("{key}: {why}")))
}

fn unusable(key: &str, file: &Path, why: &str) -> Misconfigured {
    wrong(format!("{key}: {} {why}", file.display()))
}

fn wrong(text: impl Into<String>) -> Misconfigured {
    Misconfigured(text.into())
}
