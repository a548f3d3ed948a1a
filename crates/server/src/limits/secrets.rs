//! Wrong client secrets: counted by address and by client. Whoever has shown a client's right secret lately is let in
//! while others guess it.

use super::bucket::Key;
use super::{Limit, Limits};
use crate::http::address::Address;
use crate::http::problem::Answer;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

impl Limits {
    /// Asked before a secret is looked at. `said` is the client's id as it was sent, known or not; of a secret that came
    /// without an id nobody knows whose it was to be, so that all of them are counted together.
    pub fn may_prove(&self, from: Address, said: Option<&str>) -> Answer<()> {
        let (client, address) = (self.key(said), self.address(from));
        self.look(Limit::SecretsPerAddress, address)?;
        match self.look(Limit::SecretsPerClient, client) {
            Err(_) if self.known.has(client, address, Instant::now()) => Ok(()),
            seen => seen,
        }
    }

    pub fn proved(&self, from: Address, said: Option<&str>) {
        let (client, address) = (self.key(said), self.address(from));
        self.known.note(client, address, Instant::now());
    }

    pub fn failed_to_prove(&self, from: Address, said: Option<&str>) {
        for (limit, key) in [
            (Limit::SecretsPerAddress, self.address(from)),
            (Limit::SecretsPerClient, self.key(said)),
        ] {
            // Another one at the same moment has taken the last.
            let _ = self.buckets[limit as usize].take(key);
        }
    }
}

/// From which addresses a client's right secret came, and when it last did.
#[derive(Default)]
pub struct Known(Mutex<HashMap<(Key, Key), Instant>>);

impl Known {
    fn note(&self, client: Key, address: Key, now: Instant) {
        self.all().insert((client, address), now);
    }

    fn has(&self, client: Key, address: Key, now: Instant) -> bool {
        let at = self.all().get(&(client, address)).copied();
        at.is_some_and(|at| now.duration_since(at) < REMEMBERED)
    }

    pub fn clean(&self, now: Instant) {
        let mut all = self.all();
        all.retain(|_, at| now.duration_since(*at) < REMEMBERED);
        all.shrink_to_fit();
    }

    fn all(&self) -> MutexGuard<'_, HashMap<(Key, Key), Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Setting;
    use std::net::{IpAddr, Ipv4Addr};

    fn address(number: u8) -> Address {
        Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, number)))
    }

    fn guess(limits: &Limits, from: u8, said: Option<&str>) -> bool {
        let from = address(from);
        let admitted = limits.may_prove(from, said).is_ok();
        if admitted {
            limits.failed_to_prove(from, said);
        }
        admitted
    }

    #[test]
    fn an_address_that_guesses_is_shut_out_from_every_client() {
        let limits = Limits::new(&[], 4096);
        let guesses = (0..3000).filter(|_| guess(&limits, 1, Some("shop")));
        assert_eq!(guesses.count(), 20);
        for said in [Some("shop"), Some("other"), None] {
            assert!(limits.may_prove(address(1), said).is_err());
            assert!(limits.may_prove(address(2), said).is_ok());
        }
    }

    #[test]
    fn a_client_that_is_guessed_at_lets_in_whom_it_knows() {
        let few = Setting::parse("secrets-per-client=5/1h").expect("a setting");
        for (said, other) in [(Some("shop"), None), (None, Some("shop"))] {
            let limits = Limits::new(&[few], 4096);
            limits.proved(address(1), said);
            let guesses = (2..100).filter(|number| guess(&limits, *number, said));
            assert_eq!(guesses.count(), 5);
            assert!(limits.may_prove(address(1), said).is_ok());
            assert!(limits.may_prove(address(100), said).is_err());
            assert!(limits.may_prove(address(100), other).is_ok());
        }
    }

    #[test]
    fn an_address_is_known_for_a_day() {
        let known = Known::default();
        let (client, address, then) = (Key(1), Key(2), Instant::now());
        known.note(client, address, then);
        let day = Duration::from_secs(86_400);
        let early = then + day - Duration::from_secs(1);
        assert!(known.has(client, address, early) && !known.has(address, client, early));
        known.clean(early);
        assert_eq!(known.all().len(), 1);
        assert!(!known.has(client, address, then + day));
        known.clean(then + day);
        assert_eq!(known.all().len(), 0);
    }
}
