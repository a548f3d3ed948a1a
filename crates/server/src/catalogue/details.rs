//! What a single bank's login asks for, where the whole list does not say it: asked when somebody opens the bank, and known for
//! a while.

use crate::aggregators::registry::Member;
use crate::aggregators::{Bank, Upstream};
use quick_cache::sync::Cache;
use std::time::{Duration, Instant};

/// So many banks.
const MOST: usize = 1000;
const FRESH: Duration = Duration::from_secs(600);
/// Somebody waits for the form.
const PATIENCE: Duration = Duration::from_secs(10);

/// An aggregator's id, and the bank's there.
type Key = (String, String);

pub struct Details(Cache<Key, (Instant, Option<Bank>)>);

impl Details {
    pub fn new() -> Details {
        Details(Cache::new(MOST))
    }

    /// `None`: there is nothing to add, or it is not to be had now; then what the list says counts.
    pub async fn of(&self, member: &Member, bank: &str) -> Option<Bank> {
        let key = (member.id.clone(), bank.to_owned());
        if let Some((at, known)) = self.0.get(&key)
            && at.elapsed() < FRESH
        {
            return known;
        }
        let asked = tokio::time::timeout(PATIENCE, member.aggregator.bank(bank)).await;
        match asked.unwrap_or(Err(Upstream::Timeout)) {
            Ok(found) => {
                self.0.insert(key, (Instant::now(), found.clone()));
                found
            }
            Err(error) => {
                tracing::warn!(aggregator = member.id, %error, "what a bank's login asks for is not known");
                None
            }
        }
    }
}
