//! The connections that the server goes on with by itself: whose sync runs, was put off, or is to be done anew.

use crate::store::Db;
use crate::store::course::{self, Course};
use crate::store::forgotten::readable;
use crate::store::institution_row::parse;
use crate::store::nodes;
use crate::store::owner::Owner;
use crate::store::sealing::{self, USER};
use crate::store::sql::{self};
use connect_core::api::Institution;
use jiff::Timestamp;

/// A connection that the server goes on with by itself.
pub struct Left {
    pub owner: Owner,
    pub institution: Institution,
    pub course: Option<Course>,
}

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Whose sync was followed by a server that is gone.
    Abandoned,
    /// Whose sync runs, and whom somebody should have looked after before this moment.
    LeftBehind(Timestamp),
    /// Whose sync was put off until this moment or an earlier one.
    PutOff(Timestamp),
    /// That are well, and whose permission has ended by this moment.
    Ended(Timestamp),
}

/// So many at a time.
const AT_A_TIME: u32 = 200;

pub async fn left(db: &Db, which: Which) -> sqlx::Result<Vec<Left>> {
    let abandoned = format!(
        "sync_status = 'syncing' AND ?1 IS NULL AND (node IS NULL OR node NOT IN (SELECT id FROM nodes WHERE {}))",
        nodes::there(db)
    );
    let (wanted, until) = match which {
        Which::Abandoned => (&*abandoned, None),
        Which::LeftBehind(now) => (
            // Those of an earlier version have no time; they are as old as their last change.
            "sync_status = 'syncing' AND coalesce(due_at, changed_at * 1000 + 60000) < ?1",
            Some(now.as_millisecond()),
        ),
        Which::PutOff(now) => (
            "sync_status = 'retry' AND coalesce(due_at, changed_at * 1000 + 300000) <= ?1",
            Some(now.as_millisecond()),
        ),
        Which::Ended(now) => (
            "sync_status = 'ok' AND ends_at <= ?1",
            Some(now.as_second()),
        ),
    };
    let select = format!("SELECT * FROM institutions WHERE {wanted} ORDER BY due_at, id LIMIT ?2");
    let most = match which {
        // After an outage not all come at once.
        Which::PutOff(_) => i64::from(AT_A_TIME / 4),
        _ => i64::from(AT_A_TIME),
    };
    let rows = sql::query(select)
        .bind(until)
        .bind(most)
        .fetch_all(db.reader())
        .await?;
    let left = rows.iter().map(|row| -> sqlx::Result<Left> {
        let id: String = row.try_get("id")?;
        Ok(Left {
            owner: Owner {
                client: row.try_get("client")?,
                user: sealing::needed(db.vault(), row, course::TABLE, USER, &id)?,
                scope: row.try_get("scope")?,
            },
            institution: parse(db, row)?,
            course: course::parse(db, row)?,
        })
    });
    Ok(left.filter_map(readable).collect())
}
