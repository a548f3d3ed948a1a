//! Tokens that open a page, once and within five minutes; the browser that has opened it may load it again.
//! Only their SHA-256 is kept.

use crate::crypto::digest::{sha256, sha256_hex};
use crate::crypto::random;
use crate::store::Db;
use crate::store::institutions::Owner;
use crate::store::sealing::{self, USER};
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;
use sqlx::Row;
use subtle::ConstantTimeEq;

const TABLE: &str = "entries";

pub const LIFETIME_SECONDS: i64 = 300;

/// Of one owner, used or not. Only the client's own server makes them, so that strangers push nobody's out.
const MOST_ENTRIES: u32 = 20;

/// What a token opens.
pub struct Entry {
    pub owner: Owner,
    /// `None`: the page's address says them.
    pub options: Option<LaunchOptions>,
    /// Until when it can be opened.
    pub ends_at: Timestamp,
    /// Whoever opens it, and loads it again, is in this session.
    pub session: String,
    /// The cookie of the browser that has opened it, as a SHA-256.
    reload_sha256: Option<String>,
}

impl Entry {
    pub fn is_used(&self) -> bool {
        self.reload_sha256.is_some()
    }

    pub fn reloads_with(&self, cookie: &Secret) -> bool {
        let given = sha256_hex(cookie.expose().as_bytes());
        let expected = self.reload_sha256.as_deref().unwrap_or_default();
        bool::from(given.as_bytes().ct_eq(expected.as_bytes()))
    }
}

/// The name of the session that a token with this SHA-256 opens: so both end together, whichever is taken back.
pub fn session(token_sha256: &str) -> String {
    let hash = sha256(format!("session {token_sha256}").as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    random::as_uuid(half, 8)
}

/// The owner's newest tokens stay, so that nobody fills the database.
pub async fn insert(
    db: &Db,
    token: &Secret,
    owner: &Owner,
    options: Option<&LaunchOptions>,
    now: Timestamp,
) -> sqlx::Result<()> {
    let options = options.map(|options| {
        serde_json::to_string(options).expect("launch options hold nothing that JSON cannot say")
    });
    let key = sha256_hex(token.expose().as_bytes());
    let sealed = |column: &str, text: &str| sealing::sealed(db.vault(), TABLE, column, &key, text);
    let mut transaction = db.writer().begin().await?;
    sqlx::query(
        "INSERT INTO entries (token_sha256, client, user, user_sealed, options, ends_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(&key)
    .bind(&owner.client)
    .bind(db.user(owner))
    .bind(sealed(USER, &owner.user))
    .bind(options.map(|options| sealed("options", &options)))
    .bind(now.as_second() + LIFETIME_SECONDS)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "DELETE FROM entries WHERE number IN (
             SELECT number FROM entries WHERE client = ? AND user = ? ORDER BY number DESC LIMIT -1 OFFSET ?
         )",
    )
    .bind(&owner.client)
    .bind(db.user(owner))
    .bind(MOST_ENTRIES)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}

pub async fn find(db: &Db, token: &Secret, now: Timestamp) -> sqlx::Result<Option<Entry>> {
    let row = sqlx::query("SELECT * FROM entries WHERE token_sha256 = ? AND ends_at > ?")
        .bind(sha256_hex(token.expose().as_bytes()))
        .bind(now.as_second())
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| parse(db, &row)).transpose()
}

/// What a browser that has these cookies has opened and may load again, the newest first.
pub async fn reloading(db: &Db, cookies: &[Secret], now: Timestamp) -> sqlx::Result<Vec<Entry>> {
    let hashes: Vec<String> = cookies
        .iter()
        .map(|cookie| sha256_hex(cookie.expose().as_bytes()))
        .collect();
    let hashes = serde_json::to_string(&hashes).expect("hashes are texts");
    let rows = sqlx::query(
        "SELECT * FROM entries
         WHERE reload_sha256 IN (SELECT value FROM json_each(?)) AND ends_at > ? ORDER BY number DESC",
    )
    .bind(hashes)
    .bind(now.as_second())
    .fetch_all(db.reader())
    .await?;
    rows.iter().map(|row| parse(db, row)).collect()
}

fn parse(db: &Db, row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<Entry> {
    let key: String = row.try_get("token_sha256")?;
    let options = sealing::unsealed(db.vault(), row, TABLE, "options", &key)?;
    let options = options.map(|options| serde_json::from_str(&options));
    let ends_at: i64 = row.try_get("ends_at")?;
    Ok(Entry {
        owner: Owner {
            client: row.try_get("client")?,
            user: sealing::needed(db.vault(), row, TABLE, USER, &key)?,
            scope: None,
        },
        options: options
            .transpose()
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        ends_at: Timestamp::from_second(ends_at)
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        session: session(row.try_get("token_sha256")?),
        reload_sha256: row.try_get("reload_sha256")?,
    })
}

/// Uses the token up; until then its page can be loaded with the cookie. `false`: somebody was faster.
pub async fn take(
    db: &Db,
    token: &Secret,
    cookie: &Secret,
    until: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE entries SET reload_sha256 = ?, ends_at = ? WHERE token_sha256 = ? AND reload_sha256 IS NULL",
    )
    .bind(sha256_hex(cookie.expose().as_bytes()))
    .bind(until.as_second())
    .bind(sha256_hex(token.expose().as_bytes()))
    .execute(db.writer())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn remove_ended(db: &Db, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM entries WHERE ends_at <= ?")
        .bind(now.as_second())
        .execute(db.writer())
        .await?;
    Ok(())
}
