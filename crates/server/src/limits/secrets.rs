//! Wrong client secrets: counted by address and by client. Whoever has shown a client's right secret lately is let in
//! while others guess it.

use super::acts::counted;
use super::{Limit, Limits};
use crate::http::address::Address;
use crate::http::problem::Answer;
use crate::store::limits::{self, Bucket};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// So long it is not written down again.
const NOTED: Duration = Duration::from_secs(3600);

impl Limits {
    /// A wrong secret. `said` is the client's id as it was sent, known or not; of a secret that came without an id nobody
    /// knows whose it was to be, so that all of them are counted together. An error is to be the answer: whether the secret
    /// was wrong is not told then.
    pub async fn failed_to_prove(&self, from: Address, said: Option<&str>) -> Answer<()> {
        // Whoever goes on guessing costs no write.
        self.refuse_empty(self.of_secrets(from, said)).await?;
        self.take(self.of_secrets(from, said)).await
    }

    /// A right secret. From an address that is not known it takes its place among those that are guessed, so that of many at
    /// the same moment no more are told than of many one after the other; it is given back.
    pub async fn proved(&self, from: Address, said: Option<&str>) -> Answer<()> {
        let (name, now) = (self.known(from, said), Instant::now());
        let noted = self.noted.is_noted(&name, now);
        if noted || limits::is_noted(&self.db, &name).await? {
            // Others may have guessed at its client, and it is let in all the same.
            let [of_address, _] = self.of_secrets(from, said);
            self.refuse_empty([of_address]).await?;
        } else {
            self.take(self.of_secrets(from, said)).await?;
            let taken = self.of_secrets(from, said).into_iter().flatten();
            let taken: Vec<_> = taken.map(|(_, bucket)| bucket).collect();
            limits::give_back(&self.db, &taken).await?;
        }
        if !noted {
            limits::note(&self.db, &name, REMEMBERED).await?;
            self.noted.note(name, now);
        }
        Ok(())
    }

    fn of_secrets(&self, from: Address, said: Option<&str>) -> [Option<(Limit, Bucket)>; 2] {
        [
            self.bucket(Limit::SecretsPerAddress, &[&counted(from)]),
            self.bucket(Limit::SecretsPerClient, &client(said)),
        ]
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
    use crate::store::sql;
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;
    use tokio::task::JoinSet;

    fn address(number: u8) -> Address {
        Address(IpAddr::V4(Ipv4Addr::new(192, 0, 2, number)))
    }

    /// Whether it hears that it was wrong.
    async fn guess(limits: &Limits, from: u8, said: Option<&str>) -> bool {
        limits.failed_to_prove(address(from), said).await.is_ok()
    }

    async fn is_let_in(limits: &Limits, from: u8, said: Option<&str>) -> bool {
        limits.proved(address(from), said).await.is_ok()
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
                assert!(!is_let_in(limits, 1, said).await);
                assert!(is_let_in(limits, 2, said).await);
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
            assert!(is_let_in(&here, 1, said).await);
            let mut guesses = 0;
            for number in 2..100 {
                guesses += u32::from(guess(&here, number, said).await);
            }
            assert_eq!(guesses, 5);
            for limits in [&here, &there] {
                assert!(is_let_in(limits, 1, said).await);
                assert!(!is_let_in(limits, 100, said).await);
            }
            assert!(is_let_in(&there, 100, other).await);
            db.close().await;
        }
    }

    #[tokio::test]
    async fn of_many_at_the_same_moment_no_more_hear_what_they_have_guessed() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let few = ["secrets-per-address=5/1h", "secrets-per-client=off"];
        let limits = Arc::new(set(&few, &db));
        let mut tasks = JoinSet::new();
        for _ in 0..60 {
            let limits = limits.clone();
            tasks.spawn(async move { guess(&limits, 1, Some("shop")).await });
        }
        let heard = tasks.join_all().await.into_iter().filter(|heard| *heard);
        assert_eq!(heard.count(), 5);
        assert!(!is_let_in(&limits, 1, Some("shop")).await);
        db.close().await;
    }

    #[tokio::test]
    async fn whoever_is_right_takes_nothing_for_long() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let limits = set(&["secrets-per-address=1/24h"], &db);
        for client in 0..5 {
            assert!(is_let_in(&limits, 1, Some(&client.to_string())).await);
        }
        assert!(guess(&limits, 1, Some("shop")).await);
        assert!(!guess(&limits, 1, Some("shop")).await);
        // Known or not: this address guesses.
        for client in ["0", "another"] {
            assert!(!is_let_in(&limits, 1, Some(client)).await);
        }
        db.close().await;
    }

    #[tokio::test]
    async fn an_address_is_known_for_a_day() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let few = ["secrets-per-client=1/24h"];
        let (here, there) = (set(&few, &db), set(&few, &db));
        assert!(is_let_in(&here, 1, Some("shop")).await);
        // Another server has not written it down itself.
        let known = async || {
            let name = there.known(address(1), Some("shop"));
            limits::is_noted(&db, &name).await.expect("it works")
        };
        let later = async |time: Duration| {
            let moved = sql::query("UPDATE limits SET full_at = full_at - ?")
                .bind(i64::try_from(time.as_micros()).expect("a time"))
                .execute(db.writer());
            moved.await.expect("it works");
        };
        later(Duration::from_secs(86_400 - 60)).await;
        assert!(known().await);
        later(Duration::from_secs(60)).await;
        assert!(!known().await);
        db.close().await;
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
