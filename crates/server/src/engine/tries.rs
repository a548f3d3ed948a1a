//! Counts how often each question of a login was answered, so that a code cannot be found by trying. What was answered
//! is not known here.

use crate::aggregators::sandbox::Question;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregators::sandbox::{DemoQuestion, FlinksQuestion};

    #[test]
    fn what_is_asked_again_was_wrong_and_what_is_not_was_right() {
        let (tries, now) = (Tries::new(2), Instant::now());
        let first = Question::Demo(DemoQuestion::Browser);
        let second = Question::Demo(DemoQuestion::Gem);
        let answered = |question, asked| {
            tries.answered("any", question, now);
            tries.may_ask("any", asked)
        };
        assert!(answered(&first, &first));
        assert!(answered(&first, &second));
        assert!(answered(&second, &second));
        // A new sync begins with the first question again, which cost nothing so far.
        assert!(tries.may_ask("any", &first) && tries.may_ask("other", &second));
        assert!(answered(&first, &second));
        assert!(!answered(&second, &second));
        tries.forget("any");
        assert!(answered(&second, &second));
    }

    #[test]
    fn a_login_that_nobody_goes_on_with_is_forgotten_after_an_hour() {
        let (tries, then) = (Tries::new(1), Instant::now());
        let question = Question::Flinks(FlinksQuestion::FIRST);
        tries.answered("any", &question, then);
        tries.clean(then + REMEMBERED - Duration::from_secs(1));
        assert!(!tries.may_ask("any", &question));
        tries.clean(then + REMEMBERED);
        assert!(tries.may_ask("any", &question) && tries.logins().is_empty());
    }
}
