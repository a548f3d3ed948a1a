//! What users have just typed, in memory alone: answers that wait for the last question of several, and which login was sent
//! last. The other servers hear of it.

use crate::engine::news::{News, Topic};
use crate::engine::typed::{self, Answer, Typed};
use crate::store::Db;
use crate::store::wire::Wire;
use connect_core::Secret;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

struct Given {
    answers: Vec<Secret>,
    at: Instant,
}

/// No bank waits longer for the answers to all of its questions.
const GIVEN: Duration = Duration::from_secs(900);

/// In memory alone: it tells nothing of what was typed to whoever has the database.
struct Sent {
    mark: String,
    at: Instant,
}

/// A request whose answer was lost comes again before.
const SENT_AGAIN: Duration = Duration::from_secs(300);

/// What another server has heard is here within this time, or not at all.
const WORD: Duration = Duration::from_secs(2);

pub struct Typing {
    db: Db,
    news: News,
    wire: Wire,
    /// To the questions of one login that were asked so far, by the institutions' ids.
    given: Mutex<HashMap<String, Given>>,
    /// A mark of the login that was sent last, by the institutions' ids: one that is sent again is not a new one.
    sent: Mutex<HashMap<String, Sent>>,
}

impl Typing {
    pub fn new(db: Db, news: News, wire: Wire) -> Typing {
        Typing {
            db,
            news,
            wire,
            given: Mutex::default(),
            sent: Mutex::default(),
        }
    }

    /// This login is sent now.
    pub fn note_sent(&self, id: &str, mark: String) {
        let mut sent = self.sent();
        sent.retain(|_, sent| sent.at.elapsed() < SENT_AGAIN);
        let at = Instant::now();
        let typed = Typed::Sent {
            id: id.to_owned(),
            mark: mark.clone(),
        };
        sent.insert(id.to_owned(), Sent { mark, at });
        drop(sent);
        self.say(&typed);
    }

    /// What a user has typed at another server.
    /// `false`: it cannot be unsealed.
    pub fn heard(&self, sealed: &str) -> bool {
        let Some(typed) = Typed::unseal(self.db.vault(), sealed) else {
            return false;
        };
        let at = Instant::now();
        match typed {
            Typed::Sent { id, mark } => {
                self.sent().insert(id, Sent { mark, at });
            }
            Typed::Given { id, answers } => {
                let answers = answers.into_iter().map(|Answer(answer)| answer).collect();
                let topic = Topic::given(&id);
                self.given().insert(id, Given { answers, at });
                self.news.tell_here(&topic);
            }
        }
        true
    }

    fn say(&self, typed: &Typed) {
        if !self.wire.is_alone() {
            let sealed = typed.seal(self.db.vault());
            self.wire.say(format!("{} {sealed}", typed::WORD));
        }
    }

    /// Those before this answer were given to another server a moment ago: its word is on the way.
    async fn await_given(&self, id: &str, before: usize) {
        let mut listener = self.news.listen([Topic::given(id)]);
        let has_all = || {
            let given = self.given();
            given
                .get(id)
                .is_some_and(|given| given.answers.len() >= before)
        };
        let heard = async {
            while !has_all() {
                listener.news().await;
            }
        };
        // Without them the first question is asked again.
        let _ = tokio::time::timeout(WORD, heard).await;
    }

    /// The login that was sent last, a moment ago, is this one.
    pub fn was_sent(&self, id: &str, mark: &str) -> bool {
        let sent = self.sent();
        let last = sent.get(id);
        last.is_some_and(|last| last.mark == mark && last.at.elapsed() < SENT_AGAIN)
    }

    /// One more answer to the questions of this login; `before` are answered already. `None`: some of those are lost.
    pub async fn give(&self, id: &str, before: usize, answer: Secret) -> Option<Vec<Secret>> {
        self.drop_old_answers();
        if before > 0 && !self.wire.is_alone() {
            self.await_given(id, before).await;
        }
        let all = self.add_given(id, before, answer)?;
        self.say(&Typed::Given {
            id: id.to_owned(),
            answers: all.iter().cloned().map(Answer).collect(),
        });
        Some(all)
    }

    fn add_given(&self, id: &str, before: usize, answer: Secret) -> Option<Vec<Secret>> {
        let mut given = self.given();
        let mut answers = match given.remove(id) {
            Some(given) if before > 0 => given.answers,
            _ => Vec::new(),
        };
        if answers.len() != before {
            return None;
        }
        answers.push(answer);
        let at = Instant::now();
        let all = answers.clone();
        given.insert(id.to_owned(), Given { answers, at });
        Some(all)
    }

    /// Those that nobody has gone on with.
    pub fn drop_old_answers(&self) {
        self.given().retain(|_, given| given.at.elapsed() < GIVEN);
    }

    /// A new login begins: what was answered before is not for it.
    pub fn begin(&self, id: &str) {
        self.given().remove(id);
    }

    /// The institution was removed.
    pub fn forget(&self, id: &str) {
        self.given().remove(id);
        self.sent().remove(id);
    }

    fn sent(&self) -> MutexGuard<'_, HashMap<String, Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn given(&self) -> MutexGuard<'_, HashMap<String, Given>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
