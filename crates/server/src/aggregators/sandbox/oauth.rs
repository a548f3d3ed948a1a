//! The bank "OAuth Bank": whom it lets in, and what its codes are good for. Its pages are in `routes/oauth_bank`, and what
//! it remembers of those who are at them in `store/desk`.

use super::{Bank, GOOD_USER, Profile, Script, login_failed};
use crate::crypto::digest::sha256;
use crate::words::Word;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_core::Secret;
use connect_core::api::{Provider, SyncStep};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;

pub const PROFILE: Profile = Profile {
    id: "oauth-bank",
    name: "OAuth Bank",
    color: "#7a2e6d",
    hint: Word::SandboxOauth,
    logo: include_str!("oauth.svg"),
};

/// The same bank, whose pages cut the way back to the window that has opened them.
pub const ISOLATED: Profile = Profile {
    id: "oauth-bank-coop",
    name: "OAuth Bank (isolated)",
    ..PROFILE
};

pub const CLIENT_ID: &str = "sandbox-widget";
pub const SCOPE: &str = "accounts";

/// What the app has asked for, checked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    pub bank: Bank,
    pub redirect_uri: String,
    pub state: Option<String>,
    /// S256: the SHA-256 of the app's `code_verifier`. `None`: an app without PKCE, as recipes of other systems have it.
    pub challenge: Option<[u8; 32]>,
}

/// Who has logged in at the bank's page.
#[derive(Clone, Debug)]
pub struct Login {
    pub username: String,
    pub password: Secret,
}

pub fn describe(provider: &mut Provider) {
    provider.oauth = true;
    provider.client_id = Some(CLIENT_ID.into());
    provider.authorize_url = Some(format!("/sandbox/{}/authorize", provider.id));
    provider.scopes = vec![SCOPE.into()];
}

pub fn login(username: &str) -> Script {
    if username == GOOD_USER {
        return Script::connecting(&[SyncStep::Login]);
    }
    Script::refusing(SyncStep::Login, login_failed())
}

/// What an app's `code_challenge` says. `None`: it is no SHA-256.
pub fn parse_challenge(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

impl Request {
    /// Whether these are what the code was given for, but for the code itself.
    pub fn fits(&self, bank: Bank, credentials: &BTreeMap<String, Secret>) -> bool {
        let text = |name| credentials.get(name).map(Secret::expose);
        let proven = match (self.challenge, text("code_verifier")) {
            (Some(challenge), Some(verifier)) => {
                bool::from(sha256(verifier.as_bytes()).ct_eq(&challenge))
            }
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        self.bank == bank
            && proven
            && text("redirect_uri").is_none_or(|uri| uri == self.redirect_uri)
            && text("client_id").is_none_or(|id| id == CLIENT_ID)
    }
}

impl Login {
    /// The bank knows this user.
    pub fn is_known(&self) -> bool {
        self.username == GOOD_USER && !self.password.is_empty()
    }
}
