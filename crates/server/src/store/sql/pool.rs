//! Where a statement runs: on a connection of either database, or within a transaction.

use super::row::Row;
use super::text;
use super::value::Value;
use crate::store::address::Address;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool};
use std::borrow::Cow;

#[derive(Clone, Debug)]
pub enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Ends without a trace unless it is committed.
pub enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Where one statement runs.
pub enum On<'a> {
    Sqlite(&'a SqlitePool),
    Postgres(&'a PgPool),
    SqliteConnection(&'a mut SqliteConnection),
    PostgresConnection(&'a mut PgConnection),
}

impl<'a> From<&'a Pool> for On<'a> {
    fn from(pool: &'a Pool) -> On<'a> {
        match pool {
            Pool::Sqlite(pool) => On::Sqlite(pool),
            Pool::Postgres(pool) => On::Postgres(pool),
        }
    }
}

impl<'a> From<&'a mut Transaction> for On<'a> {
    fn from(transaction: &'a mut Transaction) -> On<'a> {
        match transaction {
            Transaction::Sqlite(own) => On::SqliteConnection(&mut *own),
            Transaction::Postgres(own) => On::PostgresConnection(&mut *own),
        }
    }
}

impl Pool {
    /// Whatever is there, as it is.
    pub async fn connect(address: &Address) -> sqlx::Result<Pool> {
        Ok(match address {
            Address::File(file) => {
                let options = SqliteConnectOptions::new().filename(file);
                Pool::Sqlite(SqlitePool::connect_with(options).await?)
            }
            Address::Postgres(options) => {
                let options = options.as_ref().clone();
                Pool::Postgres(PgPool::connect_with(options).await?)
            }
        })
    }

    pub async fn close(&self) {
        match self {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    pub async fn commit(self) -> sqlx::Result<()> {
        match self {
            Transaction::Sqlite(own) => own.commit().await,
            Transaction::Postgres(own) => own.commit().await,
        }
    }
}

impl On<'_> {
    pub(super) async fn execute(
        self,
        text: Cow<'static, str>,
        values: Vec<Value>,
    ) -> sqlx::Result<u64> {
        Ok(match self {
            On::Sqlite(pool) => {
                let query = sqlite(text, values);
                query.execute(pool).await?.rows_affected()
            }
            On::SqliteConnection(connection) => {
                let query = sqlite(text, values);
                query.execute(connection).await?.rows_affected()
            }
            On::Postgres(pool) => {
                let query = postgres(&text, values);
                query.execute(pool).await?.rows_affected()
            }
            On::PostgresConnection(connection) => {
                let query = postgres(&text, values);
                query.execute(connection).await?.rows_affected()
            }
        })
    }

    pub(super) async fn rows(
        self,
        text: Cow<'static, str>,
        values: Vec<Value>,
    ) -> sqlx::Result<Vec<Row>> {
        let of_sqlite = |rows: Vec<_>| rows.into_iter().map(Row::Sqlite).collect();
        let of_postgres = |rows: Vec<_>| rows.into_iter().map(Row::Postgres).collect();
        match self {
            On::Sqlite(pool) => sqlite(text, values).fetch_all(pool).await.map(of_sqlite),
            On::SqliteConnection(connection) => {
                let rows = sqlite(text, values).fetch_all(connection);
                rows.await.map(of_sqlite)
            }
            On::Postgres(pool) => {
                let rows = postgres(&text, values).fetch_all(pool);
                rows.await.map(of_postgres)
            }
            On::PostgresConnection(connection) => {
                let rows = postgres(&text, values).fetch_all(connection);
                rows.await.map(of_postgres)
            }
        }
    }

    pub(super) async fn row(
        self,
        text: Cow<'static, str>,
        values: Vec<Value>,
    ) -> sqlx::Result<Option<Row>> {
        match self {
            On::Sqlite(pool) => {
                let row = sqlite(text, values).fetch_optional(pool);
                Ok(row.await?.map(Row::Sqlite))
            }
            On::SqliteConnection(connection) => {
                let row = sqlite(text, values).fetch_optional(connection);
                Ok(row.await?.map(Row::Sqlite))
            }
            On::Postgres(pool) => {
                let row = postgres(&text, values).fetch_optional(pool);
                Ok(row.await?.map(Row::Postgres))
            }
            On::PostgresConnection(connection) => {
                let row = postgres(&text, values).fetch_optional(connection);
                Ok(row.await?.map(Row::Postgres))
            }
        }
    }
}

fn sqlite(text: Cow<'static, str>, values: Vec<Value>) -> Query<'static, Sqlite, SqliteArguments> {
    let mut query = match text {
        Cow::Borrowed(text) => sqlx::query(text),
        Cow::Owned(text) => sqlx::query(AssertSqlSafe(text)),
    };
    for value in values {
        query = match value {
            Value::Int(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Bool(truth) => query.bind(truth),
        };
    }
    query
}

/// PostgreSQL takes no text with a NUL in it. Where one is looked for there is none such; what is written down as text is
/// ours, or a host's name for something of its own.
const NUL: &str = "\u{2400}";

fn postgres(text: &str, values: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    let mut query = sqlx::query(AssertSqlSafe(text::postgres(text)));
    for value in values {
        query = match value {
            Value::Int(number) => query.bind(number),
            Value::Text(Some(text)) if text.contains('\0') => query.bind(text.replace('\0', NUL)),
            Value::Text(text) => query.bind(text),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Bool(truth) => query.bind(truth),
        };
    }
    query
}
