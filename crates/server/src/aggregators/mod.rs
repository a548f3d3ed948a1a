//! Who answers for banks: one small trait, and a folder for each aggregator or service that is behind it.
//!
//! An aggregator knows its wire format, and no widget, session or database. Each step is one call and nothing waits in it:
//! what takes time is said in `Progress::after`, and the engine comes back with `look`.

mod bank;
mod cause;
pub mod enable_banking;
#[cfg(test)]
mod example;
pub mod http;
mod institutions_api;
mod nobody;
mod progress;
pub mod registry;
pub mod sandbox;
pub mod simplefin;
#[cfg(test)]
mod stub;
#[cfg(test)]
mod testing;

pub use bank::{Bank, Banks, LoginStyle, Route, logo_hash};
pub use cause::{Cause, Failed, Upstream};
pub use nobody::Nobody;
pub use progress::{Found, FoundAccount, FoundWarning, Held, Progress, Question, Stage};

use async_trait::async_trait;
use connect_core::Secret;
use std::collections::BTreeMap;
use url::Url;

#[async_trait]
pub trait Aggregator: Send + Sync {
    /// Whether the operator's keys are accepted and everything that must be registered is.
    async fn check(&self) -> Result<Health, Misconfigured>;

    /// The banks that it brings.
    async fn banks(&self) -> Result<Banks, Upstream>;

    /// What a single bank's login asks for, where the whole list does not say it: asked when a user opens the bank.
    /// `None`: there is nothing to add.
    async fn bank(&self, _bank: &str) -> Result<Option<Bank>, Upstream> {
        Ok(None)
    }

    /// A login with what the user has typed, or the way to the bank's own page. A connection that is renewed keeps what it
    /// has until the new login has come about.
    async fn begin(&self, login: Login<'_>) -> Result<Progress, Upstream>;

    /// A question was answered, its code is wanted once more, or the user is back from the bank's page.
    async fn resume(&self, held: &Held, answer: Answer<'_>) -> Result<Progress, Upstream>;

    /// What the user has brought back from the bank's page is a refusal: as RFC 6749 calls it. Nothing is called then.
    fn refusal(&self, query: &BTreeMap<String, Secret>) -> Option<&'static str> {
        match query.get("error")?.expose() {
            "access_denied" => Some("access_denied"),
            _ => Some("temporarily_unavailable"),
        }
    }

    /// How it goes now.
    async fn look(&self, held: &Held) -> Result<Progress, Upstream>;

    /// The accounts once more, without a new login. `interactive`: the user is there and can answer a question.
    async fn refresh(&self, held: &Held, interactive: bool) -> Result<Progress, Upstream>;

    /// Ends the connection on the other side. One that is not there any more is a success.
    async fn forget(&self, held: &Held) -> Result<(), Upstream>;
}

/// An aggregator that can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// What it says of the operator's account, a line each: environment, countries, restrictions.
    pub says: Vec<String>,
}

/// Why an aggregator cannot be used, and what its operator should do. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misconfigured(pub String);

/// What a login is for.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// Names the client's user to the aggregator without telling who it is: always the same for the same one.
    pub user: &'a str,
    /// `Bank::id` of the bank.
    pub bank: &'a str,
    pub way: Way<'a>,
    /// What is held of the connection that this login renews.
    pub renews: Option<&'a Held>,
    pub psu: &'a Psu,
}

/// How the user logs in.
#[derive(Clone, Copy)]
pub enum Way<'a> {
    /// By the names of the bank's fields.
    Credentials(&'a BTreeMap<String, Secret>),
    /// At the bank's own page. `attempt` comes back unchanged with `return_to`: as its `state`, its `ref` or its `attempt`.
    Page {
        return_to: &'a Url,
        attempt: &'a str,
    },
}

/// The payment service user, as banks call who sits at the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Psu {
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
}

/// What the user has done.
#[derive(Clone, Copy)]
pub enum Answer<'a> {
    /// To all open questions, in their order.
    Texts(&'a [Secret]),
    /// Send the code of the open question anew.
    Resend,
    /// Came back from the bank's page.
    Returned {
        /// The parameters of the address.
        query: &'a BTreeMap<String, Secret>,
        /// What is held of the connection that is renewed, which may be known only now.
        renews: Option<&'a Held>,
    },
}
