//! The apps that may ask for connections: their secrets, their origins, their redirect URIs.

use crate::config::oauth_redirect::{Entry as OAuthEntry, OAuthRedirect};
use crate::config::origin::{self, Origin};
use crate::config::redirect_uri;
use crate::config::secrets::{Entry as SecretsEntry, Secrets};
use crate::config::webhooks::{Entry as WebhookEntry, Webhook};
use crate::crypto::digest::sha256;
use crate::http::text::is_name;
use connect_core::Secret;
use connect_core::json::Read;
use connect_core::theme::ThemeTokens;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;
use url::Url;

pub const SANDBOX_ID: &str = "demo";
const LONGEST_NAME: usize = 128;
const SANDBOX_SECRET: &[u8] = b"demo-secret";

pub struct Clients(Vec<Arc<Client>>);

pub struct Client {
    pub id: String,
    pub name: String,
    pub logo: Option<String>,
    secrets: Secrets,
    /// Whatever it asks for is refused, and what it has asked for before is worth nothing.
    pub disabled: bool,
    origins: Vec<Origin>,
    /// Whose pages may stand around its pages, and are told nothing.
    ancestors: Vec<Origin>,
    any_local_origin: bool,
    links: bool,
    redirect_uris: Vec<String>,
    oauth_redirects: Vec<OAuthRedirect>,
    open_systems: Vec<OpenSystem>,
    webhooks: Vec<Webhook>,
    pub theme: ThemeTokens,
}

/// A system whose pages a client may let open without a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenSystem {
    Flinks,
    Ucw,
}

#[derive(Debug, thiserror::Error)]
pub enum ClientsError {
    #[error(
        "there are no clients: name their file with --clients, or start with --sandbox to try things out"
    )]
    None,
    #[error("--clients: {file} cannot be read: {source}")]
    Unreadable {
        file: String,
        source: std::io::Error,
    },
    #[error("--clients: {file} is not a list of clients: {source}")]
    Malformed {
        file: String,
        source: serde_json::Error,
    },
    #[error("--clients: client {client:?}: {problem}")]
    Invalid { client: String, problem: String },
}

impl Clients {
    /// Reads a JSON list of clients; every entry is checked before the server starts.
    pub fn read(file: &Path) -> Result<Clients, ClientsError> {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(file).map_err(|source| ClientsError::Unreadable {
            file: shown.clone(),
            source,
        })?;
        let entries: Vec<Entry> =
            serde_json::from_str(&text).map_err(|source| ClientsError::Malformed {
                file: shown,
                source,
            })?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut clients = Clients(Vec::new());
        for entry in entries {
            let id = entry.id.clone();
            let taken = clients.0.iter().any(|client| client.id == id);
            let client = if taken {
                Err("this id stands there twice".into())
            } else {
                entry.check(folder)
            };
            let client = client
                .and_then(|client| clients.without_taken_secret(client))
                .and_then(|client| clients.without_taken_sub(client));
            let client = client.map_err(|problem| ClientsError::Invalid {
                client: id,
                problem,
            })?;
            clients.0.push(Arc::new(client));
        }
        Ok(clients)
    }

    pub fn none() -> Clients {
        Clients(Vec::new())
    }

    /// Adds the client whose secret everybody knows; besides localhost it is allowed at the server's public origin.
    pub fn add_sandbox(
        &mut self,
        public: Option<Origin>,
        redirect_uris: Vec<String>,
    ) -> Result<(), ClientsError> {
        self.0.retain(|client| client.id != SANDBOX_ID);
        let sandbox = Client {
            id: SANDBOX_ID.into(),
            name: "Fern & Co".into(),
            logo: None,
            secrets: Secrets::one(SANDBOX_SECRET),
            disabled: false,
            origins: public.into_iter().collect(),
            ancestors: Vec::new(),
            any_local_origin: true,
            links: true,
            redirect_uris,
            oauth_redirects: Vec::new(),
            open_systems: vec![OpenSystem::Flinks, OpenSystem::Ucw],
            webhooks: Vec::new(),
            theme: ThemeTokens::default(),
        };
        let sandbox = self.without_taken_secret(sandbox);
        let sandbox = sandbox.map_err(|problem| ClientsError::Invalid {
            client: SANDBOX_ID.into(),
            problem,
        })?;
        self.0.push(Arc::new(sandbox));
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The disabled ones as well.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.0.iter()
    }

    fn enabled(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.0.iter().filter(|client| !client.disabled)
    }

    pub fn find(&self, id: &str) -> Option<Arc<Client>> {
        self.enabled().find(|client| client.id == id).cloned()
    }

    /// The client, if the secret is its own; takes as long for an unknown client as for a wrong secret.
    pub fn authenticate(&self, id: &str, secret: &str) -> Option<Arc<Client>> {
        let client = self.find(id);
        let expected = client
            .as_ref()
            .map_or(Secrets::NOBODYS, |client| client.secrets);
        let own = bool::from(expected.have(&sha256(secret.as_bytes())));
        client.filter(|_| own)
    }

    /// The client whose secret this is; takes as long for every client and for none.
    pub fn by_secret(&self, secret: &Secret) -> Option<Arc<Client>> {
        let given = sha256(secret.expose().as_bytes());
        // Each is compared, also when one has fitted: no two have the same.
        let fitting = self.enabled().fold(None, |found, client| {
            match bool::from(client.secrets.have(&given)) {
                true => Some(client),
                false => found,
            }
        });
        fitting.cloned()
    }

    /// The client that lets this system's pages open without a token, for its pages of this origin.
    pub fn opening(&self, system: OpenSystem, origin: &Origin) -> Option<Arc<Client>> {
        let opens = |client: &&Arc<Client>| {
            client.open_systems.contains(&system) && client.allows_origin(origin)
        };
        self.enabled().find(opens).cloned()
    }

    /// Where the result of a login at a bank goes that was begun under this `sub`, and whose that is.
    pub fn oauth_redirect(&self, sub: &str) -> Option<(Arc<Client>, OAuthRedirect)> {
        self.enabled().find_map(|client| {
            let mut all = client.oauth_redirects.iter();
            let redirect = all.find(|redirect| redirect.sub == sub)?;
            Some((client.clone(), redirect.clone()))
        })
    }

    /// Some client's page may be there.
    pub fn allow(&self, origin: &Origin) -> bool {
        self.enabled().any(|client| client.allows_origin(origin))
    }

    /// What may stand around a page of this origin, as the clients say that have it.
    pub fn ancestors(&self, origin: &Origin) -> Vec<Origin> {
        let clients = self.enabled().filter(|client| client.allows_origin(origin));
        let mut ancestors = Vec::new();
        for ancestor in clients.flat_map(|client| &client.ancestors) {
            if !ancestors.contains(ancestor) {
                ancestors.push(ancestor.clone());
            }
        }
        ancestors
    }

    /// Outside a sandbox users are sent nowhere where others could listen in, and no such page embeds the widget.
    pub fn check_encryption(&self) -> Result<(), ClientsError> {
        for client in &self.0 {
            if let Some((field, address)) = client.unencrypted().next() {
                let but = match field {
                    "webhooks" => {
                        "only one in your own network, with `\"private\": true`, may be http://"
                    }
                    _ => "only localhost, 127.0.0.1 and [::1] may be http://",
                };
                return Err(ClientsError::Invalid {
                    client: client.id.clone(),
                    problem: format!("{field}: {address:?} must begin with https://; {but}"),
                });
            }
        }
        Ok(())
    }

    /// A server may say its secret and no id.
    fn without_taken_secret(&self, client: Client) -> Result<Client, String> {
        let mut all = self.0.iter();
        match all.any(|other| other.secrets.overlap(&client.secrets)) {
            true => Err("secret_sha256: another client has the same secret".into()),
            false => Ok(client),
        }
    }

    /// A login says its `sub` and no client, so that no two clients may have the same one.
    fn without_taken_sub(&self, client: Client) -> Result<Client, String> {
        let subs = |client: &Client| {
            let all = client.oauth_redirects.iter();
            all.map(|redirect| redirect.sub.clone()).collect::<Vec<_>>()
        };
        let taken: Vec<String> = self.0.iter().flat_map(|client| subs(client)).collect();
        match subs(&client).iter().find(|sub| taken.contains(sub)) {
            Some(sub) => Err(format!(
                "oauth_redirects: another client has the sub {sub:?}"
            )),
            None => Ok(client),
        }
    }
}

impl Client {
    /// Two while it changes from one to the other.
    pub fn secrets(&self) -> usize {
        self.secrets.count()
    }

    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    pub fn open_systems(&self) -> &[OpenSystem] {
        &self.open_systems
    }

    pub fn webhooks(&self) -> &[Webhook] {
        &self.webhooks
    }

    /// By how the database knows it.
    pub fn webhook(&self, endpoint: &str) -> Option<&Webhook> {
        let mut all = self.webhooks.iter();
        all.find(|webhook| webhook.endpoint == endpoint)
    }

    pub fn allows_origin(&self, origin: &Origin) -> bool {
        self.origins.contains(origin) || (self.any_local_origin && origin.is_local())
    }

    /// Whoever has a link or a window with one of its tokens may use it there. A client that has told the origins of its pages
    /// must say so: else a link with somebody's token could connect somebody else's bank to it.
    pub fn opens_by_link(&self) -> bool {
        self.links || self.origins.is_empty()
    }

    /// Its addresses on whose way others could listen in, with their fields' names. An app's own scheme leads to no network.
    pub fn unencrypted(&self) -> impl Iterator<Item = (&'static str, String)> {
        let origins = self.origins.iter();
        let origins = origins.filter(|origin| !origin.is_trustworthy());
        let origins = origins.map(|origin| ("origins", origin.to_string()));
        let ancestors = self.ancestors.iter();
        let ancestors = ancestors.filter(|origin| !origin.is_trustworthy());
        let ancestors = ancestors.map(|origin| ("ancestors", origin.to_string()));
        let plain = |uri: &str| Origin::of(uri).is_some_and(|origin| !origin.is_trustworthy());
        let redirects = self.redirect_uris.iter();
        let redirects = redirects.filter(move |uri| plain(uri));
        let redirects = redirects.map(|uri| ("redirect_uris", uri.clone()));
        let oauth = self.oauth_redirects.iter().map(OAuthRedirect::as_str);
        let oauth = oauth.filter(move |uri| plain(uri));
        let oauth = oauth.map(|uri| ("oauth_redirects", uri.to_owned()));
        // To this machine nothing is sent outside a sandbox.
        let webhooks = self.webhooks.iter();
        let webhooks =
            webhooks.filter(|webhook| webhook.url.scheme() != "https" && !webhook.is_private);
        let webhooks = webhooks.map(|webhook| ("webhooks", webhook.shown()));
        let all = origins.chain(ancestors).chain(redirects).chain(oauth);
        all.chain(webhooks)
    }

    /// Compared letter by letter: what a parser makes of an address does not count.
    pub fn registered(&self, redirect_uri: &str) -> bool {
        self.redirect_uris.iter().any(|uri| uri == redirect_uri)
    }
}

/// A client as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    secret_sha256: SecretsEntry,
    #[serde(default)]
    disabled: bool,
    logo: Option<String>,
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default)]
    ancestors: Vec<String>,
    #[serde(default)]
    links: bool,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    oauth_redirects: Vec<OAuthEntry>,
    #[serde(default)]
    open_systems: Vec<OpenSystem>,
    #[serde(default)]
    webhooks: Vec<WebhookEntry>,
    #[serde(default)]
    theme: Map<String, Value>,
}

impl Entry {
    fn check(self, folder: &Path) -> Result<Client, String> {
        if self.id.is_empty() || self.id.contains(':') {
            return Err("id must not be empty nor contain a colon".into());
        }
        if !is_name(&self.name) || self.name.chars().count() > LONGEST_NAME {
            return Err("name must have 1 to 128 characters that can be read".into());
        }
        if !self.logo.as_deref().is_none_or(is_picture) {
            return Err("logo must be an https:// address or a data:image/ one".into());
        }
        let secrets = Secrets::parse(&self.secret_sha256)?;
        let origins = check_origins("origins", &self.origins)?;
        let ancestors = check_origins("ancestors", &self.ancestors)?;
        for uri in &self.redirect_uris {
            redirect_uri::check(uri).map_err(|problem| format!("redirect_uris: {problem}"))?;
        }
        let oauth_redirects = OAuthRedirect::check_all(self.oauth_redirects)
            .map_err(|problem| format!("oauth_redirects: {problem}"))?;
        let webhooks = Webhook::check_all(self.webhooks, folder)
            .map_err(|problem| format!("webhooks: {problem}"))?;
        let theme = check_theme(self.theme)?;
        Ok(Client {
            id: self.id,
            name: self.name,
            logo: self.logo,
            secrets,
            disabled: self.disabled,
            origins,
            ancestors,
            any_local_origin: false,
            links: self.links,
            redirect_uris: self.redirect_uris,
            oauth_redirects,
            open_systems: self.open_systems,
            webhooks,
            theme,
        })
    }
}

fn check_origins(field: &str, texts: &[String]) -> Result<Vec<Origin>, String> {
    let origins = texts.iter().map(|text| {
        let wrong = || {
            format!(
                "{field}: {text:?} is not an origin: it {}",
                origin::refusal(text)
            )
        };
        Origin::parse(text).ok_or_else(wrong)
    });
    origins.collect()
}

fn is_picture(logo: &str) -> bool {
    let scheme = |text: &str| Url::parse(text).is_ok_and(|url| url.scheme() == "https");
    logo.starts_with("data:image/") || scheme(logo)
}

/// Every token must be one, so that a mistake is told at the start and not seen in the widget.
fn check_theme(entries: Map<String, Value>) -> Result<ThemeTokens, String> {
    let mut theme = ThemeTokens::default();
    for (name, value) in entries {
        let one = json!({&name: value});
        let token = ThemeTokens::read(&one).filter(|token| !token.is_empty());
        let token = token.ok_or(format!("theme: {name:?} is no token or has no such value"))?;
        theme = theme.with(&token);
    }
    Ok(theme)
}
