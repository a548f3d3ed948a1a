//! Where a client's server wants to hear of its connections, and what signs what it hears; secrets are in files of their own.

use crate::config::secret_file::read_secret;
use crate::crypto::digest::sha256_hex;
use crate::store::events::Kind;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use url::{Host, Url};
use zeroize::Zeroizing;

/// So many of a client's, and so many secrets of each: an old one and a new one.
const MOST: usize = 10;
const MOST_SECRETS: usize = 2;

/// How a secret begins, and how many bytes it has: "Standard Webhooks", Signature scheme.
/// Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
const PREFIX: &str = "whsec_";
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

#[derive(Clone)]
pub struct Webhook {
    pub url: Url,
    /// How the database knows it.
    pub endpoint: String,
    /// With each of them what is sent is signed.
    pub keys: Vec<SigningKey>,
    /// It is in the operator's own network, and nowhere else.
    pub is_private: bool,
    /// Empty: all.
    events: Vec<Kind>,
}

/// It has no Debug.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Zeroizing<Vec<u8>>);

/// As the clients' file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    url: String,
    secret_file: Files,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    events: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Files {
    One(PathBuf),
    Several(Vec<PathBuf>),
}

impl SigningKey {
    pub fn parse(text: &str) -> Result<SigningKey, &'static str> {
        let wrong = "is no secret of a webhook: it is whsec_ and the base64 of 24 to 64 bytes; `connect-server webhooks secret` makes one";
        let text = text.strip_prefix(PREFIX).ok_or(wrong)?;
        let bytes = STANDARD.decode(text).map_err(|_| wrong)?;
        match BYTES.contains(&bytes.len()) {
            true => Ok(SigningKey(Zeroizing::new(bytes))),
            false => Err(wrong),
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Webhook {
    /// Relative paths begin in `folder`, that of the clients' file.
    pub fn check_all(entries: Vec<Entry>, folder: &Path) -> Result<Vec<Webhook>, String> {
        if entries.len() > MOST {
            return Err(format!("there may be {MOST}"));
        }
        let mut all: Vec<Webhook> = Vec::new();
        for entry in entries {
            let webhook = entry.check(folder)?;
            if all.iter().any(|known| known.endpoint == webhook.endpoint) {
                return Err(format!("{} stands there twice", webhook.shown()));
            }
            all.push(webhook);
        }
        Ok(all)
    }

    pub fn takes(&self, kind: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|taken| taken.name() == kind)
    }

    /// Without its query, in which there may be a secret.
    pub fn shown(&self) -> String {
        let mut shown = self.url.clone();
        shown.set_query(None);
        shown.into()
    }

    /// It is on this machine.
    pub fn is_local(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(four)) => four.is_loopback(),
            Some(Host::Ipv6(six)) => six.is_loopback(),
            None => false,
        }
    }
}

impl Entry {
    fn check(self, folder: &Path) -> Result<Webhook, String> {
        let url = Url::parse(&self.url).map_err(|error| format!("url: {error}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "url: an address with a user name or a password in it is not called".into(),
            );
        }
        let files = match self.secret_file {
            Files::One(file) => vec![file],
            Files::Several(files) => files,
        };
        if !(1..=MOST_SECRETS).contains(&files.len()) {
            return Err("secret_file must be one file or two".into());
        }
        let keys = files.iter().map(|file| {
            let secret = read_secret(&folder.join(file))?;
            SigningKey::parse(secret.expose())
                .map_err(|problem| format!("{} {problem}", file.display()))
        });
        let keys = keys.collect::<Result<Vec<SigningKey>, String>>()?;
        let events = self.events.iter().map(|name| {
            Kind::named(name).ok_or_else(|| format!("events: there is no event {name:?}"))
        });
        let webhook = Webhook {
            endpoint: sha256_hex(url.as_str().as_bytes()),
            events: events.collect::<Result<Vec<Kind>, String>>()?,
            is_private: self.private,
            url,
            keys,
        };
        let inside = webhook.is_local() || webhook.is_private;
        let is_http = webhook.url.scheme() == "http" && inside;
        match webhook.url.scheme() == "https" || is_http {
            true => Ok(webhook),
            false => Err("url must begin with https://, unless it is `private`".into()),
        }
    }
}
