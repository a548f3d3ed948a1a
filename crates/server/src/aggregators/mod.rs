//! Who answers for banks: one small trait, and a folder for each aggregator or service that is behind it.
//!
//! An aggregator knows its wire format, and no widget, session or database. Each step is one call and nothing waits in it:
//! what takes time is said in `Progress::after`, and the engine comes back with `look`. Questions and banks' own pages have no
//! words here yet: an aggregator that needs them cannot be written.

mod bank;
mod cause;
mod guard;
pub mod http;
mod progress;
pub mod registry;
pub mod sandbox;
mod simplefin;

pub use bank::{Bank, Banks};
pub use cause::{Cause, Failed, Upstream};
pub use progress::{Found, FoundAccount, FoundWarning, Held, Progress, Stage};

use async_trait::async_trait;
use connect_core::Secret;
use std::collections::BTreeMap;

#[async_trait]
pub trait Aggregator: Send + Sync {
    /// Whether the operator's keys are accepted and everything that must be registered is.
    async fn check(&self) -> Result<Health, Misconfigured>;

    /// The banks that it brings.
    async fn banks(&self) -> Result<Banks, Upstream>;

    /// A login with what the user has typed, by the names of the fields of `bank`, which is a `Bank::id`. A connection that
    /// is renewed keeps what it has until the new login has come about.
    async fn begin(
        &self,
        bank: &str,
        credentials: &BTreeMap<String, Secret>,
    ) -> Result<Progress, Upstream>;

    /// How it goes now.
    async fn look(&self, held: &Held) -> Result<Progress, Upstream>;

    /// The accounts once more, without a new login. `interactive`: the user is there and can answer a question.
    async fn refresh(&self, held: &Held, interactive: bool) -> Result<Progress, Upstream>;
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
