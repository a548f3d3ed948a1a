//! What is kept of a connection for the aggregator that it goes through, beside what its user is told: enough to go on
//! after a restart, and never a credential or an answer.

use super::sealing;
use crate::aggregators::{Held, Question};
use crate::store::Db;
use crate::store::sql::{self, Row};
use connect_core::api::Institution;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub const TABLE: &str = "institutions";
pub const HELD: &str = "held";

/// A connection's other side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    #[serde(skip)]
    pub aggregator: String,
    /// `Bank::id` of the bank.
    pub bank: String,
    /// What the connection was over another aggregator, until a login over this one has come about.
    pub former: Option<Box<Former>>,
    /// Of the login that stands.
    #[serde(alias = "held")]
    pub standing: Option<Held>,
    /// Of the login that is under way; what stands counts until it has come about.
    pub trying: Option<Held>,
    /// The id of the login that this goes on with.
    pub login: Option<String>,
    /// And of the one that stands.
    pub standing_login: Option<String>,
    /// Its questions were answered wrongly too often: only a new login leads on.
    pub barred: bool,
    /// A login is being sent, and nothing has come back yet.
    pub sends: bool,
    /// The session allows no second connection to the bank.
    pub only: bool,
    /// The ids of the accounts that the user has not chosen.
    pub left_out: Vec<String>,
    pub asked: Option<Asked>,
    pub tries: Tries,
    /// How often in a row it was put off.
    pub put_off: u32,
    /// When the server goes on by itself.
    #[serde(skip)]
    pub due: Option<Timestamp>,
    /// How often this was written.
    #[serde(skip)]
    turn: i64,
}

/// A connection that stands, over another aggregator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    pub aggregator: String,
    pub bank: String,
    pub held: Held,
    pub login: Option<String>,
}

/// Questions that wait for their answers; they are asked one after the other, and answered together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub questions: Vec<Question>,
    /// How many of them are answered. The answers are nowhere but in the memory of the server that has heard them.
    pub answered: usize,
    pub until: Timestamp,
}

impl Asked {
    /// The one that waits.
    pub fn open(&self) -> Option<&Question> {
        self.questions.get(self.answered)
    }
}

/// How often each question of a login was answered, so that a code cannot be found by trying.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tries {
    /// A new sync may begin with the first question again: it goes on counting where it was.
    counts: Vec<(String, u32)>,
    /// Nobody knows yet whether the answers to these were right.
    last: Vec<String>,
}

impl Tries {
    pub fn answered(&mut self, questions: &[Question]) {
        for Question { key, .. } in questions {
            match self.counts.iter_mut().find(|(counted, _)| counted == key) {
                Some((_, times)) => *times += 1,
                None => self.counts.push((key.clone(), 1)),
            }
        }
        self.last = questions
            .iter()
            .map(|question| question.key.clone())
            .collect();
    }

    /// The bank asks these now: what it asks again was answered wrongly, and what it has asked before was not. `most` is
    /// how many wrong answers a question takes where its bank says nothing.
    pub fn may_ask(&mut self, asked: &[Question], most: u32) -> bool {
        let is_asked = |key: &String| asked.iter().any(|question| question.key == *key);
        for last in std::mem::take(&mut self.last) {
            if !is_asked(&last) {
                self.counts.retain(|(counted, _)| *counted != last);
            }
        }
        asked.iter().all(|question| {
            let mut counts = self.counts.iter();
            let wrong = counts.find(|(counted, _)| *counted == question.key);
            wrong.map_or(0, |(_, times)| *times) < question.tries.unwrap_or(most)
        })
    }
}

impl Course {
    pub fn new(aggregator: &str, bank: &str) -> Course {
        Course {
            aggregator: aggregator.to_owned(),
            bank: bank.to_owned(),
            ..Course::default()
        }
    }

    /// The same connection over another aggregator, which knows nothing of it yet.
    pub fn through(&self, aggregator: &str, bank: &str) -> Course {
        let stands = self.standing.clone().map(|held| {
            Box::new(Former {
                aggregator: self.aggregator.clone(),
                bank: self.bank.clone(),
                held,
                login: self.standing_login.clone(),
            })
        });
        Course {
            turn: self.turn,
            former: stands.or_else(|| self.former.clone()),
            ..Course::new(aggregator, bank)
        }
    }

    /// What the aggregator goes on with.
    pub fn current(&self) -> Option<&Held> {
        self.trying.as_ref().or(self.standing.as_ref())
    }

    /// What the aggregator has given in place of it.
    pub fn go_on_with(&mut self, held: Held) {
        match &mut self.trying {
            Some(trying) => *trying = held,
            None => self.standing = Some(held),
        }
    }

    /// The login that was under way is the one that stands now.
    pub fn settle(&mut self) {
        if let Some(held) = self.trying.take() {
            self.standing = Some(held);
            self.standing_login = self.login.clone();
        }
    }

    /// It has not come about: what stood before stands still; where nothing did, one may go on from it.
    pub fn fall_back(&mut self) {
        if let Some(former) = self.former.take() {
            self.aggregator = former.aggregator;
            self.bank = former.bank;
            self.standing = Some(former.held);
            self.standing_login = former.login;
        }
        match self.standing {
            // Its questions were those of the login that has failed.
            Some(_) => self.barred = false,
            None => self.settle(),
        }
        self.trying = None;
        self.login = self.standing_login.clone();
    }

    /// A new sync begins: what was asked before is asked no longer.
    pub fn begin(&mut self, due: Timestamp) {
        self.asked = None;
        self.due = Some(due);
    }

    pub(super) fn sealed(&self, db: &Db, id: &str) -> Vec<u8> {
        let text = serde_json::to_string(self).expect("what is kept is plain data");
        sealing::sealed(db.vault(), TABLE, HELD, id, &text)
    }

    pub(super) fn due_ms(&self) -> Option<i64> {
        self.due.map(Timestamp::as_millisecond)
    }

    pub(super) fn turn(&self) -> i64 {
        self.turn
    }

    /// It is written down as it is now.
    pub(super) fn written(&mut self) {
        self.turn += 1;
    }
}

/// `None`: it goes through no aggregator, or is gone.
pub async fn find(db: &Db, id: &str) -> sqlx::Result<Option<Course>> {
    let select = "SELECT id, aggregator, held, due_at, turn FROM institutions WHERE id = ?";
    let row = sql::query(select)
        .bind(id)
        .fetch_optional(db.reader())
        .await?;
    row.map_or(Ok(None), |row| parse(db, &row))
}

/// Of a row with `id`, `aggregator`, `held`, `due_at` and `turn`.
pub(super) fn parse(db: &Db, row: &Row) -> sqlx::Result<Option<Course>> {
    let Some(aggregator) = row.try_get("aggregator")? else {
        return Ok(None);
    };
    let id: String = row.try_get("id")?;
    let kept = sealing::unsealed(db.vault(), row, TABLE, HELD, &id)?;
    let kept: Option<Course> = kept.map(|text| read(&text)).transpose()?;
    let due: Option<i64> = row.try_get("due_at")?;
    Ok(Some(Course {
        aggregator,
        due: due.and_then(|due| Timestamp::from_millisecond(due).ok()),
        turn: row.try_get("turn")?,
        ..kept.unwrap_or_default()
    }))
}

pub(super) fn read(text: &str) -> sqlx::Result<Course> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Before anything else happens, and without news for anybody. `false`: somebody else has written since the institution
/// was read, or it is gone.
pub async fn keep(db: &Db, institution: &Institution, course: &mut Course) -> sqlx::Result<bool> {
    let update =
        "UPDATE institutions SET aggregator = ?, held = ?, due_at = ?, node = ?, turn = turn + 1
         WHERE id = ? AND version = ? AND turn = ?";
    let done = sql::query(update)
        .bind(&course.aggregator)
        .bind(course.sealed(db, &institution.id))
        .bind(course.due_ms())
        .bind(db.node())
        .bind(&institution.id)
        .bind(institution.version.cast_signed())
        .bind(course.turn())
        .execute(db.writer())
        .await?;
    let is_written = done.rows_affected() == 1;
    if is_written {
        course.written();
    }
    Ok(is_written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(key: &str) -> Question {
        Question {
            key: key.to_owned(),
            ..Question::default()
        }
    }

    #[test]
    fn what_is_asked_again_was_wrong_and_what_is_not_was_right() {
        let (first, second) = (question("first"), question("second"));
        let mut tries = Tries::default();
        let mut answered = |given: &Question, asked: &Question| {
            tries.answered(std::slice::from_ref(given));
            tries.may_ask(std::slice::from_ref(asked), 2)
        };
        assert!(answered(&first, &first));
        assert!(answered(&first, &second));
        assert!(answered(&second, &second));
        // A new sync begins with the first question again, which cost nothing so far.
        assert!(answered(&first, &second));
        assert!(!answered(&second, &second));
        assert!(Tries::default().may_ask(&[second], 1));
    }

    #[test]
    fn a_bank_that_says_how_many_wrong_answers_it_takes_is_believed() {
        let strict = Question {
            tries: Some(1),
            ..question("strict")
        };
        let mut tries = Tries::default();
        tries.answered(std::slice::from_ref(&strict));
        assert!(!tries.may_ask(&[strict], 9));
    }

    #[test]
    fn several_questions_are_counted_each_for_itself() {
        let both = [question("one"), question("two")];
        let mut tries = Tries::default();
        tries.answered(&both);
        assert!(tries.may_ask(&both[..1], 2));
        tries.answered(&both);
        // The first was wrong twice; the second was right the first time.
        assert!(!tries.may_ask(&both[..1], 2));
        assert!(tries.may_ask(&both[1..], 2));
    }

    #[test]
    fn what_an_earlier_version_has_written_is_read() {
        let kept = read(r#"{"held":"{\"access\":1}","offered":["a"]}"#).expect("it is read");
        assert_eq!(kept.standing, Some(Held::from_text("{\"access\":1}")));
    }
}
