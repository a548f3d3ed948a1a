//! Counts how often each question of a login was answered, so that a code cannot be found by trying. What was answered
//! is not known here.

use crate::sandbox::Question;
use connect_core::api::{SyncError, error_name};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// No login goes on for longer after an answer: a bank's own questions end before.
const REMEMBERED: Duration = Duration::from_secs(3600);

pub struct Tries {
    /// So many wrong answers a question takes, unless its bank says otherwise.
    most: u32,
    /// By the institutions' ids.
    logins: Mutex<HashMap<String, Login>>,
}

struct Login {
    /// A new sync may begin with the first question again: it goes on counting where it was.
    counts: Vec<(Question, u32)>,
    /// Nobody knows yet whether its answer was right.
    last: Option<Question>,
    at: Instant,
}

impl Tries {
    pub fn new(most: u32) -> Tries {
        Tries {
            most,
            logins: Mutex::default(),
        }
    }

    pub fn answered(&self, id: &str, question: &Question, now: Instant) {
        let mut logins = self.logins();
        let login = logins.entry(id.into()).or_insert_with(|| Login {
            counts: Vec::new(),
            last: None,
            at: now,
        });
        let mut counts = login.counts.iter_mut();
        match counts.find(|(counted, _)| counted.is_same(question)) {
            Some((_, times)) => *times += 1,
            None => login.counts.push((question.clone(), 1)),
        }
        (login.last, login.at) = (Some(question.clone()), now);
    }

    /// The bank asks this now: what it asks again was answered wrongly, and what it has asked before was not.
    pub fn may_ask(&self, id: &str, asked: &Question) -> bool {
        let mut logins = self.logins();
        let Some(login) = logins.get_mut(id) else {
            return true;
        };
        if let Some(last) = login.last.take().filter(|last| !last.is_same(asked)) {
            login.counts.retain(|(counted, _)| !counted.is_same(&last));
        }
        let mut counts = login.counts.iter();
        let wrong = counts.find(|(counted, _)| counted.is_same(asked));
        let wrong = wrong.map_or(0, |(_, times)| *times);
        wrong < asked.tries().unwrap_or(self.most)
    }

    pub fn forget(&self, id: &str) {
        self.logins().remove(id);
    }

    pub fn clean(&self, now: Instant) {
        let mut logins = self.logins();
        logins.retain(|_, login| now.duration_since(login.at) < REMEMBERED);
    }

    fn logins(&self) -> MutexGuard<'_, HashMap<String, Login>> {
        self.logins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a sync ends whose question is not asked again.
pub fn too_often() -> SyncError {
    SyncError {
        name: error_name::LOGIN_FAILED.into(),
        message: "The answer was wrong too often. Log in again.".into(),
        ..SyncError::default()
    }
}
