//! The database: a SQLite file with institutions, sessions and the catalogue. Never a credential, an answer or a token.

pub mod institutions;
pub mod providers;
pub mod tokens;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use std::path::Path;
use std::time::Duration;

/// Grows with each change of the tables.
const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = include_str!("schema.sql");

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    #[error("it was written by another version of connect-server (schema {0})")]
    OtherVersion(i64),
}

/// Opens the file, makes it and its tables when they do not exist.
pub async fn open(file: &Path) -> Result<SqlitePool, OpenError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(5));
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options)
        .await?;
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&pool)
        .await?;
    match version {
        0 => {
            sqlx::raw_sql(SCHEMA).execute(&pool).await?;
        }
        SCHEMA_VERSION => {}
        other => return Err(OpenError::OtherVersion(other)),
    }
    Ok(pool)
}
