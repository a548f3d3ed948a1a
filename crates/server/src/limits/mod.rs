//! How often anybody may try anything: token buckets by address, client, user and connection, and caps on what is kept.
//! Nothing that somebody has typed is kept in them.

mod acts;
mod bucket;
mod rate;
pub mod requests;
mod secrets;
mod setting;
pub mod table;
mod waiting;

pub use setting::Setting;
pub use table::{Limit, table};
pub use waiting::Place;

use self::bucket::{Buckets, Key};
use self::rate::Rate;
use self::secrets::Known;
use self::waiting::Waiting;
use crate::http::problem::{Answer, Refusal};
use governor::clock::MonotonicClock;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Instant;

pub struct Limits {
    /// By the limit's number.
    rates: Vec<Rate>,
    buckets: Vec<Buckets>,
    /// Nobody outside knows which names have the same hash.
    hasher: RandomState,
    known: Known,
    waiting: Waiting,
}

impl Limits {
    /// Of several settings of one limit the last one counts. Of the server's connections a quarter is left for whoever
    /// does not wait: health checks, logins and pages.
    pub fn new(settings: &[Setting], connections: usize) -> Limits {
        let mut rates: Vec<Rate> = Limit::all().map(Limit::usual).collect();
        for setting in settings {
            match setting {
                Setting::AllOff => rates.fill(Rate::Off),
                Setting::One(limit, rate) => rates[*limit as usize] = *rate,
            }
        }
        let buckets = rates.iter().map(|rate| Buckets::new(*rate, MonotonicClock));
        Limits {
            buckets: buckets.collect(),
            rates,
            hasher: RandomState::new(),
            known: Known::default(),
            waiting: Waiting::new((connections / 4 * 3).max(1)),
        }
    }

    /// How many there may be, of a limit that is a number.
    pub fn cap(&self, limit: Limit) -> u32 {
        match self.rates[limit as usize] {
            Rate::Cap(most) => most,
            Rate::Off | Rate::Per { .. } => u32::MAX,
        }
    }

    /// How many requests wait for news.
    pub fn waiting(&self) -> usize {
        self.waiting.in_all()
    }

    /// Forgets what no longer counts.
    pub fn clean(&self) {
        self.buckets.iter().for_each(Buckets::clean);
        self.known.clean(Instant::now());
    }

    fn key(&self, name: impl Hash) -> Key {
        Key(self.hasher.hash_one(name))
    }

    /// Takes one of each, or none at all.
    fn take(&self, asked: impl AsRef<[(Limit, Key)]>) -> Answer<()> {
        let asked = asked.as_ref();
        for &(limit, key) in asked {
            self.look(limit, key)?;
        }
        for &(limit, key) in asked {
            let taken = self.buckets[limit as usize].take(key);
            taken.map_err(|wait| Refusal::too_often(limit, wait))?;
        }
        Ok(())
    }

    fn look(&self, limit: Limit, key: Key) -> Answer<()> {
        let seen = self.buckets[limit as usize].look(key);
        seen.map_err(|wait| Refusal::too_often(limit, wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> Limits {
        let settings = texts.iter().map(|text| Setting::parse(text));
        let settings: Result<Vec<Setting>, String> = settings.collect();
        Limits::new(&settings.expect("settings"), 4096)
    }

    #[test]
    fn the_last_setting_counts_and_all_can_be_off() {
        let limits = set(&["polls-per-user=3", "polls-per-user=4"]);
        assert_eq!(limits.cap(Limit::PollsPerUser), 4);
        assert_eq!(limits.cap(Limit::SyncsPerUser), 10);
        let limits = set(&["polls-per-user=3", "all=off", "syncs-per-user=5"]);
        assert_eq!(limits.cap(Limit::PollsPerUser), u32::MAX);
        assert_eq!(limits.cap(Limit::SyncsPerUser), 5);
        let key = limits.key("ann");
        assert!((0..10_000).all(|_| limits.take([(Limit::LoginsPerUser, key)]).is_ok()));
    }

    #[test]
    fn what_one_limit_refuses_another_does_not_count() {
        let limits = set(&["logins-per-user=3/1h", "logins-per-address=1/1h"]);
        let (ann, here, there) = (limits.key("ann"), limits.key(1), limits.key(2));
        let asked = |address| {
            limits.take([
                (Limit::LoginsPerUser, ann),
                (Limit::LoginsPerAddress, address),
            ])
        };
        assert!(asked(here).is_ok());
        assert!((0..10).all(|_| asked(here).is_err()));
        assert!(asked(there).is_ok());
    }
}
