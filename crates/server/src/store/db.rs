//! The open database: many who read and one who writes, in the order in which they come, so that none starves another.

use crate::crypto::random;
use crate::crypto::vault::Vault;
use crate::store::institutions::Owner;
use sqlx::SqlitePool;

#[derive(Clone)]
pub struct Db {
    readers: SqlitePool,
    writer: SqlitePool,
    vault: Vault,
}

impl Db {
    pub fn new(readers: SqlitePool, writer: SqlitePool, vault: Vault) -> Db {
        Db {
            readers,
            writer,
            vault,
        }
    }

    /// Seals and unseals what is kept.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// How rows of this user are found.
    pub fn user(&self, owner: &Owner) -> String {
        self.vault.user(&owner.client, &owner.user)
    }

    /// For whatever changes nothing; goes on while somebody writes.
    pub fn reader(&self) -> &SqlitePool {
        &self.readers
    }

    /// For whatever changes something: one connection, whose pool is the queue before it.
    pub fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// What was removed is out of the file and its log, too.
    pub async fn checkpoint(&self) -> sqlx::Result<()> {
        let done = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer);
        done.await.map(drop)
    }

    pub async fn close(&self) {
        self.readers.close().await;
        if let Err(error) = self.checkpoint().await {
            tracing::warn!(%error, "the database's log could not be emptied");
        }
        self.writer.close().await;
    }
}

/// SQLite's primary result codes for what passes by itself or once an operator has made room: somebody else holds the
/// file, the disk is full, a write failed for now.
/// Source: "Result and Error Codes", https://sqlite.org/rescode.html
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const IO_ERROR: i32 = 10;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;

/// The same may work later: nothing is wrong with what was asked.
pub fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => {
            let code = error.code().and_then(|code| code.parse::<i32>().ok());
            // An extended code has the primary one in its lowest byte.
            let primary = code.map(|code| code & 0xff);
            matches!(
                primary,
                Some(BUSY | LOCKED | READ_ONLY | IO_ERROR | FULL | CANNOT_OPEN)
            )
        }
        _ => false,
    }
}

impl Db {
    /// Whether a write works at this moment, and is there for whoever reads.
    pub async fn takes_writes(&self) -> sqlx::Result<bool> {
        let mark = random::hex::<8>();
        let probe = "INSERT INTO meta (key, value) VALUES ('probe', ?)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        let written = sqlx::query(probe).bind(&mark).execute(&self.writer);
        written.await?;
        let read: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE key = 'probe'")
            .fetch_optional(&self.readers)
            .await?;
        Ok(read == Some(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    /// A full disk, for the one connection that writes; a new one has all the room there is.
    async fn fill(db: &Db) {
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
            .fetch_one(db.writer())
            .await
            .expect("a number");
        let limit = format!("PRAGMA max_page_count = {pages}");
        let set = sqlx::query(sqlx::AssertSqlSafe(limit)).execute(db.writer());
        set.await.expect("it is set");
    }

    async fn put(db: &Db, key: &str, length: i64) -> sqlx::Result<()> {
        let mut transaction = db.writer().begin().await?;
        sqlx::query("INSERT INTO meta (key, value) VALUES (?, hex(zeroblob(?)))")
            .bind(key)
            .bind(length)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    #[tokio::test]
    async fn after_a_full_disk_what_is_acknowledged_is_written() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        fill(&db).await;
        for _ in 0..3 {
            let Err(error) = put(&db, "large", 1_000_000).await else {
                // The next connection has room again.
                break;
            };
            assert!(is_passing(&error), "{error}");
        }
        put(&db, "small", 1).await.expect("there is room");
        let kept: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE key = 'small'")
            .fetch_optional(db.reader())
            .await
            .expect("it works");
        assert_eq!(kept.as_deref(), Some("00"));
        assert!(db.takes_writes().await.expect("it works"));
        db.close().await;
    }
}
