//! Codes that a host gets for a connection and its server exchanges, once and within ten minutes. Only their SHA-256 is kept.

use crate::digest::sha256_hex;
use crate::store::institutions::Owner;
use crate::store::tokens::{Grant, Notes};
use connect_core::Secret;
use jiff::Timestamp;
use sqlx::{Row, SqlitePool};

const LIFETIME_SECONDS: i64 = 600;

/// Makes this the session's one code for the connection.
pub async fn put(
    pool: &SqlitePool,
    grant: &Grant,
    institution: &str,
    code: &Secret,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO exchange_codes (institution, session, code_sha256, client, user, notes, ends_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (institution, session) DO UPDATE SET
             code_sha256 = excluded.code_sha256, ends_at = excluded.ends_at",
    )
    .bind(institution)
    .bind(&grant.session)
    .bind(sha256_hex(code.expose().as_bytes()))
    .bind(&grant.client)
    .bind(&grant.user)
    .bind(grant.notes.to_text())
    .bind(now.as_second() + LIFETIME_SECONDS)
    .execute(pool)
    .await?;
    Ok(())
}

/// What a code stands for.
pub struct Exchanged {
    pub owner: Owner,
    pub institution: String,
    pub notes: Notes,
}

/// Uses the code up. `None`: it is not this client's, was used, or has ended.
pub async fn take(
    pool: &SqlitePool,
    client: &str,
    code: &Secret,
    now: Timestamp,
) -> sqlx::Result<Option<Exchanged>> {
    let row = sqlx::query(
        "DELETE FROM exchange_codes WHERE code_sha256 = ? AND client = ? AND ends_at > ?
         RETURNING client, user, institution, notes",
    )
    .bind(sha256_hex(code.expose().as_bytes()))
    .bind(client)
    .bind(now.as_second())
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Exchanged {
        owner: Owner {
            client: row.try_get("client")?,
            user: row.try_get("user")?,
        },
        institution: row.try_get("institution")?,
        notes: Notes::parse(row.try_get("notes")?)?,
    }))
}

pub async fn remove_ended(pool: &SqlitePool, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM exchange_codes WHERE ends_at <= ?")
        .bind(now.as_second())
        .execute(pool)
        .await?;
    Ok(())
}
