//! Tokens that open a page, once and within five minutes: used up by the page that runs, not by one that was only fetched.
//! Only their SHA-256 is kept.

use crate::crypto::digest::{sha256, sha256_hex};
use crate::crypto::random;
use crate::store::Db;
use crate::store::institutions::Owner;
use crate::store::sealing::{self, USER};
use crate::store::sql::{self, Row};
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;

const TABLE: &str = "entries";

pub const LIFETIME_SECONDS: i64 = 300;

/// Of one owner, used or not. Only the client's own server makes them, so that strangers push nobody's out.
const MOST_ENTRIES: u32 = 20;

/// What a token opens.
pub struct Entry {
    pub owner: Owner,
    /// `None`: the page's address says them.
    pub options: Option<LaunchOptions>,
    /// Whoever opens it is in this session.
    pub session: String,
    /// Its page has run.
    pub used: bool,
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
    let mut transaction = db.begin_for(&owner.client, &db.user(owner)).await?;
    sql::query(
        "INSERT INTO entries (token_sha256, client, user_hash, user_sealed, options, ends_at, session) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&key)
    .bind(&owner.client)
    .bind(db.user(owner))
    .bind(sealed(USER, &owner.user))
    .bind(options.map(|options| sealed("options", &options)))
    .bind(now.as_second() + LIFETIME_SECONDS)
    .bind(session(&key))
    .execute(&mut transaction)
    .await?;
    sql::query(
        "DELETE FROM entries WHERE number IN (
             SELECT number FROM entries WHERE client = ? AND user_hash = ? ORDER BY number DESC LIMIT 1000000 OFFSET ?
         )",
    )
    .bind(&owner.client)
    .bind(db.user(owner))
    .bind(MOST_ENTRIES)
    .execute(&mut transaction)
    .await?;
    transaction.commit().await
}

pub async fn find(db: &Db, token: &Secret, now: Timestamp) -> sqlx::Result<Option<Entry>> {
    let row = sql::query("SELECT * FROM entries WHERE token_sha256 = ? AND ends_at > ?")
        .bind(sha256_hex(token.expose().as_bytes()))
        .bind(now.as_second())
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| parse(db, &row)).transpose()
}

fn parse(db: &Db, row: &Row) -> sqlx::Result<Entry> {
    let key: String = row.try_get("token_sha256")?;
    let options = sealing::unsealed(db.vault(), row, TABLE, "options", &key)?;
    let options = options.map(|options| serde_json::from_str(&options));
    Ok(Entry {
        owner: Owner {
            client: row.try_get("client")?,
            user: sealing::needed(db.vault(), row, TABLE, USER, &key)?,
            scope: None,
        },
        options: options
            .transpose()
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        session: session(&key),
        used: row.try_get("used")?,
    })
}

/// The page of this session runs: what has opened it is used up, and whoever else was given the session has it no more.
pub async fn run(db: &Db, session: &str, token_sha256: &str) -> sqlx::Result<()> {
    let waiting: Option<i64> =
        sql::query_scalar("SELECT number FROM entries WHERE session = ? AND NOT used")
            .bind(session)
            .fetch_optional(db.reader())
            .await?;
    let Some(number) = waiting else {
        return Ok(());
    };
    let mut transaction = db.begin().await?;
    let done = sql::query("UPDATE entries SET used = TRUE WHERE number = ? AND NOT used")
        .bind(number)
        .execute(&mut transaction)
        .await?;
    if done.rows_affected() == 1 {
        sql::query("DELETE FROM tokens WHERE session = ? AND token_sha256 <> ?")
            .bind(session)
            .bind(token_sha256)
            .execute(&mut transaction)
            .await?;
    }
    transaction.commit().await
}

pub async fn remove_ended(db: &Db, now: Timestamp) -> sqlx::Result<()> {
    sql::query("DELETE FROM entries WHERE ends_at <= ?")
        .bind(now.as_second())
        .execute(db.writer())
        .await?;
    Ok(())
}
