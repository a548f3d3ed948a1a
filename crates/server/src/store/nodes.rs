//! Which servers work with a database: each says every few seconds that it is there. What one that says nothing any more
//! has followed is another's to take up.

use crate::store::Db;
use crate::store::sql;
use std::time::Duration;

/// So often a server says that it is there.
pub const BEAT: Duration = Duration::from_secs(3);

/// One that has said nothing for so long is gone.
pub const GONE: Duration = Duration::from_secs(15);

/// This server begins its work. Whoever has a file has it alone: no other can be there.
pub async fn enter(db: &Db) -> sqlx::Result<()> {
    if db.shared().is_none() {
        sql::query("DELETE FROM nodes").execute(db.writer()).await?;
    }
    beat(db).await
}

/// It is still there. Those that are gone are forgotten.
pub async fn beat(db: &Db) -> sqlx::Result<()> {
    let now = db.now();
    let beat = format!(
        "INSERT INTO nodes (id, seen_at) VALUES (?, {now}) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at"
    );
    sql::query(beat)
        .bind(db.node())
        .execute(db.writer())
        .await?;
    if db.shared().is_some() {
        let gone = format!("DELETE FROM nodes WHERE seen_at < {now} - ?");
        sql::query(gone)
            .bind(milliseconds(GONE) * 20)
            .execute(db.writer())
            .await?;
    }
    Ok(())
}

/// It follows nothing any more.
pub async fn leave(db: &Db) -> sqlx::Result<()> {
    sql::query("DELETE FROM nodes WHERE id = ?")
        .bind(db.node())
        .execute(db.writer())
        .await?;
    Ok(())
}

/// How many are there, this one among them.
pub async fn count(db: &Db) -> sqlx::Result<i64> {
    let count = format!("SELECT count(*) FROM nodes WHERE {}", there(db));
    sql::query_scalar(count).fetch_one(db.reader()).await
}

/// A condition of a row of `nodes`: it is there.
pub(super) fn there(db: &Db) -> String {
    format!("seen_at >= {} - {}", db.now(), milliseconds(GONE))
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
