//! Everything from one database into another: rows as they are, whichever of the two kinds each database is.

use super::keys::Source;
use super::sql::{self, Pool, Row, Transaction, Value};
use super::{Address, Db, Manner, OpenError, Opener};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("{0} cannot be opened: {1}")]
    Open(String, OpenError),
    #[error("there is no database {0}")]
    Nothing(String),
    #[error("{0} has something in it already; give an empty database")]
    Full(String),
    #[error("{table}: {error}")]
    Table {
        table: &'static str,
        error: sqlx::Error,
    },
}

/// What a column holds.
#[derive(Clone, Copy)]
enum Kind {
    Int,
    Text,
    Bytes,
    Bool,
}

use Kind::{Bool, Bytes, Int, Text};

/// A table that is copied, with how its rows are put in order. What a database is numbered by is left out, and made anew in
/// that order.
struct Table {
    name: &'static str,
    order: &'static str,
    columns: &'static [(&'static str, Kind)],
}

/// All but `nodes` and `sandbox_desk`: who works with a database is not a part of it, nor who is at a test bank's pages at
/// this moment.
const TABLES: &[Table] = &[
    Table {
        name: "meta",
        order: "key",
        columns: &[("key", Text), ("value", Text)],
    },
    Table {
        name: "providers",
        order: "number",
        columns: &[("number", Int), ("entry", Text)],
    },
    Table {
        name: "tokens",
        order: "token_sha256",
        columns: &[
            ("token_sha256", Text),
            ("client", Text),
            ("user_hash", Text),
            ("user_sealed", Bytes),
            ("options", Bytes),
            ("expires_at", Int),
            ("session", Text),
            ("notes", Bytes),
            ("by_page", Bool),
            ("used_for", Text),
            ("scope", Text),
        ],
    },
    Table {
        name: "institutions",
        order: "id",
        columns: &[
            ("id", Text),
            ("client", Text),
            ("user_hash", Text),
            ("user_sealed", Bytes),
            ("scope", Text),
            ("version", Int),
            ("sync_status", Text),
            ("document", Bytes),
            ("provider", Text),
            ("accounts", Int),
            ("authorized", Bool),
            ("changed_at", Int),
            ("idempotency_key", Text),
            ("login_tried", Text),
            ("login_id", Text),
            ("options", Bytes),
            ("only_in", Text),
            ("aggregator", Text),
            ("held", Bytes),
            ("due_at", Int),
            ("ends_at", Int),
            ("turn", Int),
            ("apart", Bool),
            ("node", Text),
            ("told", Text),
            ("told_accounts", Text),
            ("told_end", Int),
            ("was", Text),
            ("synced_at", Int),
        ],
    },
    Table {
        name: "exchange_codes",
        order: "number",
        columns: &[
            ("institution", Text),
            ("session", Text),
            ("code_sha256", Text),
            ("client", Text),
            ("user_hash", Text),
            ("user_sealed", Bytes),
            ("notes", Bytes),
            ("ends_at", Int),
        ],
    },
    Table {
        name: "entries",
        order: "number",
        columns: &[
            ("token_sha256", Text),
            ("client", Text),
            ("user_hash", Text),
            ("user_sealed", Bytes),
            ("options", Bytes),
            ("ends_at", Int),
            ("session", Text),
            ("used", Bool),
        ],
    },
    Table {
        name: "oauth_logins",
        order: "number",
        columns: &[
            ("nonce_sha256", Text),
            ("ends_at", Int),
            ("client", Text),
            ("user_hash", Text),
            ("user_sealed", Bytes),
            ("scope", Text),
            ("token_sha256", Text),
            ("resume_sha256", Text),
            ("kept", Bytes),
            ("result_sha256", Text),
            ("result", Bytes),
        ],
    },
    Table {
        name: "attempts",
        order: "attempt_sha256",
        columns: &[
            ("attempt_sha256", Text),
            ("code_sha256", Text),
            ("ends_at", Int),
            ("client", Text),
            ("user_hash", Text),
            ("user_sealed", Bytes),
            ("scope", Text),
            ("aggregator", Text),
            ("asked", Bytes),
            ("answer_sha256", Text),
            ("answer", Bytes),
            ("used_by", Text),
        ],
    },
    Table {
        name: "forgotten",
        order: "id",
        columns: &[
            ("id", Text),
            ("aggregator", Text),
            ("held", Bytes),
            ("tries", Int),
            ("due_at", Int),
        ],
    },
    Table {
        name: "event_counters",
        order: "client",
        columns: &[
            ("client", Text),
            ("number", Int),
            ("fanned", Int),
            ("dropped", Int),
        ],
    },
    Table {
        name: "events",
        order: "client, number",
        columns: &[
            ("client", Text),
            ("number", Int),
            ("id", Text),
            ("kind", Text),
            ("institution", Bytes),
            ("data", Bytes),
            ("happened_at", Int),
        ],
    },
    Table {
        name: "deliveries",
        order: "event, endpoint",
        columns: &[
            ("event", Text),
            ("endpoint", Text),
            ("client", Text),
            ("number", Int),
            ("state", Text),
            ("tries", Int),
            ("due_at", Int),
            ("taken_until", Int),
            ("outcome", Text),
        ],
    },
    Table {
        name: "closed_webhooks",
        order: "client, endpoint",
        columns: &[("client", Text), ("endpoint", Text)],
    },
    Table {
        name: "limits",
        order: "name",
        columns: &[
            ("name", Text),
            ("full_at", Int),
            ("step", Int),
            ("room", Int),
        ],
    },
];

/// What each database has of its own: its version, and its way to other servers.
const OWN: &str = "key IN ('schema', 'channel') OR key LIKE 'probe%'";

/// So many rows are read at a time.
const AT_A_TIME: u32 = 500;

/// Tells how many rows of each table there are now. Where something goes wrong nothing is written.
pub async fn all(
    from: &Address,
    to: &Address,
    keys: &Source,
) -> Result<Vec<(&'static str, u64)>, CopyError> {
    if from.file().is_some_and(|file| !file.exists()) {
        return Err(CopyError::Nothing(from.to_string()));
    }
    let manner = |opener| Manner {
        opener,
        patience: Duration::from_secs(30),
        connections: 2,
    };
    let opened = async |address: &Address, opener| {
        let db = super::open(address, keys, manner(opener)).await;
        db.map_err(|error| CopyError::Open(address.to_string(), error))
    };
    let source = opened(from, Opener::Command).await?;
    // It gets its tables here.
    let target = opened(to, Opener::Server).await?;
    let copied = copy(&source, &target, to).await;
    source.close().await;
    target.close().await;
    copied
}

async fn copy(
    source: &Db,
    target: &Db,
    to: &Address,
) -> Result<Vec<(&'static str, u64)>, CopyError> {
    let failed = |table| move |error| CopyError::Table { table, error };
    let mut transaction = target.begin().await.map_err(failed("meta"))?;
    for table in TABLES.iter().filter(|table| table.name != "meta") {
        let count = format!("SELECT count(*) FROM {}", table.name);
        let rows: i64 = sql::query_scalar(count)
            .fetch_one(&mut transaction)
            .await
            .map_err(failed(table.name))?;
        if rows > 0 {
            return Err(CopyError::Full(to.to_string()));
        }
    }
    sql::query(format!("DELETE FROM meta WHERE NOT ({OWN})"))
        .execute(&mut transaction)
        .await
        .map_err(failed("meta"))?;
    let mut copied = Vec::new();
    for table in TABLES {
        let rows = copy_table(source.reader(), &mut transaction, table).await;
        copied.push((table.name, rows.map_err(failed(table.name))?));
    }
    transaction.commit().await.map_err(failed("meta"))?;
    Ok(copied)
}

async fn copy_table(from: &Pool, to: &mut Transaction, table: &Table) -> sqlx::Result<u64> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let places = vec!["?"; table.columns.len()].join(", ");
    let insert = format!("INSERT INTO {} ({names}) VALUES ({places})", table.name);
    let which = match table.name {
        "meta" => format!("WHERE NOT ({OWN})"),
        _ => String::new(),
    };
    let select = format!(
        "SELECT {names} FROM {} {which} ORDER BY {} LIMIT ? OFFSET ?",
        table.name, table.order
    );
    let mut copied = 0;
    loop {
        let rows = sql::query(select.clone())
            .bind(AT_A_TIME)
            .bind(i64::try_from(copied).unwrap_or(i64::MAX))
            .fetch_all(from)
            .await?;
        if rows.is_empty() {
            return Ok(copied);
        }
        for row in rows {
            let mut query = sql::query(insert.clone());
            for (name, kind) in table.columns {
                query = query.bind(value(&row, name, *kind)?);
            }
            query.execute(&mut *to).await?;
            copied += 1;
        }
    }
}

fn value(row: &Row, column: &str, kind: Kind) -> sqlx::Result<Value> {
    Ok(match kind {
        Int => Value::Int(row.try_get(column)?),
        Text => Value::Text(row.try_get(column)?),
        Bytes => Value::Bytes(row.try_get(column)?),
        Bool => Value::Bool(row.try_get(column)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;
    use std::collections::BTreeSet;

    /// Left out: who works with the database or is at a test bank's pages, and what it numbers its rows by.
    const NOT_COPIED: [&str; 2] = ["nodes", "sandbox_desk"];
    const NUMBERS: [&str; 3] = ["entries", "exchange_codes", "oauth_logins"];

    #[tokio::test]
    async fn every_column_of_every_table_is_copied() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let all = "SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'";
        let all: Vec<String> = sql::query_scalar(all)
            .fetch_all(db.reader())
            .await
            .expect("they are listed");
        let all: BTreeSet<String> = all
            .into_iter()
            .filter(|column| {
                !NOT_COPIED
                    .iter()
                    .any(|not| column.starts_with(&format!("{not}.")))
            })
            .filter(|column| {
                !NUMBERS
                    .iter()
                    .any(|table| *column == format!("{table}.number"))
            })
            .collect();
        let copied = TABLES.iter().flat_map(|table| {
            let columns = table.columns.iter();
            columns.map(|(column, _)| format!("{}.{column}", table.name))
        });
        assert_eq!(copied.collect::<BTreeSet<String>>(), all);
        db.close().await;
    }
}
