//! What an aggregator tells after each step, and what it wants kept until the next one.

use super::cause::{Failed, Upstream};
use connect_core::Secret;
use connect_core::api::SyncStep;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// What an aggregator must know of a connection to go on with it: its own ids and tokens, as JSON. Sealed by the engine,
/// opaque to it, and never a credential or an answer of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held(Secret);

impl Held {
    pub fn of(what: &impl Serialize) -> Held {
        let text = serde_json::to_string(what).expect("what is held is plain data");
        Held(Secret::new(text))
    }

    /// As it was kept.
    pub fn from_text(text: impl Into<String>) -> Held {
        Held(Secret::new(text))
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// An older version, or another aggregator, may have written it.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Upstream> {
        serde_json::from_str(self.0.expose())
            .map_err(|_| Upstream::Protocol("what is held of this connection is not ours".into()))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Written down before anything else happens; `None`: what is kept stays as it is.
    pub held: Option<Held>,
    pub stage: Stage,
    /// When the engine should look again, for the stages that go on by themselves.
    pub after: Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// It goes on by itself. From `accounts` on the bank has let the user in.
    Working(SyncStep),
    /// It stands.
    Done(Found),
    Failed(Failed),
}

/// What a connection has come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub accounts: Vec<FoundAccount>,
    /// What did not work although the rest did, in words for the user.
    pub warnings: Vec<FoundWarning>,
}

/// Something that did not work, and the accounts that it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundWarning {
    /// `FoundAccount::stable` of each; none: the whole connection.
    pub accounts: Vec<String>,
    pub message: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundAccount {
    /// The same for the same account, also after the consent was renewed; within one connection no two are alike.
    pub stable: String,
    pub name: String,
    /// `checking`, `savings`, `credit`, `loan`, `mortgage`, `investment`, `other` …
    pub kind: String,
    /// The last digits.
    pub mask: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// In units of the currency.
    pub balance: Option<f64>,
    /// Why it cannot be connected; `None`: it can.
    pub ineligible: Option<String>,
}
