//! Lists of connections: a user's, or all of a client's, page by page in the order of their ids.

use crate::store::Db;
use crate::store::institution_row::{Whole, whole};
use crate::store::owner::Owner;
use crate::store::sql::{self, Row};
use jiff::Timestamp;

/// Which connections.
pub struct Wanted<'a> {
    pub whose: Whose<'a>,
    /// The last id of the page before.
    pub after: &'a str,
    /// Something has happened in them at this time or later.
    pub since: Option<Timestamp>,
    pub most: u32,
}

pub enum Whose<'a> {
    /// As a session reaches them.
    Owner(&'a Owner),
    Client(&'a str),
}

/// A connection, and when its last sync ended well.
pub struct Listed {
    pub whole: Whole,
    pub synced_at: Option<Timestamp>,
}

pub async fn list(db: &Db, wanted: Wanted<'_>) -> sqlx::Result<Vec<Listed>> {
    let since = wanted.since.map_or(i64::MIN, Timestamp::as_second);
    let rows = match wanted.whose {
        Whose::Client(client) => {
            sql::query(
                "SELECT * FROM institutions
                 WHERE client = $1 AND id > $2 AND coalesce(changed_at, 0) >= $3 ORDER BY id LIMIT $4",
            )
            .bind(client)
            .bind(wanted.after)
            .bind(since)
            .bind(wanted.most)
            .fetch_all(db.reader())
            .await?
        }
        Whose::Owner(owner) => {
            sql::query(
                "SELECT * FROM institutions
                 WHERE client = $1 AND user_hash = $2 AND ($3 IS NULL OR scope = $3) AND id > $4
                     AND coalesce(changed_at, 0) >= $5 ORDER BY id LIMIT $6",
            )
            .bind(&owner.client)
            .bind(db.user(owner))
            .bind(&owner.scope)
            .bind(wanted.after)
            .bind(since)
            .bind(wanted.most)
            .fetch_all(db.reader())
            .await?
        }
    };
    rows.iter().map(|row| listed(db, row)).collect()
}

fn listed(db: &Db, row: &Row) -> sqlx::Result<Listed> {
    let synced_at: Option<i64> = row.try_get("synced_at")?;
    Ok(Listed {
        whole: whole(db, row)?,
        synced_at: synced_at.and_then(|second| Timestamp::from_second(second).ok()),
    })
}
