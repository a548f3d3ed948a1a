//! User tokens: whose they are, what they allow, when they end. Only their SHA-256 is kept.

use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use crate::store::institutions::Owner;
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::Row;

/// Ended tokens are remembered this long, so that the user hears "expired" and not "invalid".
const REMEMBERED_SECONDS: i64 = 86_400;

/// What a token stands for.
#[derive(Clone, Debug)]
pub struct Grant {
    pub client: String,
    pub user: String,
    pub options: LaunchOptions,
    pub expires_at: Timestamp,
    /// Names the session, says nothing of its token, and stays when the session gets another one.
    pub session: String,
    pub notes: Notes,
}

/// What a client's server has said of a session that its widget need not know: the client's server hears it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What is asked of each product, word for word.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub products: Map<String, Value>,
}

impl Notes {
    /// `None`: there is nothing to be kept.
    pub fn to_text(&self) -> Option<String> {
        let text = || serde_json::to_string(self).expect("notes hold nothing that JSON cannot say");
        (self != &Notes::default()).then(text)
    }

    pub fn parse(text: Option<String>) -> sqlx::Result<Notes> {
        let notes = text.map(|text| serde_json::from_str(&text)).transpose();
        let notes = notes.map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(notes.unwrap_or_default())
    }
}

/// Who has had a token made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// The client's own server.
    Client,
    /// An address of a page, which anybody can open as often as they like.
    Page,
}

/// Of one client, made by pages: the newest stay, so that nobody fills the database.
const MOST_BY_PAGES: u32 = 10_000;

impl Grant {
    pub fn owner(&self) -> Owner {
        Owner {
            client: self.client.clone(),
            user: self.user.clone(),
        }
    }

    pub fn expired(&self) -> bool {
        self.expires_at <= Timestamp::now()
    }
}

/// How the database knows a token.
pub fn hash(token: &Secret) -> String {
    sha256_hex(token.expose().as_bytes())
}

pub async fn insert(db: &Db, token: &Secret, grant: &Grant, maker: Maker) -> sqlx::Result<()> {
    let options = serde_json::to_string(&grant.options).expect("launch options hold only texts");
    sqlx::query(
        "INSERT INTO tokens (token_sha256, client, user, options, expires_at, session, notes, by_page)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(hash(token))
    .bind(&grant.client)
    .bind(&grant.user)
    .bind(options)
    .bind(grant.expires_at.as_second())
    .bind(&grant.session)
    .bind(grant.notes.to_text())
    .bind(maker == Maker::Page)
    .execute(db.writer())
    .await?;
    match maker {
        Maker::Page => remove_surplus(db, &grant.client).await,
        Maker::Client => Ok(()),
    }
}

async fn remove_surplus(db: &Db, client: &str) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM tokens WHERE token_sha256 IN (
             SELECT token_sha256 FROM tokens WHERE by_page AND client = ?
             ORDER BY expires_at DESC LIMIT -1 OFFSET ?
         )",
    )
    .bind(client)
    .bind(MOST_BY_PAGES)
    .execute(db.writer())
    .await?;
    Ok(())
}

/// Removes the tokens that have ended, once nobody needs to hear of it; tells how many.
pub async fn remove_ended(db: &Db, now: Timestamp) -> sqlx::Result<u64> {
    let done = sqlx::query("DELETE FROM tokens WHERE expires_at < ?")
        .bind(now.as_second() - REMEMBERED_SECONDS)
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected())
}

/// What the token stands for, ended or not.
pub async fn find(db: &Db, token: &Secret) -> sqlx::Result<Option<Grant>> {
    find_by_hash(db, &hash(token)).await
}

pub async fn find_by_hash(db: &Db, token_sha256: &str) -> sqlx::Result<Option<Grant>> {
    let row = sqlx::query(
        "SELECT client, user, options, expires_at, session, notes FROM tokens WHERE token_sha256 = ?",
    )
    .bind(token_sha256)
    .fetch_optional(db.reader())
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
        session: row.try_get("session")?,
        notes: Notes::parse(row.try_get("notes")?)?,
    }))
}
