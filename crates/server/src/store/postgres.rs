//! A database at a PostgreSQL server, which several of ours may work with.

use super::{OpenError, Opener};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use std::time::Duration;

/// The first version that there was for PostgreSQL, and each step from one version to the next. A step that was released is
/// never changed again, and leaves what the version before works with: servers of both run while they are replaced.
const FIRST: i64 = 12;
const STEPS: [&str; 3] = [
    include_str!("postgres.sql"),
    include_str!("events_postgres.sql"),
    include_str!("limits_postgres.sql"),
];

/// Servers that start at the same time wait for one another.
const MIGRATES: i64 = 0x636f_6e6e_6563_7400;

/// So many of our servers' waits for one another hold a connection; those who have one need another for their work.
const LOCKS: u32 = 4;

pub struct Pools {
    pub pool: PgPool,
    pub locks: PgPool,
}

/// With its tables as they are to be.
pub async fn open(
    options: &PgConnectOptions,
    patience: Duration,
    connections: u32,
    opener: Opener,
) -> Result<Pools, OpenError> {
    let options = options.clone().application_name("connect-server").options([
        ("lock_timeout", patience.as_millis().to_string()),
        // Of a server whose machine is gone nothing stays locked for long.
        ("idle_in_transaction_session_timeout", "60000".into()),
        ("tcp_user_timeout", "20000".into()),
    ]);
    let pool = |most| {
        PgPoolOptions::new()
            .max_connections(most)
            .acquire_timeout(patience)
    };
    let locks = pool(LOCKS).connect_lazy_with(options.clone());
    let pool = pool(connections).connect_with(options).await?;
    let mut connection = pool.acquire().await?;
    migrate(&mut connection, opener).await?;
    drop(connection);
    Ok(Pools { pool, locks })
}

async fn migrate(connection: &mut PgConnection, opener: Opener) -> Result<(), OpenError> {
    use sqlx::Connection;
    let mut transaction = connection.begin().await?;
    lock(&mut transaction).await?;
    let version = version(&mut transaction).await?;
    let taken = match version {
        None => Some(0),
        Some(version) => usize::try_from(version - FIRST + 1).ok(),
    };
    let missing = taken.and_then(|taken| STEPS.get(taken..));
    let missing = missing.ok_or_else(|| OpenError::OtherVersion(version.unwrap_or_default()))?;
    if missing.is_empty() {
        return Ok(());
    }
    if opener == Opener::Command {
        return Err(OpenError::ServerFirst(super::OLDER));
    }
    for step in missing {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
    }
    let now = FIRST - 1 + i64::try_from(STEPS.len()).unwrap_or_default();
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES ('schema', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(now.to_string())
    .execute(&mut *transaction)
    .await?;
    Ok(transaction.commit().await?)
}

/// Until the transaction's end no other server is about to make tables or keys.
pub async fn lock(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(MIGRATES)
        .execute(connection)
        .await?;
    Ok(())
}

/// `None`: nothing is there yet.
async fn version(connection: &mut PgConnection) -> Result<Option<i64>, OpenError> {
    let is_there: bool = sqlx::query_scalar("SELECT to_regclass('meta') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if !is_there {
        return Ok(None);
    }
    let version: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE key = 'schema'")
        .fetch_optional(connection)
        .await?;
    let version = version.and_then(|version| version.parse().ok());
    // A table of somebody else's that is called so as well.
    version.map(Some).ok_or(OpenError::OtherTables)
}
