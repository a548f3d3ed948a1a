//! Codes that a host gets for a connection and its server exchanges, once and at the latest ten minutes after the session.
//! Only their SHA-256 is kept.

use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use crate::store::institutions::Owner;
use crate::store::sealing::{self, USER};
use crate::store::sql::{self, Row};
use crate::store::tokens::{Grant, Notes};
use connect_core::Secret;
use jiff::Timestamp;

const TABLE: &str = "exchange_codes";

/// After the session's end: its page may have told of the connection at the last moment.
const LIFETIME_SECONDS: i64 = 600;

/// Of one connection in one session: whoever reads it again gets another one, and the host may have an earlier one.
/// Only that session makes them, so that nobody else pushes one out.
const MOST_CODES: u32 = 5;

/// Adds a code to the session's codes for the connection; the newest stay.
pub async fn put(
    db: &Db,
    grant: &Grant,
    institution: &str,
    code: &Secret,
    now: Timestamp,
) -> sqlx::Result<()> {
    let key = sha256_hex(code.expose().as_bytes());
    let sealed = |column: &str, text: &str| sealing::sealed(db.vault(), TABLE, column, &key, text);
    let mut transaction = db.begin_alone(&format!("codes {institution}")).await?;
    sql::query(
        "INSERT INTO exchange_codes (institution, session, code_sha256, client, user_hash, user_sealed, notes, ends_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(institution)
    .bind(&grant.session)
    .bind(&key)
    .bind(&grant.client)
    .bind(db.vault().user(&grant.client, &grant.user))
    .bind(sealed(USER, &grant.user))
    .bind(grant.notes.to_text().map(|notes| sealed("notes", &notes)))
    .bind(grant.expires_at.max(now).as_second() + LIFETIME_SECONDS)
    .execute(&mut transaction)
    .await?;
    sql::query(
        "DELETE FROM exchange_codes WHERE number IN (
             SELECT number FROM exchange_codes WHERE institution = ? AND session = ?
             ORDER BY number DESC LIMIT 1000000 OFFSET ?
         )",
    )
    .bind(institution)
    .bind(&grant.session)
    .bind(MOST_CODES)
    .execute(&mut transaction)
    .await?;
    transaction.commit().await
}

/// What a code stands for.
pub struct Exchanged {
    pub owner: Owner,
    pub institution: String,
    pub notes: Notes,
}

/// Uses the code up, and with it the session's others for the connection. `None`: it is not this client's, was used, or has ended.
pub async fn take(
    db: &Db,
    client: &str,
    code: &Secret,
    now: Timestamp,
) -> sqlx::Result<Option<Exchanged>> {
    let key = sha256_hex(code.expose().as_bytes());
    let rows = sql::query(
        "DELETE FROM exchange_codes WHERE (institution, session) IN (
             SELECT institution, session FROM exchange_codes WHERE code_sha256 = ? AND client = ? AND ends_at > ?
         )
         RETURNING *",
    )
    .bind(&key)
    .bind(client)
    .bind(now.as_second())
    .fetch_all(db.writer())
    .await?;
    let is_it = |row: &&Row| {
        row.try_get("code_sha256")
            .is_ok_and(|own: String| own == key)
    };
    let Some(row) = rows.iter().find(is_it) else {
        return Ok(None);
    };
    let vault = db.vault();
    let notes = sealing::unsealed(vault, row, TABLE, "notes", &key)?;
    Ok(Some(Exchanged {
        owner: Owner {
            client: row.try_get("client")?,
            user: sealing::needed(vault, row, TABLE, USER, &key)?,
            scope: None,
        },
        institution: row.try_get("institution")?,
        notes: Notes::parse(notes)?,
    }))
}

pub async fn remove_ended(db: &Db, now: Timestamp) -> sqlx::Result<()> {
    sql::query("DELETE FROM exchange_codes WHERE ends_at <= ?")
        .bind(now.as_second())
        .execute(db.writer())
        .await?;
    Ok(())
}
