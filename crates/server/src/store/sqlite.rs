//! A database in a file: one who writes, many who read.

use super::sql::Pool;
use super::{OpenError, Opener, private_file};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the tables came to be what they are: each step leads from one version of the schema to the next.
/// A step that was released is never changed again.
pub const STEPS: [&str; 14] = [
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
    include_str!("nodes.sql"),
    include_str!("events.sql"),
    include_str!("limits.sql"),
];

/// So many requests may read at the same moment.
const READERS: u32 = 4;

pub struct Pools {
    pub readers: Pool,
    pub writer: Pool,
}

/// With its tables as they are to be.
pub async fn open(file: &Path, patience: Duration, opener: Opener) -> Result<Pools, OpenError> {
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
    migrate(&writer, opener).await?;
    let readers = pool(READERS).connect_with(options.pragma("query_only", "ON"));
    Ok(Pools {
        readers: Pool::Sqlite(readers.await?),
        writer: Pool::Sqlite(writer),
    })
}

async fn migrate(writer: &SqlitePool, opener: Opener) -> Result<(), OpenError> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(writer)
        .await?;
    let taken = usize::try_from(version).ok();
    let missing = taken.and_then(|taken| STEPS.get(taken..));
    let missing = missing.ok_or(OpenError::OtherVersion(version))?;
    if opener == Opener::Command && !missing.is_empty() {
        return Err(OpenError::ServerFirst(super::OLDER));
    }
    for step in missing {
        sqlx::raw_sql(*step).execute(writer).await?;
    }
    Ok(())
}
