//! A bank as an aggregator brings it.

use crate::crypto::digest::sha256_hex;
use connect_core::api::{Field, ProviderStatus, RecoveryUrls, Setup};
use serde::{Deserialize, Serialize};

/// The banks that an aggregator brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Banks {
    /// All of them; asked for again every now and then.
    Whole(Vec<Bank>),
}

/// Kept as JSON; what an older version has not written is as if nothing was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bank {
    /// Names it to its aggregator; opaque to everybody else.
    pub id: String,
    pub name: String,
    /// ISO 3166-1 alpha-2, upper case; `None`: everywhere.
    pub country: Option<String>,
    /// ISO 9362, by which it is known among other aggregators' banks.
    pub bic: Option<String>,
    /// The bank's own site.
    pub url: Option<String>,
    /// Address of a picture, from outside and not looked at yet.
    pub logo: Option<String>,
    /// The same for a dark page; of no use alone.
    pub logo_dark: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
    pub group: Option<String>,
    pub login: LoginStyle,
    /// What the user has to do elsewhere before the login.
    pub setup: Option<Setup>,
    /// Shown under the login's button.
    pub hint: Option<String>,
    pub status: Option<ProviderStatus>,
    /// Why the status is what it is.
    pub message: Option<String>,
    pub recovery_urls: Option<RecoveryUrls>,
    /// Stands among the first while nothing is searched for.
    pub popular: bool,
}

/// A way to a bank: over this aggregator, which knows it so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub aggregator: String,
    pub bank: Bank,
}

/// How its users log in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginStyle {
    /// Here: without fields of its own a user name and a password.
    Fields(Vec<Field>),
    /// At an address that the aggregator gives for each attempt.
    Redirect,
    /// At the bank's own OAuth page, whose code is taken as credentials.
    OAuth {
        authorize_url: String,
        client_id: String,
        scopes: Vec<String>,
    },
}

impl Default for LoginStyle {
    fn default() -> LoginStyle {
        LoginStyle::Fields(Vec::new())
    }
}

/// As many digits as no two addresses share.
const HASH_LENGTH: usize = 32;

impl Bank {
    /// By what its picture is called in our address for it; a dark variant makes another picture of it.
    pub fn logo_name(&self) -> Option<String> {
        let light = self.logo.as_deref()?;
        Some(match &self.logo_dark {
            None => logo_hash(light),
            Some(dark) => logo_hash(&format!("{light}\n{dark}")),
        })
    }
}

/// By what a picture's address is called in ours.
pub fn logo_hash(address: &str) -> String {
    let hash = sha256_hex(address.as_bytes());
    hash.chars().take(HASH_LENGTH).collect()
}
