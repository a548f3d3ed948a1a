//! The aggregators that the operator has keys for, and which bank is whose.

use super::simplefin::SimpleFin;
use super::{Aggregator, Bank, Banks, Misconfigured};
use crate::config::aggregators::Configured;
use std::sync::Arc;

/// What `kind` can be.
const KINDS: [&str; 1] = ["simplefin"];

pub struct Member {
    /// As the operator calls it.
    pub id: String,
    pub aggregator: Arc<dyn Aggregator>,
    pub banks: Vec<Bank>,
}

/// In the operator's order.
#[derive(Default)]
pub struct Members(Vec<Member>);

impl Members {
    /// Asks nobody anything.
    pub fn new(configured: Vec<Configured>) -> Result<Members, Misconfigured> {
        let members = configured.into_iter().map(|one| {
            let aggregator = made(&one).map_err(|Misconfigured(problem)| {
                Misconfigured(format!("{}: {problem}", one.id))
            })?;
            Ok(Member {
                id: one.id,
                aggregator,
                banks: Vec::new(),
            })
        });
        members.collect::<Result<_, _>>().map(Members)
    }

    pub fn all(&self) -> &[Member] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks each for its banks. One that cannot be reached brings none for now.
    pub async fn fetch(&mut self) {
        for member in &mut self.0 {
            match member.aggregator.banks().await {
                Ok(Banks::Whole(banks)) => member.banks = banks,
                Err(error) => {
                    tracing::error!(aggregator = member.id, "its banks are not known: {error}");
                }
            }
        }
    }

    /// Who brings this provider, and which of its banks it is.
    pub fn find(&self, provider: &str) -> Option<(&Member, &Bank)> {
        let mut all = self.0.iter().flat_map(|member| {
            let banks = member.banks.iter();
            banks.map(move |bank| (member, bank))
        });
        all.find(|(member, bank)| member.provider(bank) == provider)
    }
}

impl Member {
    /// The provider's id: stays the same as long as the operator's id and the aggregator's do.
    pub fn provider(&self, bank: &Bank) -> String {
        match bank.id == self.id || self.banks.len() == 1 {
            true => self.id.clone(),
            false => format!("{}~{}", self.id, bank.id),
        }
    }
}

fn made(one: &Configured) -> Result<Arc<dyn Aggregator>, Misconfigured> {
    match one.kind.as_str() {
        "simplefin" => Ok(Arc::new(SimpleFin::new(settings(one)?)?)),
        other => Err(Misconfigured(format!(
            "there is no kind {other:?}; it can be {}",
            KINDS.join(", ")
        ))),
    }
}

fn settings<T: serde::de::DeserializeOwned>(one: &Configured) -> Result<T, Misconfigured> {
    let settings = toml::Value::Table(one.settings.clone());
    // The first line names the key; the others only point into a text that is not the file's.
    settings.try_into().map_err(|error: toml::de::Error| {
        Misconfigured(
            error
                .message()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        )
    })
}
