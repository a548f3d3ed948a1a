//! Connections that are gone here and are to be ended on the other side as well.

use super::sealing;
use crate::store::Db;
use crate::store::course::{self, Course, HELD, TABLE};
use jiff::Timestamp;
use sqlx::Row;

/// So many at a time.
const AT_A_TIME: u32 = 50;

pub struct Forgotten {
    pub id: String,
    pub aggregator: String,
    pub course: Course,
    /// How often it was tried.
    pub tries: u32,
}

/// Those whose time has come.
pub async fn due(db: &Db, now: Timestamp) -> sqlx::Result<Vec<Forgotten>> {
    let select = "SELECT * FROM forgotten WHERE due_at <= ? ORDER BY due_at, id LIMIT ?";
    let rows = sqlx::query(select)
        .bind(now.as_millisecond())
        .bind(AT_A_TIME)
        .fetch_all(db.reader())
        .await?;
    let all = rows.iter().map(|row| {
        let id: String = row.try_get("id")?;
        // It is sealed for the place that it came from.
        let kept = sealing::needed(db.vault(), row, TABLE, HELD, &id)?;
        Ok(Forgotten {
            aggregator: row.try_get("aggregator")?,
            course: course::read(&kept)?,
            tries: row.try_get("tries")?,
            id,
        })
    });
    all.collect()
}

pub async fn remove(db: &Db, id: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM forgotten WHERE id = ?")
        .bind(id)
        .execute(db.writer())
        .await?;
    Ok(())
}

/// To be tried once more.
pub async fn put_off(db: &Db, id: &str, until: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE forgotten SET tries = tries + 1, due_at = ? WHERE id = ?")
        .bind(until.as_millisecond())
        .bind(id)
        .execute(db.writer())
        .await?;
    Ok(())
}
