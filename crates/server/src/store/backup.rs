//! Copies the open database into a file of its own, while others read and write.

use crate::store::Db;
use crate::store::private_file;
use crate::store::sql::Pool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("it exists, and is not empty")]
    Taken,
    #[error("{0}")]
    File(#[from] std::io::Error),
    #[error("the database is PostgreSQL's, which has pg_dump")]
    Postgres,
    #[error("its path is no text")]
    Path,
    #[error("{0}")]
    Database(#[from] sqlx::Error),
    #[error("the copy is not whole: {0}")]
    Broken(String),
}

/// What was committed when it begins, and nothing else. Source: https://sqlite.org/lang_vacuum.html#vacuuminto
pub async fn to(db: &Db, file: &Path) -> Result<(), BackupError> {
    if std::fs::metadata(file).is_ok_and(|about| about.len() > 0) {
        return Err(BackupError::Taken);
    }
    // Readers may write nothing at all, not even into another file.
    let Pool::Sqlite(pool) = db.writer() else {
        return Err(BackupError::Postgres);
    };
    // Made before: SQLite would let others read it.
    private_file::make_private(file)?;
    let path = file.to_str().ok_or(BackupError::Path)?;
    let copied = sqlx::query("VACUUM INTO ?").bind(path).execute(pool).await;
    let made = match copied {
        Ok(_) => check(file).await,
        Err(error) => Err(error.into()),
    };
    // Half a copy must not be taken for one.
    if made.is_err() {
        let _ = std::fs::remove_file(file);
    }
    made
}

/// A copy that cannot be read is worth less than none.
async fn check(file: &Path) -> Result<(), BackupError> {
    std::fs::File::open(file)?.sync_all()?;
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut copy: SqliteConnection = options.connect().await?;
    let said: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut copy)
        .await?;
    copy.close().await?;
    match said.as_str() {
        "ok" => Ok(()),
        _ => Err(BackupError::Broken(said)),
    }
}
