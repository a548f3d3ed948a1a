//! Which columns are sealed, and how rows of before, of an older key or of another identity become what they are to be.

use crate::crypto::vault::Vault;
use crate::store::Db;
use crate::store::sql::{self, Row, Transaction};

/// A table with the user of a client, and what of it is sealed.
struct Table {
    name: &'static str,
    /// Names a row, and is a part of the place that its columns are sealed for.
    key: &'static str,
    sealed: &'static [&'static str],
}

const TABLES: [Table; 6] = [
    Table {
        name: "institutions",
        key: "id",
        sealed: &["document", "options", "held"],
    },
    Table {
        name: "tokens",
        key: "token_sha256",
        sealed: &["options", "notes"],
    },
    Table {
        name: "entries",
        key: "token_sha256",
        sealed: &["options"],
    },
    Table {
        name: "exchange_codes",
        key: "code_sha256",
        sealed: &["notes"],
    },
    Table {
        name: "attempts",
        key: "attempt_sha256",
        sealed: &["asked", "answer"],
    },
    Table {
        name: "oauth_logins",
        key: "nonce_sha256",
        sealed: &[],
    },
];

/// Of no user's: what has happened is kept longer than what it has happened to.
const EVENTS: Table = Table {
    name: "events",
    key: "id",
    sealed: &["institution", "data"],
};

/// The user id itself, in every table.
pub const USER: &str = "user_sealed";

/// What is written into this column.
pub fn sealed(vault: &Vault, table: &str, column: &str, key: &str, text: &str) -> Vec<u8> {
    vault.seal(&place(table, column, key), text.as_bytes())
}

/// Where a text is kept, for [`Vault::seal`].
fn place(table: &str, column: &str, key: &str) -> String {
    format!("{table}.{column} {key}")
}

/// What was sealed for this place. An error tells the column and nothing of its content.
pub fn unsealed(
    vault: &Vault,
    row: &Row,
    table: &str,
    column: &str,
    key: &str,
) -> sqlx::Result<Option<String>> {
    let sealed: Option<Vec<u8>> = row.try_get(column)?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    open(vault, table, column, key, &sealed).map(Some)
}

/// The same where there is always something.
pub fn needed(
    vault: &Vault,
    row: &Row,
    table: &str,
    column: &str,
    key: &str,
) -> sqlx::Result<String> {
    let text = unsealed(vault, row, table, column, key)?;
    text.ok_or_else(|| damaged(table, column))
}

fn open(
    vault: &Vault,
    table: &str,
    column: &str,
    key: &str,
    sealed: &[u8],
) -> sqlx::Result<String> {
    let text = vault.unseal(&place(table, column, key), sealed);
    let text = text.and_then(|text| String::from_utf8(text).ok());
    text.ok_or_else(|| damaged(table, column))
}

fn damaged(table: &str, column: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{table}.{column} cannot be unsealed").into())
}

/// Seals what was written in clear before there were keys; tells how many rows.
pub async fn seal_old(db: &Db) -> sqlx::Result<u64> {
    let vault = db.vault();
    let mut transaction = db.begin().await?;
    let mut done = 0;
    for table in &TABLES {
        let rows = rows(&mut transaction, table, "user_sealed IS NULL").await?;
        for row in rows {
            let (key, client, user): (String, String, String) = (
                row.try_get(table.key)?,
                row.try_get("client")?,
                row.try_get("user_hash")?,
            );
            let mut columns = vec![(USER, Some(user.clone()))];
            for column in table.sealed {
                columns.push((column, row.try_get(column)?));
            }
            write(&mut transaction, vault, table, &key, &columns).await?;
            rename(&mut transaction, table, &key, &vault.user(&client, &user)).await?;
            done += 1;
        }
    }
    transaction.commit().await?;
    Ok(done)
}

/// So many rows are sealed anew at a time: a server that writes meanwhile does not wait long.
const AT_A_TIME: usize = 200;

/// Seals anew whatever was sealed with an older key; tells how many rows.
pub async fn reseal(db: &Db) -> sqlx::Result<u64> {
    let mut done = 0;
    let of_users = TABLES.iter().map(|table| (table, Some(&USER)));
    for (table, user) in of_users.chain([(&EVENTS, None)]) {
        let all = format!("SELECT {} FROM {}", table.key, table.name);
        let keys: Vec<String> = sql::query_scalar(all).fetch_all(db.reader()).await?;
        for keys in keys.chunks(AT_A_TIME) {
            done += reseal_some(db, table, user, keys).await?;
        }
    }
    Ok(done + reseal_forgotten(db).await?)
}

/// What waits to be ended elsewhere is sealed for the place that it came from.
async fn reseal_forgotten(db: &Db) -> sqlx::Result<u64> {
    let (vault, from) = (db.vault(), "institutions");
    let mut transaction = db.begin().await?;
    let rows = sql::query("SELECT id, held FROM forgotten")
        .fetch_all(&mut transaction)
        .await?;
    let mut done = 0;
    for row in rows {
        let (id, old): (String, Vec<u8>) = (row.try_get("id")?, row.try_get("held")?);
        if vault.is_current(&old) {
            continue;
        }
        let text = open(vault, from, "held", &id, &old)?;
        sql::query("UPDATE forgotten SET held = ? WHERE id = ?")
            .bind(sealed(vault, from, "held", &id, &text))
            .bind(&id)
            .execute(&mut transaction)
            .await?;
        done += 1;
    }
    transaction.commit().await?;
    Ok(done)
}

async fn reseal_some(
    db: &Db,
    table: &Table,
    user: Option<&&'static str>,
    keys: &[String],
) -> sqlx::Result<u64> {
    let vault = db.vault();
    let mut transaction = db.begin().await?;
    let select = format!("SELECT * FROM {} WHERE {} = ?", table.name, table.key);
    let mut done = 0;
    for key in keys {
        let row = sql::query(select.clone())
            .bind(key)
            .fetch_optional(&mut transaction)
            .await?;
        let mut columns = Vec::new();
        for column in table.sealed.iter().chain(user) {
            let sealed: Option<Vec<u8>> = match &row {
                Some(row) => row.try_get(column)?,
                None => None,
            };
            if let Some(sealed) = sealed.filter(|sealed| !vault.is_current(sealed)) {
                columns.push((
                    *column,
                    Some(open(vault, table.name, column, key, &sealed)?),
                ));
            }
        }
        write(&mut transaction, vault, table, key, &columns).await?;
        done += u64::from(!columns.is_empty());
    }
    transaction.commit().await?;
    Ok(done)
}

/// Names all users anew, with another identity key; tells how many rows.
pub async fn rename_users(db: &Db) -> sqlx::Result<u64> {
    let vault = db.vault();
    let mut transaction = db.begin().await?;
    let mut done = 0;
    for table in &TABLES {
        for row in rows(&mut transaction, table, "user_sealed IS NOT NULL").await? {
            let (key, client): (String, String) = (row.try_get(table.key)?, row.try_get("client")?);
            let user = needed(vault, &row, table.name, USER, &key)?;
            rename(&mut transaction, table, &key, &vault.user(&client, &user)).await?;
            done += 1;
        }
    }
    transaction.commit().await?;
    Ok(done)
}

async fn rows(connection: &mut Transaction, table: &Table, which: &str) -> sqlx::Result<Vec<Row>> {
    let select = format!("SELECT * FROM {} WHERE {which}", table.name);
    sql::query(select).fetch_all(connection).await
}

async fn write(
    connection: &mut Transaction,
    vault: &Vault,
    table: &Table,
    key: &str,
    columns: &[(&'static str, Option<String>)],
) -> sqlx::Result<()> {
    for (column, text) in columns {
        let update = format!(
            "UPDATE {} SET {column} = ? WHERE {} = ?",
            table.name, table.key
        );
        let sealed = text
            .as_ref()
            .map(|text| sealed(vault, table.name, column, key, text));
        sql::query(update)
            .bind(sealed)
            .bind(key)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn rename(
    connection: &mut Transaction,
    table: &Table,
    key: &str,
    user: &str,
) -> sqlx::Result<()> {
    let update = format!(
        "UPDATE {} SET user_hash = ? WHERE {} = ?",
        table.name, table.key
    );
    sql::query(update)
        .bind(user)
        .bind(key)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::crypto::identity::Identity;
    use crate::store::institutions::{self, Owner};
    use crate::store::scratch::Scratch;
    use crate::store::sqlite::STEPS;
    use crate::store::tokens;
    use connect_core::Secret;
    use sqlx::SqlitePool;
    use sqlx::sqlite::SqliteConnectOptions;

    const IDENTITY: &str = "0101010101010101010101010101010101010101010101010101010101010101";

    /// As version 5 of the tables had it.
    async fn written_in_clear(scratch: &Scratch) {
        let options = SqliteConnectOptions::new()
            .filename(scratch.file())
            .create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await;
        let pool = pool.expect("a database");
        for step in &STEPS[..5] {
            let made = sqlx::raw_sql(*step).execute(&pool).await;
            made.expect("the tables of then");
        }
        let document = r#"{"id":"one","name":"Demo","type":"demo","sync_status":"ok","authorized":true,
            "sync_status_details":{"date":"2026-01-01T00:00:00Z"},
            "accounts":[{"id":"a","name":"Chequing","kind":"checking"}],"__v":3}"#;
        let token = tokens::hash(&Secret::new("token"));
        for (statement, bound) in [
            (
                "INSERT INTO meta VALUES ('identity_key', ?)",
                vec![IDENTITY],
            ),
            (
                "INSERT INTO institutions (client, user, id, version, sync_status, document, options)
                 VALUES ('shop', 'ann-marker', 'one', 3, 'ok', ?, '{\"tags\":\"marker-tag\"}')",
                vec![document],
            ),
            (
                "INSERT INTO tokens (token_sha256, client, user, options, expires_at, session, notes)
                 VALUES (?, 'shop', 'ann-marker', '{\"state\":\"marker-state\"}', 1, 's', '{\"tags\":[\"marker-note\"]}')",
                vec![&token],
            ),
        ] {
            let mut query = sqlx::query(statement);
            for text in bound {
                query = query.bind(text);
            }
            query.execute(&pool).await.expect("it is written");
        }
        pool.close().await;
    }

    #[tokio::test]
    async fn what_was_kept_in_clear_is_sealed_and_nothing_is_lost() {
        let scratch = Scratch::new();
        written_in_clear(&scratch).await;
        let owner = Owner {
            client: "shop".into(),
            user: "ann-marker".into(),
            scope: None,
        };
        for _ in 0..2 {
            let db = scratch.open().await;
            let whole = institutions::find_whole(&db, &owner, "one").await;
            let whole = whole.expect("it works").expect("it is there");
            assert_eq!(whole.user, "ann-marker");
            assert_eq!(whole.options["tags"], "marker-tag");
            let accounts = whole.institution.accounts.expect("its accounts");
            assert_eq!(accounts[0].name, "Chequing");
            let connected = institutions::connected(&db, &owner, "demo").await;
            assert_eq!(connected.expect("it works"), ["one"]);
            let grant = tokens::find(&db, &Secret::new("token")).await;
            let grant = grant.expect("it works").expect("it is there");
            assert_eq!(grant.options.state.as_deref(), Some("marker-state"));
            assert_eq!(grant.notes.tags, ["marker-note"]);
            // Ids that hosts were told stay the same.
            assert_eq!(
                db.vault().identity().of(&["any"]),
                Identity::new([1; 32]).of(&["any"])
            );
            db.close().await;
        }
        let bytes = std::fs::read(scratch.file()).expect("the file");
        for text in ["marker", "Chequing", IDENTITY] {
            let found = bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes());
            assert!(!found, "{text} can be read");
        }
    }
}
