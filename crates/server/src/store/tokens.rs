//! User tokens: whose they are, what they allow, when they end. Only their SHA-256 is kept.

use crate::digest::sha256_hex;
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;
use sqlx::{Row, SqlitePool};

/// Ended tokens are remembered this long, so that the user hears "expired" and not "invalid".
const REMEMBERED_SECONDS: i64 = 86_400;

/// What a token stands for.
#[derive(Clone, Debug)]
pub struct Grant {
    pub client: String,
    pub user: String,
    pub options: LaunchOptions,
    pub expires_at: Timestamp,
}

impl Grant {
    pub fn expired(&self) -> bool {
        self.expires_at <= Timestamp::now()
    }
}

/// How the database knows a token.
pub fn hash(token: &Secret) -> String {
    sha256_hex(token.expose().as_bytes())
}

pub async fn insert(pool: &SqlitePool, token: &Secret, grant: &Grant) -> sqlx::Result<()> {
    let options = serde_json::to_string(&grant.options).expect("launch options hold only texts");
    sqlx::query("INSERT INTO tokens (token_sha256, client, user, options, expires_at) VALUES (?, ?, ?, ?, ?)")
        .bind(hash(token))
        .bind(&grant.client)
        .bind(&grant.user)
        .bind(options)
        .bind(grant.expires_at.as_second())
        .execute(pool)
        .await?;
    Ok(())
}

/// Removes the tokens that have ended, once nobody needs to hear of it; tells how many.
pub async fn remove_ended(pool: &SqlitePool, now: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query("DELETE FROM tokens WHERE expires_at < ?")
        .bind(now.as_second() - REMEMBERED_SECONDS)
        .execute(pool)
        .await?;
    Ok(done.rows_affected())
}

/// What the token stands for, ended or not.
pub async fn find(pool: &SqlitePool, token: &Secret) -> sqlx::Result<Option<Grant>> {
    find_by_hash(pool, &hash(token)).await
}

pub async fn find_by_hash(pool: &SqlitePool, token_sha256: &str) -> sqlx::Result<Option<Grant>> {
    let row =
        sqlx::query("SELECT client, user, options, expires_at FROM tokens WHERE token_sha256 = ?")
            .bind(token_sha256)
            .fetch_optional(pool)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let options: String = row.try_get("options")?;
    let expires_at: i64 = row.try_get("expires_at")?;
    Ok(Some(Grant {
        client: row.try_get("client")?,
        user: row.try_get("user")?,
        options: serde_json::from_str(&options)
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        expires_at: Timestamp::from_second(expires_at)
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
    }))
}
