//! The database: a SQLite file with institutions, sessions and the catalogue. Never a credential, an answer or a token
//! that it could read itself.

pub mod attempts;
pub mod course;
pub mod db;
pub mod due;
pub mod entries;
pub mod exchange;
pub mod forgotten;
mod institution_row;
pub mod institutions;
pub mod keys;
pub mod lease;
pub mod oauth;
pub mod owner;
pub mod private_file;
pub mod providers;
pub mod readiness;
pub mod revoke;
#[cfg(test)]
pub mod scratch;
pub mod sealing;
pub mod tokens;
pub mod users;

pub use db::Db;

use self::keys::{Fitting, KeysError, Source};
use crate::crypto::vault::Vault;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the tables came to be what they are: each step leads from one version of the schema to the next.
/// A step that was released is never changed again.
const STEPS: [&str; 11] = [
    include_str!("schema.sql"),
    include_str!("oauth.sql"),
    include_str!("keys.sql"),
    include_str!("logins.sql"),
    include_str!("hosts.sql"),
    include_str!("scope.sql"),
    include_str!("sealed.sql"),
    include_str!("aggregators.sql"),
    include_str!("routes.sql"),
    include_str!("engine.sql"),
    include_str!("entries.sql"),
];

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    #[error("{0}")]
    Keys(#[from] KeysError),
    #[error("{0}")]
    File(#[from] std::io::Error),
    #[error("it was written by a newer version of connect-server (schema {0})")]
    OtherVersion(i64),
    #[error("the server must be started once before: {0}")]
    ServerFirst(&'static str),
}

/// Who opens a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    Server,
    /// A command beside the server, which may be running: nothing changes that the server relies on.
    Command,
}

/// So many requests may read at the same moment.
const READERS: u32 = 4;

/// Opens the file, makes it and its tables when they do not exist, and brings older tables up to date.
/// `patience` is how long a request waits for its turn, and for another process that holds the file.
pub async fn open(
    file: &Path,
    patience: Duration,
    keys: &Source,
    opener: Opener,
) -> Result<Db, OpenError> {
    private_file::make_private(file)?;
    for beside in ["-wal", "-shm"] {
        let beside = PathBuf::from(format!("{}{beside}", file.display()));
        if beside.exists() {
            private_file::make_private(&beside)?;
        }
    }
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        // What is deleted is overwritten.
        .pragma("secure_delete", "ON")
        .busy_timeout(patience);
    let pool = |most| {
        SqlitePoolOptions::new()
            .max_connections(most)
            .acquire_timeout(patience)
            // A commit that fails, on a full disk say, leaves its connection where each later commit ends inside a
            // transaction that nobody commits any more: such a connection is thrown away.
            .before_acquire(|connection, _| {
                let left_open = connection.is_in_transaction();
                if left_open {
                    tracing::warn!(
                        "a connection to the database is thrown away after a failed commit"
                    );
                }
                Box::pin(async move { Ok(!left_open) })
            })
    };
    let writer = pool(1).connect_with(options.clone()).await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&writer)
        .await?;
    let taken = usize::try_from(version).ok();
    let missing = taken.and_then(|taken| STEPS.get(taken..));
    let missing = missing.ok_or(OpenError::OtherVersion(version))?;
    let beside = opener == Opener::Command;
    if beside && !missing.is_empty() {
        let why = "the database is of an older version";
        return Err(OpenError::ServerFirst(why));
    }
    for step in missing {
        sqlx::raw_sql(*step).execute(&writer).await?;
    }
    let Fitting {
        keys,
        renames,
        is_new,
    } = keys::fitting(&writer, keys).await?;
    if beside && is_new {
        let why = "the sealing key is a new one, and the server may still seal with the one before";
        return Err(OpenError::ServerFirst(why));
    }
    if beside && renames {
        let why = "the key for ids was replaced, and users are not named anew yet";
        return Err(OpenError::ServerFirst(why));
    }
    let readers = pool(READERS).connect_with(options.pragma("query_only", "ON"));
    let db = Db::new(readers.await?, writer, Vault::new(keys));
    if opener == Opener::Server {
        seal(&db, renames).await?;
    }
    Ok(db)
}

/// Whatever is not sealed yet is sealed, and nothing of it stays behind.
async fn seal(db: &Db, renames: bool) -> sqlx::Result<()> {
    let sealed = sealing::seal_old(db).await?;
    if renames {
        let renamed = sealing::rename_users(db).await?;
        tracing::info!(renamed, "users are named anew, with the new key for ids");
    }
    if sealed > 0 {
        tracing::info!(sealed, "what was kept in clear is sealed");
        // The pages in which it stood may hold it still.
        sqlx::raw_sql("VACUUM").execute(db.writer()).await?;
        db.checkpoint().await?;
    }
    keys::remember(db.writer(), db.vault().keys()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;
    use connect_core::Secret;
    use sqlx::SqlitePool;

    const PATIENCE: Duration = Duration::from_secs(5);

    async fn version(pool: &SqlitePool) -> i64 {
        let version = sqlx::query_scalar("PRAGMA user_version").fetch_one(pool);
        version.await.expect("a version")
    }

    #[tokio::test]
    async fn a_database_of_the_first_version_is_brought_up_to_date_and_a_newer_one_is_left_alone() {
        let scratch = Scratch::new();
        let file = scratch.file();
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true);
        let first = SqlitePool::connect_with(options.clone()).await;
        let first = first.expect("a database");
        let made = sqlx::raw_sql(STEPS[0]).execute(&first).await;
        made.expect("the first schema");
        assert_eq!(version(&first).await, 1);
        let token = Secret::new("token");
        let kept = sqlx::query("INSERT INTO tokens VALUES (?, 'shop', 'ann', '{}', 0)")
            .bind(tokens::hash(&token))
            .execute(&first)
            .await;
        kept.expect("it is written");
        first.close().await;

        for _ in 0..2 {
            let db = open(&file, PATIENCE, &scratch.keys(), Opener::Server)
                .await
                .expect("it is opened");
            assert_eq!(version(db.reader()).await, 11);
            let kept = tokens::find(&db, &token).await.expect("it works");
            let grant = kept.expect("the token of before");
            assert_eq!((grant.user.as_str(), grant.session.len()), ("ann", 32));
            let logins = sqlx::query("SELECT * FROM oauth_logins").fetch_all(db.reader());
            assert!(logins.await.expect("the new table").is_empty());
            db.close().await;
        }

        let newer = SqlitePool::connect_with(options).await.expect("a database");
        let raised = sqlx::raw_sql("PRAGMA user_version = 99")
            .execute(&newer)
            .await;
        raised.expect("it is written");
        newer.close().await;
        let refused = open(&file, PATIENCE, &scratch.keys(), Opener::Server).await;
        assert!(matches!(refused, Err(OpenError::OtherVersion(99))));
    }
}
