//! What an aggregator tells after each step, and what it wants kept until the next one.

use super::cause::{Failed, Upstream};
use connect_core::Secret;
use connect_core::api::{Challenge, SyncStep};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What an aggregator must know of a connection to go on with it: its own ids and tokens, as JSON. Sealed by the engine,
/// opaque to it, and never a credential or an answer of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Held(Secret);

impl From<Held> for String {
    fn from(held: Held) -> String {
        held.expose().to_owned()
    }
}

impl From<String> for Held {
    fn from(text: String) -> Held {
        Held::from_text(text)
    }
}

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
    /// Written down before anything else happens; that of a login that fails is dropped where an older one stands.
    pub held: Held,
    pub stage: Stage,
    /// When the engine should look again, for the stages that go on by themselves.
    pub after: Duration,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The bank's page for this attempt; an answer to `Way::Page` alone.
    GoTo(url::Url),
    /// It goes on by itself. From `accounts` on the bank has let the user in.
    Working(SyncStep),
    /// The user confirms something elsewhere, and it goes on by itself.
    Approves(Question),
    /// Questions that wait for the user; the engine asks one after the other and gives all answers together.
    Asks(Vec<Question>),
    /// It stands.
    Done(Found),
    Failed(Failed),
}

/// A question as the bank asks it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The same for the same challenge: a bank that asks it again has taken the answer for wrong.
    pub key: String,
    /// What the user reads.
    pub prompt: String,
    /// What kind of question it is; `None`: any text answers it.
    pub challenge: Option<Challenge>,
    /// The bank's own words beside the question: that the last answer was wrong, say.
    pub words: Option<String>,
    /// How long its answer is good for; told to the user.
    pub lifetime: Option<Duration>,
    /// How many wrong answers the bank takes.
    pub tries: Option<u32>,
}

/// What a connection has come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub accounts: Vec<FoundAccount>,
    /// When the bank's permission ends.
    pub consent_ends: Option<Timestamp>,
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
