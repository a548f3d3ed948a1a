//! Codes that a host gets for a connection and its server exchanges, once and at the latest ten minutes after the session.
//! Only their SHA-256 is kept.

use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use crate::store::institutions::Owner;
use crate::store::tokens::{Grant, Notes};
use connect_core::Secret;
use jiff::Timestamp;
use sqlx::Row;

/// After the session's end: its page may have told of the connection at the last moment.
const LIFETIME_SECONDS: i64 = 600;

/// Of one connection in one session: whoever reads it again gets another one, and the host may have an earlier one.
const MOST_CODES: u32 = 5;

/// Adds a code to the session's codes for the connection; the newest stay.
pub async fn put(
    db: &Db,
    grant: &Grant,
    institution: &str,
    code: &Secret,
    now: Timestamp,
) -> sqlx::Result<()> {
    let mut transaction = db.writer().begin().await?;
    sqlx::query(
        "INSERT INTO exchange_codes (institution, session, code_sha256, client, user, notes, ends_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(institution)
    .bind(&grant.session)
    .bind(sha256_hex(code.expose().as_bytes()))
    .bind(&grant.client)
    .bind(&grant.user)
    .bind(grant.notes.to_text())
    .bind(grant.expires_at.max(now).as_second() + LIFETIME_SECONDS)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "DELETE FROM exchange_codes WHERE number IN (
             SELECT number FROM exchange_codes WHERE institution = ? AND session = ?
             ORDER BY number DESC LIMIT -1 OFFSET ?
         )",
    )
    .bind(institution)
    .bind(&grant.session)
    .bind(MOST_CODES)
    .execute(&mut *transaction)
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
    let row = sqlx::query(
        "DELETE FROM exchange_codes WHERE (institution, session) IN (
             SELECT institution, session FROM exchange_codes WHERE code_sha256 = ? AND client = ? AND ends_at > ?
         )
         RETURNING client, user, institution, notes",
    )
    .bind(sha256_hex(code.expose().as_bytes()))
    .bind(client)
    .bind(now.as_second())
    .fetch_all(db.writer())
    .await?;
    let Some(row) = row.first() else {
        return Ok(None);
    };
    Ok(Some(Exchanged {
        owner: Owner {
            client: row.try_get("client")?,
            user: row.try_get("user")?,
        },
        institution: row.try_get("institution")?,
        notes: Notes::parse(row.try_get("notes")?)?,
    }))
}

pub async fn remove_ended(db: &Db, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM exchange_codes WHERE ends_at <= ?")
        .bind(now.as_second())
        .execute(db.writer())
        .await?;
    Ok(())
}
