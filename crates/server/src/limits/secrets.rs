//! Wrong client secrets: counted by address and by client. Whoever has shown a client's right secret lately is let in
//! while others guess it.

use super::acts::counted;
use super::{Limit, Limits};
use crate::http::address::Address;
use crate::http::problem::{Answer, Refusal};
use crate::store::limits;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// So long it is not written down again.
const NOTED: Duration = Duration::from_secs(3600);

impl Limits {
    /// Asked before a secret is looked at. `said` is the client's id as it was sent, known or not; of a secret that came
    /// without an id nobody knows whose it was to be, so that all of them are counted together.
    pub async fn may_prove(&self, from: Address, said: Option<&str>) -> Answer<()> {
        let asked = [
            self.bucket(Limit::SecretsPerAddress, &[&counted(from)]),
            self.bucket(Limit::SecretsPerClient, &client(said)),
        ];
        for (limit, wait) in self.look(asked).await? {
            if limit == Limit::SecretsPerAddress || !self.knows(from, said).await? {
                return Err(Refusal::too_often(limit, wait));
            }
        }
        Ok(())
    }

    pub async fn proved(&self, from: Address, said: Option<&str>) -> sqlx::Result<()> {
        let name = self.known(from, said);
        let now = Instant::now();
        if self.noted.is_noted(&name, now) {
            return Ok(());
        }
        limits::note(&self.db, &name, REMEMBERED).await?;
        self.noted.note(name, now);
        Ok(())
    }

    pub async fn failed_to_prove(&self, from: Address, said: Option<&str>) -> sqlx::Result<()> {
        for bucket in [
            self.bucket(Limit::SecretsPerAddress, &[&counted(from)]),
            self.bucket(Limit::SecretsPerClient, &client(said)),
        ] {
            let bucket = bucket.map(|(_, bucket)| bucket);
            // Another one at the same moment may have taken the last.
            let _ = limits::take(&self.db, bucket.as_slice()).await?;
        }
        Ok(())
    }

    async fn knows(&self, from: Address, said: Option<&str>) -> sqlx::Result<bool> {
        limits::is_noted(&self.db, &self.known(from, said)).await
    }

    fn known(&self, from: Address, said: Option<&str>) -> String {
        let [kind, id] = client(said);
        self.name("known", &[&counted(from), kind, id])
    }
}

fn client(said: Option<&str>) -> [&str; 2] {
    match said {
        Some(id) => ["client", id],
        None => ["nobody", ""],
    }
}

/// From which addresses a client's right secret came, as far as this server has written it down, and when.
#[derive(Default)]
pub struct Noted(Mutex<HashMap<String, Instant>>);

impl Noted {
    fn note(&self, name: String, now: Instant) {
        self.all().insert(name, now);
    }

    fn is_noted(&self, name: &str, now: Instant) -> bool {
        let at = self.all().get(name).copied();
        at.is_some_and(|at| now.duration_since(at) < NOTED)
    }

    pub fn clean(&self, now: Instant) {
        let mut all = self.all();
        all.retain(|_, at| now.duration_since(*at) < NOTED);
        all.shrink_to_fit();
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::set;
    use super::*;
    use crate::store::scratch::Scratch;
    use std::net::{IpAddr, Ipv4Addr};

    fn address(number: u8) -> Address {
        Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, number)))
    }

    async fn guess(limits: &Limits, from: u8, said: Option<&str>) -> bool {
        let from = address(from);
        let admitted = limits.may_prove(from, said).await.is_ok();
        if admitted {
            let failed = limits.failed_to_prove(from, said).await;
            failed.expect("it works");
        }
        admitted
    }

    #[tokio::test]
    async fn an_address_that_guesses_is_shut_out_from_every_client_at_every_server() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let servers = [
            set(&["secrets-per-address=20/1h"], &db),
            set(&["secrets-per-address=20/1h"], &db),
        ];
        let mut guesses = 0;
        for number in 0..100 {
            guesses += u32::from(guess(&servers[number % 2], 1, Some("shop")).await);
        }
        assert_eq!(guesses, 20);
        for said in [Some("shop"), Some("other"), None] {
            for limits in &servers {
                assert!(limits.may_prove(address(1), said).await.is_err());
                assert!(limits.may_prove(address(2), said).await.is_ok());
            }
        }
        db.close().await;
    }

    #[tokio::test]
    async fn a_client_that_is_guessed_at_lets_in_whom_it_knows_at_whichever_server() {
        for (said, other) in [(Some("shop"), None), (None, Some("shop"))] {
            let scratch = Scratch::new();
            let db = scratch.open().await;
            let few = ["secrets-per-client=5/1h"];
            let (here, there) = (set(&few, &db), set(&few, &db));
            here.proved(address(1), said).await.expect("it works");
            let mut guesses = 0;
            for number in 2..100 {
                guesses += u32::from(guess(&here, number, said).await);
            }
            assert_eq!(guesses, 5);
            for limits in [&here, &there] {
                assert!(limits.may_prove(address(1), said).await.is_ok());
                assert!(limits.may_prove(address(100), said).await.is_err());
                assert!(limits.may_prove(address(100), other).await.is_ok());
            }
            db.close().await;
        }
    }

    #[test]
    fn what_is_written_down_is_written_again_after_an_hour() {
        let noted = Noted::default();
        let then = Instant::now();
        noted.note("one".into(), then);
        let early = then + NOTED - Duration::from_secs(1);
        assert!(noted.is_noted("one", early) && !noted.is_noted("other", early));
        noted.clean(early);
        assert_eq!(noted.all().len(), 1);
        assert!(!noted.is_noted("one", then + NOTED));
        noted.clean(then + NOTED);
        assert_eq!(noted.all().len(), 0);
    }
}
