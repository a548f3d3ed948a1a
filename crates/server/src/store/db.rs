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

    #[tokio::test]
    async fn a_full_database_is_what_passes_and_a_wrong_statement_is_not() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let wrong = sqlx::query("SELECT nothing FROM nowhere").execute(db.writer());
        assert!(wrong.await.is_err_and(|error| !is_passing(&error)));
        let set = sqlx::query("PRAGMA max_page_count = 1").execute(db.writer());
        set.await.expect("it is set");
        let large = "INSERT INTO meta (key, value) VALUES ('large', hex(zeroblob(1000000)))";
        let full = sqlx::query(large).execute(db.writer()).await;
        assert!(full.is_err_and(|error| is_passing(&error)));
        db.close().await;
    }
}
