//! User tokens: whose they are, what they allow, when they end. Only their SHA-256 is kept.

use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use crate::store::institutions::Owner;
use crate::store::sealing::{self, USER};
use crate::store::sql::{self, Transaction};
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const TABLE: &str = "tokens";

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
    /// Who has opened a page without a token. `None`: the client's server has named the user.
    pub scope: Option<String>,
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
    /// Whoever has fetched a page with a token that opens it once.
    Reload,
    /// A page without a token, which anybody can open as often as they like.
    Page,
}

/// So many live sessions of a client may pages without a token have begun; nobody fills the database.
const MOST_OF_PAGES: u32 = 10_000;

/// Of one user: the newest stay, since only who has a token of the client's own can fetch such a page.
const MOST_BY_RELOADS: u32 = 20;

impl Grant {
    pub fn owner(&self) -> Owner {
        Owner {
            client: self.client.clone(),
            user: self.user.clone(),
            scope: self.scope.clone(),
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

/// `false`: too many pages of the client are open. None of them ends for a new one.
pub async fn insert(db: &Db, token: &Secret, grant: &Grant, maker: Maker) -> sqlx::Result<bool> {
    let mut transaction = match maker {
        Maker::Page => db.begin_alone(&format!("pages {}", grant.client)).await?,
        Maker::Client | Maker::Reload => {
            let user = db.vault().user(&grant.client, &grant.user);
            db.begin_for(&grant.client, &user).await?
        }
    };
    if maker == Maker::Page && !has_room(&mut transaction, grant).await? {
        return Ok(false);
    }
    let options = serde_json::to_string(&grant.options).expect("launch options hold only texts");
    let user = db.vault().user(&grant.client, &grant.user);
    let key = hash(token);
    let sealed = |column: &str, text: &str| sealing::sealed(db.vault(), TABLE, column, &key, text);
    sql::query(
        "INSERT INTO tokens (token_sha256, client, user_hash, user_sealed, options, expires_at, session, notes, by_page, scope)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&key)
    .bind(&grant.client)
    .bind(&user)
    .bind(sealed(USER, &grant.user))
    .bind(sealed("options", &options))
    .bind(grant.expires_at.as_second())
    .bind(&grant.session)
    .bind(grant.notes.to_text().map(|notes| sealed("notes", &notes)))
    .bind(maker != Maker::Client)
    .bind(&grant.scope)
    .execute(&mut transaction)
    .await?;
    if maker == Maker::Reload {
        remove_surplus(&mut transaction, token, grant, &user).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

/// Where there is none, a page that is loaded again takes the place that it had.
async fn has_room(connection: &mut Transaction, grant: &Grant) -> sqlx::Result<bool> {
    let live: i64 = sql::query_scalar(
        "SELECT count(*) FROM tokens WHERE scope IS NOT NULL AND client = ? AND expires_at > ?",
    )
    .bind(&grant.client)
    .bind(Timestamp::now().as_second())
    .fetch_one(&mut *connection)
    .await?;
    if live < i64::from(MOST_OF_PAGES) {
        return Ok(true);
    }
    let own = sql::query(
        "DELETE FROM tokens WHERE token_sha256 IN (
             SELECT token_sha256 FROM tokens WHERE client = ? AND scope = ? AND expires_at > ? ORDER BY expires_at LIMIT 1
         )",
    )
    .bind(&grant.client)
    .bind(&grant.scope)
    .bind(Timestamp::now().as_second())
    .execute(&mut *connection)
    .await?;
    Ok(own.rows_affected() == 1)
}

async fn remove_surplus(
    connection: &mut Transaction,
    newest: &Secret,
    grant: &Grant,
    user: &str,
) -> sqlx::Result<()> {
    sql::query(
        "DELETE FROM tokens WHERE token_sha256 IN (
             SELECT token_sha256 FROM tokens
             WHERE by_page AND scope IS NULL AND client = ? AND user_hash = ? AND token_sha256 <> ?
             ORDER BY expires_at DESC LIMIT 1000000 OFFSET ?
         )",
    )
    .bind(&grant.client)
    .bind(user)
    .bind(hash(newest))
    .bind(MOST_BY_RELOADS - 1)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Removes the tokens that had ended by then; tells how many.
pub async fn remove_ended(db: &Db, by: Timestamp) -> sqlx::Result<u64> {
    let done = sql::query("DELETE FROM tokens WHERE expires_at < ?")
        .bind(by.as_second())
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected())
}

/// What the token stands for, ended or not.
pub async fn find(db: &Db, token: &Secret) -> sqlx::Result<Option<Grant>> {
    find_by_hash(db, &hash(token)).await
}

pub async fn find_by_hash(db: &Db, token_sha256: &str) -> sqlx::Result<Option<Grant>> {
    let row = sql::query("SELECT * FROM tokens WHERE token_sha256 = ?")
        .bind(token_sha256)
        .fetch_optional(db.reader())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let vault = db.vault();
    let options = sealing::needed(vault, &row, TABLE, "options", token_sha256)?;
    let notes = sealing::unsealed(vault, &row, TABLE, "notes", token_sha256)?;
    let expires_at: i64 = row.try_get("expires_at")?;
    Ok(Some(Grant {
        client: row.try_get("client")?,
        user: sealing::needed(vault, &row, TABLE, USER, token_sha256)?,
        options: serde_json::from_str(&options)
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        expires_at: Timestamp::from_second(expires_at)
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        session: row.try_get("session")?,
        notes: Notes::parse(notes)?,
        scope: row.try_get("scope")?,
    }))
}
