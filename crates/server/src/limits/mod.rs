//! How often anybody may try anything: token buckets by address, client, user and connection, and caps on what is kept.
//! All servers of a database take from the same buckets, but for what is asked before anything is done for a request and
//! for what waits: those are each server's own. Nothing that somebody has typed is kept in them.

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
use self::secrets::Noted;
use self::waiting::Waiting;
use crate::http::problem::{Answer, Refusal};
use crate::store::Db;
use crate::store::limits::{self, Bucket};
use governor::clock::MonotonicClock;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Instant;

pub struct Limits {
    /// By the limit's number.
    rates: Vec<Rate>,
    requests: Buckets,
    /// Nobody outside knows which names have the same hash.
    hasher: RandomState,
    db: Db,
    noted: Noted,
    waiting: Waiting,
}

impl Limits {
    /// Of several settings of one limit the last one counts. Of the server's connections a quarter is left for whoever
    /// does not wait: health checks, logins and pages.
    pub fn new(settings: &[Setting], connections: usize, db: Db) -> Limits {
        let mut rates: Vec<Rate> = Limit::all().map(Limit::usual).collect();
        for setting in settings {
            match setting {
                Setting::AllOff => rates.fill(Rate::Off),
                Setting::One(limit, rate) => rates[*limit as usize] = *rate,
            }
        }
        let requests = rates[Limit::RequestsPerAddress as usize];
        Limits {
            requests: Buckets::new(requests, MonotonicClock),
            rates,
            hasher: RandomState::new(),
            db,
            noted: Noted::default(),
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

    /// Forgets what no longer counts, of what is this server's own.
    pub fn clean(&self) {
        self.requests.clean();
        self.noted.clean(Instant::now());
    }

    fn key(&self, name: impl Hash) -> Key {
        Key(self.hasher.hash_one(name))
    }

    /// The limit's bucket of what these texts name together. `None`: there is no limit.
    fn bucket(&self, limit: Limit, whose: &[&str]) -> Option<(Limit, Bucket)> {
        let rate = self.rates[limit as usize];
        let Rate::Per { most, period } = rate else {
            return None;
        };
        // With its rate: another one begins anew, also while servers of both work with one database.
        let name = self.name(&format!("{} {rate}", limit.name()), whose);
        Some((limit, Bucket::new(name, most, period)))
    }

    fn name(&self, of: &str, whose: &[&str]) -> String {
        let texts = [&["limits", of], whose].concat();
        self.db.vault().identity().of(&texts)
    }

    /// Takes one of each, or none at all.
    async fn take(&self, asked: impl IntoIterator<Item = Option<(Limit, Bucket)>>) -> Answer<()> {
        let (asked, buckets): (Vec<Limit>, Vec<Bucket>) = asked.into_iter().flatten().unzip();
        let taken = limits::take(&self.db, &buckets).await?;
        taken.map_err(|empty| Refusal::too_often(asked[empty.place], empty.wait))
    }

    /// Takes nothing; an error where one of them is empty.
    async fn refuse_empty(
        &self,
        asked: impl IntoIterator<Item = Option<(Limit, Bucket)>>,
    ) -> Answer<()> {
        let (asked, buckets): (Vec<Limit>, Vec<Bucket>) = asked.into_iter().flatten().unzip();
        match limits::look(&self.db, &buckets).await?.first() {
            Some(empty) => Err(Refusal::too_often(asked[empty.place], empty.wait)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    pub(super) fn set(texts: &[&str], db: &Db) -> Limits {
        let settings = texts.iter().map(|text| Setting::parse(text));
        let settings: Result<Vec<Setting>, String> = settings.collect();
        Limits::new(&settings.expect("settings"), 4096, db.clone())
    }

    #[tokio::test]
    async fn the_last_setting_counts_and_all_can_be_off() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let limits = set(&["polls-per-user=3", "polls-per-user=4"], &db);
        assert_eq!(limits.cap(Limit::PollsPerUser), 4);
        assert_eq!(limits.cap(Limit::SyncsPerUser), 10);
        let limits = set(&["polls-per-user=3", "all=off", "syncs-per-user=5"], &db);
        assert_eq!(limits.cap(Limit::PollsPerUser), u32::MAX);
        assert_eq!(limits.cap(Limit::SyncsPerUser), 5);
        assert!(limits.bucket(Limit::LoginsPerUser, &["ann"]).is_none());
        for _ in 0..100 {
            let asked = [limits.bucket(Limit::LoginsPerUser, &["ann"])];
            assert!(limits.take(asked).await.is_ok());
        }
        db.close().await;
    }

    #[tokio::test]
    async fn what_one_limit_refuses_another_does_not_count_on_whichever_server() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let settings = ["logins-per-user=3/1h", "logins-per-address=1/1h"];
        let servers = [set(&settings, &db), set(&settings, &db)];
        let asked = async |server: usize, address| {
            let limits: &Limits = &servers[server];
            let both = [
                limits.bucket(Limit::LoginsPerUser, &["ann"]),
                limits.bucket(Limit::LoginsPerAddress, &[address]),
            ];
            limits.take(both).await
        };
        assert!(asked(0, "here").await.is_ok());
        for number in 0..10 {
            let refused = asked(number % 2, "here")
                .await
                .expect_err("it is too often");
            let wait = refused.limited_until().expect("it says when");
            assert_eq!(wait, "3600");
        }
        assert!(asked(1, "there").await.is_ok());
        assert!(asked(0, "elsewhere").await.is_ok());
        assert!(asked(1, "nowhere").await.is_err());
        db.close().await;
    }
}
