//! The open database, whichever it is: who reads, who writes, and who waits for whom.

use crate::crypto::random;
use crate::crypto::vault::Vault;
use crate::store::banks::{Banks, Shelf};
use crate::store::owner::Owner;
use crate::store::sql::{self, Pool, Transaction};
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::broadcast;

/// So many words are kept for whoever listens; who has missed some looks at everything.
const WORDS: usize = 1024;

#[derive(Clone)]
pub struct Db {
    readers: Pool,
    writer: Pool,
    /// Of its own, so that whoever waits for another takes no connection from the work.
    locks: Option<PgPool>,
    vault: Vault,
    banks: Shelf,
    /// Names this server among those that work with the database.
    node: Arc<str>,
    /// Clients that have new events.
    happened: broadcast::Sender<Arc<str>>,
}

/// As long as it is there, nobody else is at the same thing, on whichever server.
pub struct Alone {
    _locked: Option<sqlx::Transaction<'static, sqlx::Postgres>>,
}

impl Db {
    pub fn sqlite(readers: Pool, writer: Pool, vault: Vault) -> Db {
        Db {
            readers,
            writer,
            locks: None,
            vault,
            banks: Shelf::default(),
            node: random::hex::<8>().into(),
            happened: broadcast::Sender::new(WORDS),
        }
    }

    pub fn postgres(pool: PgPool, locks: PgPool, vault: Vault) -> Db {
        let pool = Pool::Postgres(pool);
        Db {
            locks: Some(locks),
            ..Db::sqlite(pool.clone(), pool, vault)
        }
    }

    /// Seals and unseals what is kept.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    pub fn node(&self) -> &str {
        &self.node
    }

    /// Something has happened to this client's connections, and is written.
    pub(super) fn has_happened(&self, client: &str) {
        // Beside a server nobody listens.
        let _ = self.happened.send(client.into());
    }

    /// Hears which clients have new events from now on.
    pub fn happenings(&self) -> broadcast::Receiver<Arc<str>> {
        self.happened.subscribe()
    }

    /// How rows of this user are found.
    pub fn user(&self, owner: &Owner) -> String {
        self.vault.user(&owner.client, &owner.user)
    }

    /// The banks on offer.
    pub fn banks(&self) -> Arc<Banks> {
        self.banks.get()
    }

    pub(super) fn shelf(&self) -> &Shelf {
        &self.banks
    }

    /// For whatever changes nothing; goes on while somebody writes.
    pub fn reader(&self) -> &Pool {
        &self.readers
    }

    /// For whatever changes something. A file has one writer, whose pool is the queue before it.
    pub fn writer(&self) -> &Pool {
        &self.writer
    }

    /// Several statements that happen together or not at all.
    pub async fn begin(&self) -> sqlx::Result<Transaction> {
        Ok(match &self.writer {
            // What is read is still so when it is written.
            Pool::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// The same, and nobody else is within one of the same name: what is counted here stays so until it is written. In a
    /// file nobody ever is.
    pub async fn begin_alone(&self, name: &str) -> sqlx::Result<Transaction> {
        let mut transaction = self.begin().await?;
        if let Transaction::Postgres(_) = transaction {
            sql::query("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")
                .bind(name)
                .execute(&mut transaction)
                .await?;
        }
        Ok(transaction)
    }

    /// Whatever counts or removes what is one owner's.
    pub async fn begin_for(&self, client: &str, user_hash: &str) -> sqlx::Result<Transaction> {
        self.begin_alone(&format!("owner {client} {user_hash}"))
            .await
    }

    /// For what takes longer than a transaction. On one server somebody else sees to it.
    pub async fn alone(&self, name: &str) -> sqlx::Result<Alone> {
        let Some(locks) = &self.locks else {
            return Ok(Alone { _locked: None });
        };
        let mut locked = locks.begin().await?;
        sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(name)
            .execute(&mut *locked)
            .await?;
        Ok(Alone {
            _locked: Some(locked),
        })
    }

    /// `None`: this server is alone with its file.
    pub(super) fn shared(&self) -> Option<&PgPool> {
        match &self.writer {
            Pool::Sqlite(_) => None,
            Pool::Postgres(pool) => Some(pool),
        }
    }

    /// This moment in milliseconds since 1970, as the database says it: servers' own clocks differ.
    pub(super) fn now(&self) -> &'static str {
        match &self.writer {
            Pool::Sqlite(_) => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            Pool::Postgres(_) => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    /// What was removed is out of the file and its log, too. PostgreSQL sees to it itself.
    pub async fn checkpoint(&self) -> sqlx::Result<()> {
        if let Pool::Sqlite(_) = self.writer {
            let done = sql::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer);
            done.await?;
        }
        Ok(())
    }

    /// What was deleted or overwritten is in the file no longer.
    pub(super) async fn vacuum(&self) -> sqlx::Result<()> {
        if let Pool::Sqlite(_) = self.writer {
            sql::query("VACUUM").execute(&self.writer).await?;
        }
        self.checkpoint().await
    }

    pub async fn close(&self) {
        self.readers.close().await;
        if !matches!(self.writer, Pool::Postgres(_))
            && let Err(error) = self.checkpoint().await
        {
            tracing::warn!(%error, "the database's log could not be emptied");
        }
        if let Some(locks) = &self.locks {
            locks.close().await;
        }
        self.writer.close().await;
    }

    /// Whether a write works at this moment, and is there for whoever reads.
    pub async fn takes_writes(&self) -> sqlx::Result<bool> {
        let mark = random::hex::<8>();
        // Each server has its own, and takes it along with the one that it had.
        let key = match self.shared() {
            Some(_) => format!("probe {}", self.node),
            None => "probe".to_owned(),
        };
        let mut transaction = self.begin().await?;
        sql::query(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(&key)
        .bind(&mark)
        .execute(&mut transaction)
        .await?;
        if self.shared().is_some() {
            sql::query("DELETE FROM meta WHERE key = ?")
                .bind(&key)
                .execute(&mut transaction)
                .await?;
            transaction.commit().await?;
            return Ok(true);
        }
        transaction.commit().await?;
        let read: Option<String> = sql::query_scalar("SELECT value FROM meta WHERE key = ?")
            .bind(&key)
            .fetch_optional(&self.readers)
            .await?;
        Ok(read == Some(mark))
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

/// PostgreSQL's classes of the same: connection exceptions, transaction rollbacks (deadlocks among them), a lack of
/// resources, intervention by an operator, and errors of its system; `25006` is a server that only reads for now, `55P03` a
/// lock that somebody else holds.
/// Source: "PostgreSQL Error Codes", https://www.postgresql.org/docs/current/errcodes-appendix.html
const PASSING: [&str; 7] = ["08", "40", "53", "57", "58", "25006", "55P03"];

/// The same may work later: nothing is wrong with what was asked.
pub fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            if code.len() == 5 {
                return PASSING.iter().any(|passing| code.starts_with(passing));
            }
            // An extended code has the primary one in its lowest byte.
            let primary = code.parse::<i32>().ok().map(|code| code & 0xff);
            matches!(
                primary,
                Some(BUSY | LOCKED | READ_ONLY | IO_ERROR | FULL | CANNOT_OPEN)
            )
        }
        _ => false,
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
        let wrong = sql::query("SELECT nothing FROM nowhere").execute(db.writer());
        assert!(wrong.await.is_err_and(|error| !is_passing(&error)));
        let set = sql::query("PRAGMA max_page_count = 1").execute(db.writer());
        set.await.expect("it is set");
        let large = "INSERT INTO meta (key, value) VALUES ('large', hex(zeroblob(1000000)))";
        let full = sql::query(large).execute(db.writer()).await;
        assert!(full.is_err_and(|error| is_passing(&error)));
        db.close().await;
    }
}
