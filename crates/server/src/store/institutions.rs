//! Institutions: the connections of users. Each write raises the version by one, and loses against a write in between.

use crate::engine::sync::LoginOf;
use crate::store::Db;
use connect_core::api::{ChallengeKind, Institution, SyncStatus};
use jiff::Timestamp;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Row, Sqlite};
use std::collections::BTreeMap;

/// So many connections of one login are told of.
const MOST_OF_LOGIN: u32 = 100;

/// A connection that never came about is kept so long after the last thing that happened in it.
const ABANDONED_SECONDS: i64 = 86_400;

/// Who a connection belongs to; nobody else finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub client: String,
    pub user: String,
}

/// How much a user may have at a time.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    pub running: u32,
    pub kept: u32,
}

impl Default for Room {
    fn default() -> Room {
        Room {
            running: u32::MAX,
            kept: u32::MAX,
        }
    }
}

/// What became of a sync that was to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    Done,
    /// So many of the owner's other syncs are running that this one must wait.
    TooMany,
    /// The owner has as many connections as there may be.
    Full,
    /// Somebody else has written, or has removed it, since it was looked at.
    Outrun,
}

/// Counting and writing are one statement: of many requests at once none slips through.
macro_rules! others_running {
    () => {
        "(SELECT count(*) FROM institutions WHERE client = ?1 AND user = ?2 AND sync_status = 'syncing' AND id <> ?3)"
    };
}

macro_rules! kept {
    () => {
        "(SELECT count(*) FROM institutions WHERE client = ?1 AND user = ?2)"
    };
}

/// What is written down of a new institution beside its document.
#[derive(Default)]
pub struct New<'a> {
    pub key: Option<&'a str>,
    /// The id of the login that was sent.
    pub login: Option<&'a str>,
    /// What the host has asked of the backend.
    pub options: Option<&'a BTreeMap<String, String>>,
    /// The session that may have no second connection.
    pub only_in: Option<&'a str>,
    pub room: Room,
}

/// Writes a new institution down, whose first sync begins. `Outrun`: the owner has one with this key already, or the
/// session has its only one.
pub async fn insert(
    db: &Db,
    owner: &Owner,
    institution: &Institution,
    new: New<'_>,
) -> sqlx::Result<Begin> {
    let insert = concat!(
        "INSERT INTO institutions (client, user, id, version, sync_status, document, idempotency_key, login_tried, options, only_in)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?8, ?9, ?10, ?11 WHERE ",
        others_running!(),
        " < ?7 AND ",
        kept!(),
        " < ?12"
    );
    let options = new.options.filter(|options| !options.is_empty());
    let options =
        options.map(|options| serde_json::to_string(options).expect("options hold only texts"));
    let done = row(insert, owner, institution)
        .bind(new.room.running)
        .bind(new.key)
        .bind(new.login)
        .bind(options)
        .bind(new.only_in)
        .bind(new.room.kept)
        .execute(db.writer())
        .await;
    match done {
        Ok(done) if done.rows_affected() == 1 => Ok(Begin::Done),
        Ok(_) if kept(db, owner).await? >= new.room.kept => Ok(Begin::Full),
        Ok(_) => Ok(Begin::TooMany),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(Begin::Outrun),
        Err(error) => Err(error),
    }
}

async fn kept(db: &Db, owner: &Owner) -> sqlx::Result<u32> {
    sqlx::query_scalar(concat!("SELECT ", kept!()))
        .bind(&owner.client)
        .bind(&owner.user)
        .fetch_one(db.reader())
        .await
}

/// Writes an institution down that its owner has from the start, unless it is there already.
pub async fn insert_stored(
    db: &Db,
    owner: &Owner,
    institution: &Institution,
    login: &str,
) -> sqlx::Result<()> {
    let insert = "INSERT OR IGNORE INTO institutions (client, user, id, version, sync_status, document, login_tried, login_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)";
    row(insert, owner, institution)
        .bind(login)
        .execute(db.writer())
        .await?;
    Ok(())
}

/// Removes what this session has begun and never finished; tells the ids.
pub async fn remove_unfinished(db: &Db, only_in: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "DELETE FROM institutions
         WHERE only_in = ? AND sync_status <> 'ok'
           AND document ->> '$.accounts' IS NULL AND document ->> '$.authorized' IS NULL
         RETURNING id",
    )
    .bind(only_in)
    .fetch_all(db.writer())
    .await
}

/// The session's only connection, also if it is gone after it has stood.
pub async fn only_one(db: &Db, only_in: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "SELECT id FROM institutions WHERE only_in = ?1
         UNION ALL SELECT used_for FROM tokens WHERE session = ?1 AND used_for IS NOT NULL LIMIT 1",
    )
    .bind(only_in)
    .fetch_optional(db.reader())
    .await
}

/// Writes an institution whose sync begins anew, and tells whose login it goes on with; its own running sync does not
/// count among the `most`.
pub async fn begin(
    db: &Db,
    owner: &Owner,
    institution: &mut Institution,
    login: LoginOf,
    most: u32,
) -> sqlx::Result<(Begin, Option<String>)> {
    let read = institution.version;
    institution.version += 1;
    let update = concat!(
        "UPDATE institutions SET version = ?4, sync_status = ?5, document = ?6, login_tried = iif(?10, login_tried, ?9)
         WHERE id = ?3 AND version = ?8 AND ",
        others_running!(),
        " < ?7 RETURNING login_tried"
    );
    let (login, keeps) = match login {
        LoginOf::Run(login) => (login, false),
        LoginOf::Institution => (None, true),
    };
    let written = row(update, owner, institution)
        .bind(most)
        .bind(read.cast_signed())
        .bind(login)
        .bind(keeps)
        .fetch_optional(db.writer())
        .await?;
    if let Some(written) = written {
        return Ok((Begin::Done, written.try_get("login_tried")?));
    }
    let running: u32 = sqlx::query_scalar(concat!("SELECT ", others_running!()))
        .bind(&owner.client)
        .bind(&owner.user)
        .bind(&institution.id)
        .fetch_one(db.reader())
        .await?;
    let refused = match running < most {
        true => Begin::Outrun,
        false => Begin::TooMany,
    };
    Ok((refused, None))
}

pub async fn find(db: &Db, owner: &Owner, id: &str) -> sqlx::Result<Option<Institution>> {
    let row =
        sqlx::query("SELECT document FROM institutions WHERE id = ? AND client = ? AND user = ?")
            .bind(id)
            .bind(&owner.client)
            .bind(&owner.user)
            .fetch_optional(db.reader())
            .await?;
    row.map(|row| parse(&row)).transpose()
}

/// A connection with what its client's server wants to know of it.
pub struct Whole {
    pub user: String,
    pub institution: Institution,
    /// What the host has asked of the backend.
    pub options: BTreeMap<String, String>,
}

pub async fn find_whole(db: &Db, owner: &Owner, id: &str) -> sqlx::Result<Option<Whole>> {
    let row = sqlx::query("SELECT * FROM institutions WHERE id = ? AND client = ? AND user = ?")
        .bind(id)
        .bind(&owner.client)
        .bind(&owner.user)
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| whole(&row)).transpose()
}

/// Whichever user's it is.
pub async fn of_client(db: &Db, client: &str, id: &str) -> sqlx::Result<Option<Whole>> {
    let row = sqlx::query("SELECT * FROM institutions WHERE id = ? AND client = ?")
        .bind(id)
        .bind(client)
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| whole(&row)).transpose()
}

/// The id of the login that the bank has let in last.
pub async fn login_id(db: &Db, id: &str) -> sqlx::Result<Option<String>> {
    let found = sqlx::query_scalar("SELECT login_id FROM institutions WHERE id = ?")
        .bind(id)
        .fetch_optional(db.reader())
        .await?;
    Ok(found.flatten())
}

/// The client's connections that have come about with this login, the newest first, and whether there are more.
pub async fn of_login(db: &Db, client: &str, login: &str) -> sqlx::Result<(Vec<Whole>, bool)> {
    let rows = sqlx::query(
        "SELECT * FROM institutions WHERE client = ? AND login_id = ?
         ORDER BY unixepoch(document ->> '$.sync_status_details.date') DESC, id LIMIT ?",
    )
    .bind(client)
    .bind(login)
    .bind(MOST_OF_LOGIN + 1)
    .fetch_all(db.reader())
    .await?;
    let told = rows.iter().take(MOST_OF_LOGIN as usize);
    let told: sqlx::Result<Vec<Whole>> = told.map(whole).collect();
    Ok((told?, rows.len() > MOST_OF_LOGIN as usize))
}

pub async fn find_by_key(db: &Db, owner: &Owner, key: &str) -> sqlx::Result<Option<Institution>> {
    let row = sqlx::query(
        "SELECT document FROM institutions WHERE client = ? AND user = ? AND idempotency_key = ?",
    )
    .bind(&owner.client)
    .bind(&owner.user)
    .bind(key)
    .fetch_optional(db.reader())
    .await?;
    row.map(|row| parse(&row)).transpose()
}

/// The owner's connections to this provider that have come about: those that are well first, then the newest.
pub async fn connected(db: &Db, owner: &Owner, provider: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT id FROM institutions
         WHERE client = ? AND user = ? AND document ->> '$.type' = ?
           AND (sync_status = 'ok' OR json_array_length(document, '$.accounts') > 0)
         ORDER BY sync_status = 'ok' DESC, unixepoch(document ->> '$.sync_status_details.date') DESC, id",
    )
    .bind(&owner.client)
    .bind(&owner.user)
    .bind(provider)
    .fetch_all(db.reader())
    .await
}

/// Writes what became of an institution. `false`: it is gone, or somebody else has written since it was read.
pub async fn update(db: &Db, institution: &mut Institution) -> sqlx::Result<bool> {
    let read = institution.version;
    institution.version += 1;
    let done = sqlx::query(
        "UPDATE institutions SET version = ?1, sync_status = ?2, document = ?3,
             login_id = iif(?6, coalesce(login_tried, login_id), login_id)
         WHERE id = ?4 AND version = ?5",
    )
    .bind(institution.version.cast_signed())
    .bind(word(institution))
    .bind(document(institution))
    .bind(&institution.id)
    .bind(read.cast_signed())
    .bind(is_let_in(institution))
    .execute(db.writer())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete(db: &Db, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM institutions WHERE id = ?")
        .bind(id)
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// `false`: it is gone already, or somebody else has written since it was read.
pub async fn delete_unchanged(db: &Db, institution: &Institution) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM institutions WHERE id = ? AND version = ?")
        .bind(&institution.id)
        .bind(institution.version.cast_signed())
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes the connections that never were `ok` and that were left alone for a day; tells their ids.
pub async fn remove_abandoned(db: &Db, now: Timestamp) -> sqlx::Result<Vec<String>> {
    // Accounts are there as soon as a sync has ended well, and stay.
    sqlx::query_scalar(
        "DELETE FROM institutions
         WHERE sync_status IN ('error', 'retry')
           AND document ->> '$.accounts' IS NULL
           AND unixepoch(document ->> '$.sync_status_details.date') < ?
         RETURNING id",
    )
    .bind(now.as_second() - ABANDONED_SECONDS)
    .fetch_all(db.writer())
    .await
}

/// Nobody goes on with a sync that the server's end has cut off: it is put down to be done again.
pub async fn reschedule_interrupted(db: &Db) -> sqlx::Result<u32> {
    let rows = sqlx::query("SELECT document FROM institutions WHERE sync_status = 'syncing'")
        .fetch_all(db.reader())
        .await?;
    let mut rescheduled = 0;
    for row in rows {
        let mut institution = parse(&row)?;
        institution.sync_status = SyncStatus::Retry;
        institution.sync_error = None;
        rescheduled += u32::from(update(db, &mut institution).await?);
    }
    Ok(rescheduled)
}

/// A statement whose first six parameters are an institution's columns, in the table's order.
fn row<'q>(
    statement: &'static str,
    owner: &'q Owner,
    institution: &'q Institution,
) -> Query<'q, Sqlite, SqliteArguments> {
    sqlx::query(statement)
        .bind(&owner.client)
        .bind(&owner.user)
        .bind(&institution.id)
        .bind(institution.version.cast_signed())
        .bind(word(institution))
        .bind(document(institution))
}

fn parse(row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<Institution> {
    let document: String = row.try_get("document")?;
    serde_json::from_str(&document).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn whole(row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<Whole> {
    let options: Option<String> = row.try_get("options")?;
    let options = options.map(|options| serde_json::from_str(&options));
    let mut institution = parse(row)?;
    institution.login_id = row.try_get("login_id")?;
    Ok(Whole {
        user: row.try_get("user")?,
        institution,
        options: options
            .transpose()
            .map_err(|error| sqlx::Error::Decode(error.into()))?
            .unwrap_or_default(),
    })
}

fn document(institution: &Institution) -> String {
    serde_json::to_string(institution).expect("an institution holds nothing that JSON cannot say")
}

/// The bank has taken the login that was sent last.
fn is_let_in(institution: &Institution) -> bool {
    institution.sync_status == SyncStatus::Ok || institution.authorized == Some(true)
}

/// A sync goes on as well while its user is to confirm something in the bank's own app.
pub fn is_running(institution: &Institution) -> bool {
    let challenge = institution
        .sync_error
        .as_ref()
        .and_then(|error| error.challenge.as_ref());
    let waits = challenge.is_some_and(|challenge| challenge.kind == ChallengeKind::Approve);
    institution.sync_status == SyncStatus::Syncing
        || (institution.sync_status == SyncStatus::Error && waits)
}

/// What the column says: whether a sync runs, and if not, how the last one ended.
fn word(institution: &Institution) -> &'static str {
    match institution.sync_status {
        _ if is_running(institution) => "syncing",
        SyncStatus::Syncing => "syncing",
        SyncStatus::Ok => "ok",
        SyncStatus::Error => "error",
        SyncStatus::Retry => "retry",
    }
}
