//! Where a reader of a client's events stands: after one of them, which is known by more than its number.

use crate::http::params::whole_number;
use crate::http::problem::{Answer, Refusal};
use crate::store::Db;
use crate::store::events::{self, Event};
use std::fmt::{self, Display, Formatter};

/// `NUMBER-MARK`, the mark of the event with this number: a database that was brought back from a copy gives the number to
/// another one. Without a mark no event is there: it is before the first one, or after one that is kept no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub number: i64,
    mark: Option<String>,
}

/// The first of an id's hexadecimal digits.
const MARK: usize = 8;

impl Cursor {
    pub fn read(text: &str) -> Answer<Cursor> {
        let (number, mark) = match text.split_once('-') {
            Some((number, mark)) => (number, Some(mark)),
            None => (text, None),
        };
        let is_mark = mark.is_none_or(|mark| {
            mark.len() == MARK && mark.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if !is_mark {
            return Err(none());
        }
        Ok(Cursor {
            number: number_of(number)?,
            mark: mark.map(str::to_owned),
        })
    }

    /// After the event with this number.
    pub async fn at(db: &Db, client: &str, number: i64) -> sqlx::Result<Cursor> {
        let id = events::id_of(db, client, number).await?;
        Ok(Cursor {
            number,
            mark: id.as_deref().and_then(mark),
        })
    }

    pub fn after(event: &Event) -> Cursor {
        Cursor {
            number: event.number,
            mark: mark(&event.id),
        }
    }

    /// Whether its event is the one that has its number here, or nobody can say: it is kept no longer.
    pub async fn is_of(&self, db: &Db, client: &str) -> sqlx::Result<bool> {
        let here = Cursor::at(db, client, self.number).await?;
        Ok(here.mark.is_none() || self.mark == here.mark)
    }
}

/// An event's number, as a cursor has it.
pub fn number_of(text: &str) -> Answer<i64> {
    let number = whole_number(text).and_then(|number| i64::try_from(number).ok());
    number.ok_or_else(none)
}

fn none() -> Refusal {
    Refusal::invalid_query("after must be `next` of an earlier answer")
}

fn mark(id: &str) -> Option<String> {
    let (_, digits) = id.split_once('_')?;
    digits.get(..MARK).map(str::to_owned)
}

impl Display for Cursor {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.number)?;
        match &self.mark {
            Some(mark) => write!(to, "-{mark}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    #[test]
    fn it_is_read_as_it_was_written_and_nothing_else_is_one() {
        for text in ["0", "7", "7-5f0c11aa"] {
            let cursor = Cursor::read(text).expect("it is one");
            assert_eq!(cursor.to_string(), text);
        }
        for wrong in [
            "",
            "x",
            "-5f0c11aa",
            "7-",
            "7-5f0c11a",
            "7-5f0c11ag",
            "7-5f0c11aa-",
            "99999999999999999999",
        ] {
            assert!(Cursor::read(wrong).is_err(), "{wrong}");
        }
    }
}
