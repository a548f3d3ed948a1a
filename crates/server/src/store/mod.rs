//! The database, a SQLite file or a PostgreSQL server, with institutions, sessions and the catalogue. Never a credential, an answer or a token
//! that it could read itself.

pub mod address;
pub mod attempts;
pub mod backup;
pub mod banks;
pub mod copy;
pub mod course;
pub mod db;
pub mod deliveries;
pub mod desk;
pub mod due;
pub mod entries;
pub mod events;
pub mod exchange;
pub mod forgotten;
mod institution_row;
pub mod institutions;
pub mod keys;
pub mod lease;
pub mod limits;
pub mod listing;
pub mod nodes;
pub mod oauth;
pub mod owner;
mod postgres;
pub mod private_file;
pub mod providers;
pub mod readiness;
pub mod revoke;
#[cfg(test)]
pub mod scratch;
pub mod sealing;
pub mod sql;
mod sqlite;
pub mod tokens;
pub mod users;
pub mod wire;

pub use address::Address;
pub use db::Db;

use self::keys::{Fitting, KeysError, Source};
use crate::crypto::vault::Vault;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{}", words(.0))]
    Database(#[from] sqlx::Error),
    #[error("{0}")]
    Keys(#[from] KeysError),
    #[error("{0}")]
    File(#[from] std::io::Error),
    #[error("it was written by a newer version of connect-server (schema {0})")]
    OtherVersion(i64),
    #[error("its tables are none of connect-server's; give it a database or a schema of its own")]
    OtherTables,
    #[error("the server must be started once before: {0}")]
    ServerFirst(&'static str),
}

/// A pool tries again and again until its time is over, and then tells of the time alone.
fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::PoolTimedOut => "nobody answers there, or nobody in time".into(),
        error => error.to_string(),
    }
}

/// Who opens a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    Server,
    /// A command beside the server, which may be running: nothing changes that the server relies on.
    Command,
}

const OLDER: &str = "the database is of an older version";

/// How a database is worked with.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub opener: Opener,
    /// How long a request waits for its turn, and for another process that holds the file.
    pub patience: Duration,
    /// To a PostgreSQL server; a file has a few of its own.
    pub connections: u32,
}

/// Makes it and its tables when they do not exist, and brings older tables up to date.
pub async fn open(address: &Address, keys: &Source, manner: Manner) -> Result<Db, OpenError> {
    let Manner {
        opener,
        patience,
        connections,
    } = manner;
    match address {
        Address::File(file) => {
            let pools = sqlite::open(file, patience, opener).await?;
            let fitting = fitting(&pools.writer, keys, opener).await?;
            let vault = Vault::new(fitting.keys);
            let db = Db::sqlite(pools.readers, pools.writer, vault);
            finish(db, opener, fitting.renames).await
        }
        Address::Postgres(options) => {
            let pools = postgres::open(options, patience, connections, opener).await?;
            // Of servers that start with a new database at the same time one makes the keys.
            let mut first = pools.locks.begin().await?;
            postgres::lock(&mut first).await?;
            let pool = sql::Pool::Postgres(pools.pool.clone());
            let fitting = fitting(&pool, keys, opener).await?;
            let vault = Vault::new(fitting.keys);
            let db = Db::postgres(pools.pool, pools.locks, vault);
            let db = finish(db, opener, fitting.renames).await?;
            first.commit().await?;
            Ok(db)
        }
    }
}

/// Keys that this opener may work with.
async fn fitting(pool: &sql::Pool, keys: &Source, opener: Opener) -> Result<Fitting, OpenError> {
    let fitting = keys::fitting(pool, keys).await?;
    let beside = opener == Opener::Command;
    if beside && fitting.is_new {
        let why = "the sealing key is a new one, and the server may still seal with the one before";
        return Err(OpenError::ServerFirst(why));
    }
    if beside && fitting.renames {
        let why = "the key for ids was replaced, and users are not named anew yet";
        return Err(OpenError::ServerFirst(why));
    }
    Ok(fitting)
}

async fn finish(db: Db, opener: Opener, renames: bool) -> Result<Db, OpenError> {
    if opener == Opener::Server {
        seal(&db, renames).await?;
    }
    providers::refresh(&db).await?;
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
        db.vacuum().await?;
    }
    keys::remember(db.writer(), db.vault().keys()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;
    use crate::store::sql::Pool;
    use connect_core::Secret;
    use sqlx::SqlitePool;
    use sqlx::sqlite::SqliteConnectOptions;

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
        let made = sqlx::raw_sql(sqlite::STEPS[0]).execute(&first).await;
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
            let db = scratch.open().await;
            let Pool::Sqlite(reader) = db.reader() else {
                panic!("it is a file");
            };
            assert_eq!(version(reader).await, 14);
            let kept = tokens::find(&db, &token).await.expect("it works");
            let grant = kept.expect("the token of before");
            assert_eq!((grant.user.as_str(), grant.session.len()), ("ann", 32));
            let logins = sql::query("SELECT * FROM oauth_logins").fetch_all(db.reader());
            assert!(logins.await.expect("the new table").is_empty());
            db.close().await;
        }

        let newer = SqlitePool::connect_with(options).await.expect("a database");
        let raised = sqlx::raw_sql("PRAGMA user_version = 99")
            .execute(&newer)
            .await;
        raised.expect("it is written");
        newer.close().await;
        let refused = scratch.try_open(Opener::Server).await;
        assert!(matches!(refused, Err(OpenError::OtherVersion(99))));
    }
}
