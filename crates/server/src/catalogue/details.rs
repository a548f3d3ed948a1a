//! What a single bank's login asks for, where the whole list does not say it: asked when somebody opens the bank, and known for
//! a while.

use crate::aggregators::registry::Member;
use crate::aggregators::{Bank, Upstream};
use quick_cache::sync::Cache;
use std::time::{Duration, Instant};

/// So many banks.
const MOST: usize = 1000;
const FRESH: Duration = Duration::from_secs(600);
/// So long nobody else waits for an aggregator that did not answer.
const FAILED: Duration = Duration::from_secs(30);
/// Somebody waits for the form.
const PATIENCE: Duration = Duration::from_secs(10);

/// An aggregator's id, and the bank's there.
type Key = (String, String);

/// Until when each is known.
pub struct Details(Cache<Key, (Instant, Option<Bank>)>);

impl Details {
    pub fn new() -> Details {
        Details(Cache::new(MOST))
    }

    /// `None`: there is nothing to add, or it is not to be had now; then what the list says counts.
    pub async fn of(&self, member: &Member, bank: &str) -> Option<Bank> {
        let key = (member.id.clone(), bank.to_owned());
        if let Some((until, known)) = self.0.get(&key)
            && Instant::now() < until
        {
            return known;
        }
        let asked = tokio::time::timeout(PATIENCE, member.aggregator.bank(bank)).await;
        match asked.unwrap_or(Err(Upstream::Timeout)) {
            Ok(found) => {
                self.0.insert(key, (Instant::now() + FRESH, found.clone()));
                found
            }
            Err(error) => {
                tracing::warn!(aggregator = member.id, %error, "what a bank's login asks for is not known");
                self.0.insert(key, (Instant::now() + FAILED, None));
                None
            }
        }
    }
}
