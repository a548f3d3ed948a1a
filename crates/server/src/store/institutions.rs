//! Institutions: the connections of users. Each write raises the version by one, and loses against a write in between.

use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use crate::store::course::Course;
use crate::store::events::{self, By, Told};
use crate::store::institution_row::{
    accounts, changed_at, document, ends_at, parse, row, sealed, whole, word,
};
use crate::store::sealing::USER;
use crate::store::sql::{self};
use connect_core::api::{Institution, SyncStatus};
use jiff::Timestamp;
use std::collections::BTreeMap;

pub use crate::store::institution_row::{Whole, is_running};
pub use crate::store::owner::Owner;

/// So many connections of one login are told of.
const MOST_OF_LOGIN: u32 = 100;

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
    /// The token has been taken back, or its user was erased, since it was looked at.
    Ended,
}

/// Counting and writing happen while nobody else counts for the same owner: of many requests at once none slips
/// through. Strangers take nobody's room.
macro_rules! others_running {
    () => {
        "(SELECT count(*) FROM institutions WHERE client = ?1 AND user_hash = ?2 AND scope IS NOT DISTINCT FROM ?3 AND sync_status = 'syncing' AND id <> ?4)"
    };
}

macro_rules! kept {
    () => {
        "(SELECT count(*) FROM institutions WHERE client = ?1 AND user_hash = ?2 AND scope IS NOT DISTINCT FROM ?3)"
    };
}

/// What is written down of a new institution beside its document.
#[derive(Default)]
pub struct New<'a> {
    pub key: Option<&'a str>,
    /// What the host has asked of the backend.
    pub options: Option<&'a BTreeMap<String, String>>,
    /// The session that may have no second connection.
    pub only_in: Option<&'a str>,
    /// The SHA-256 of the token that asks for it: one that was taken back meanwhile, or whose user was erased, makes none.
    pub token: Option<&'a str>,
    pub room: Room,
    /// Through whom it goes.
    pub course: Course,
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
        "INSERT INTO institutions (client, user_hash, scope, id, version, sync_status, document, accounts, authorized, changed_at,
             provider, user_sealed, idempotency_key, login_tried, options, only_in, aggregator, held, due_at, node)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?14, ?15, ?16, ?17, ?20, ?21, ?22, ?23 WHERE ",
        others_running!(),
        " < ?13 AND ",
        kept!(),
        " < ?18 AND (?19 IS NULL OR EXISTS (SELECT 1 FROM tokens WHERE token_sha256 = ?19))"
    );
    let options = new.options.filter(|options| !options.is_empty());
    let options =
        options.map(|options| serde_json::to_string(options).expect("options hold only texts"));
    let mut transaction = db.begin_for(&owner.client, &db.user(owner)).await?;
    let done = row(insert, db, owner, institution)
        .bind(sealed(db, USER, &institution.id, &owner.user))
        .bind(new.room.running)
        .bind(new.key.map(key_hash))
        .bind(&new.course.login)
        .bind(options.map(|options| sealed(db, "options", &institution.id, &options)))
        .bind(new.only_in)
        .bind(new.room.kept)
        .bind(new.token)
        .bind(&new.course.aggregator)
        .bind(new.course.sealed(db, &institution.id))
        .bind(new.course.due_ms())
        .bind(db.node())
        .execute(&mut transaction)
        .await;
    if done.is_ok() {
        transaction.commit().await?;
    }
    match done {
        Ok(done) if done.rows_affected() == 1 => Ok(Begin::Done),
        Ok(_) if !stands(db, new.token).await? => Ok(Begin::Ended),
        Ok(_) if kept(db, owner).await? >= i64::from(new.room.kept) => Ok(Begin::Full),
        Ok(_) => Ok(Begin::TooMany),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(Begin::Outrun),
        Err(error) => Err(error),
    }
}

async fn stands(db: &Db, token: Option<&str>) -> sqlx::Result<bool> {
    sql::query_scalar("SELECT ?1 IS NULL OR EXISTS (SELECT 1 FROM tokens WHERE token_sha256 = ?1)")
        .bind(token)
        .fetch_one(db.reader())
        .await
}

async fn kept(db: &Db, owner: &Owner) -> sqlx::Result<i64> {
    sql::query_scalar(concat!("SELECT ", kept!()))
        .bind(&owner.client)
        .bind(db.user(owner))
        .bind(&owner.scope)
        .fetch_one(db.reader())
        .await
}

/// Writes an institution down that its owner has from the start, unless it is there already.
pub async fn insert_stored(
    db: &Db,
    owner: &Owner,
    institution: &Institution,
    login: &str,
    course: &Course,
    apart: bool,
) -> sqlx::Result<()> {
    let insert = "INSERT INTO institutions (client, user_hash, scope, id, version, sync_status, document, accounts,
             authorized, changed_at, provider, user_sealed, login_tried, login_id, aggregator, held, apart)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, ?14, ?15, ?16)
         ON CONFLICT DO NOTHING";
    row(insert, db, owner, institution)
        .bind(sealed(db, USER, &institution.id, &owner.user))
        .bind(login)
        .bind(&course.aggregator)
        .bind(course.sealed(db, &institution.id))
        .bind(apart)
        .execute(db.writer())
        .await?;
    Ok(())
}

/// Removes what this session has begun and never finished; tells the ids.
pub async fn remove_unfinished(db: &Db, only_in: &str) -> sqlx::Result<Vec<String>> {
    sql::query_scalar(
        "DELETE FROM institutions
         WHERE only_in = ? AND sync_status <> 'ok' AND accounts IS NULL AND NOT authorized
         RETURNING id",
    )
    .bind(only_in)
    .fetch_all(db.writer())
    .await
}

/// The session's only connection, also if it is gone after it has stood.
pub async fn only_one(db: &Db, only_in: &str) -> sqlx::Result<Option<String>> {
    sql::query_scalar(
        "SELECT id FROM institutions WHERE only_in = ?1
         UNION ALL SELECT used_for FROM tokens WHERE session = ?1 AND used_for IS NOT NULL LIMIT 1",
    )
    .bind(only_in)
    .fetch_optional(db.reader())
    .await
}

/// Writes an institution whose sync begins anew, with the login that it goes on with; its own running sync does not
/// count among the `most`.
pub async fn begin(
    db: &Db,
    owner: &Owner,
    institution: &mut Institution,
    course: &mut Course,
    most: u32,
) -> sqlx::Result<Begin> {
    let read = institution.version;
    institution.version += 1;
    let update = concat!(
        "UPDATE institutions SET version = ?5, sync_status = ?6, document = ?7, accounts = ?8, authorized = ?9,
             changed_at = ?10, provider = ?11, login_tried = coalesce(?14, login_id, login_tried),
             aggregator = ?15, held = ?16, due_at = ?17, node = ?19, turn = turn + 1
         WHERE id = ?4 AND version = ?13 AND turn = ?18 AND ",
        others_running!(),
        " < ?12"
    );
    let mut transaction = db.begin_for(&owner.client, &db.user(owner)).await?;
    let written = row(update, db, owner, institution)
        .bind(most)
        .bind(read.cast_signed())
        .bind(&course.login)
        .bind(&course.aggregator)
        .bind(course.sealed(db, &institution.id))
        .bind(course.due_ms())
        .bind(course.turn())
        .bind(db.node())
        .execute(&mut transaction)
        .await?;
    transaction.commit().await?;
    if written.rows_affected() == 1 {
        course.written();
        return Ok(Begin::Done);
    }
    let running: i64 = sql::query_scalar(concat!("SELECT ", others_running!()))
        .bind(&owner.client)
        .bind(db.user(owner))
        .bind(&owner.scope)
        .bind(&institution.id)
        .fetch_one(db.reader())
        .await?;
    Ok(match running < i64::from(most) {
        true => Begin::Outrun,
        false => Begin::TooMany,
    })
}

/// Everything is its user's; of a page without a token only what it has made itself.
macro_rules! of_owner {
    () => {
        "id = ?1 AND client = ?2 AND user_hash = ?3 AND (?4 IS NULL OR scope = ?4)"
    };
}

pub async fn find(db: &Db, owner: &Owner, id: &str) -> sqlx::Result<Option<Institution>> {
    let row = sql::query(concat!(
        "SELECT id, document FROM institutions WHERE ",
        of_owner!()
    ))
    .bind(id)
    .bind(&owner.client)
    .bind(db.user(owner))
    .bind(&owner.scope)
    .fetch_optional(db.reader())
    .await?;
    row.map(|row| parse(db, &row)).transpose()
}

pub async fn find_whole(db: &Db, owner: &Owner, id: &str) -> sqlx::Result<Option<Whole>> {
    let row = sql::query(concat!("SELECT * FROM institutions WHERE ", of_owner!()))
        .bind(id)
        .bind(&owner.client)
        .bind(db.user(owner))
        .bind(&owner.scope)
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| whole(db, &row)).transpose()
}

/// Whichever user's it is.
pub async fn of_client(db: &Db, client: &str, id: &str) -> sqlx::Result<Option<Whole>> {
    let row = sql::query("SELECT * FROM institutions WHERE id = ? AND client = ?")
        .bind(id)
        .bind(client)
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| whole(db, &row)).transpose()
}

/// The id of the login that the bank has let in last.
pub async fn login_id(db: &Db, id: &str) -> sqlx::Result<Option<String>> {
    let found = sql::query_scalar("SELECT login_id FROM institutions WHERE id = ?")
        .bind(id)
        .fetch_optional(db.reader())
        .await?;
    Ok(found.flatten())
}

/// The client's connections that have come about with this login, the newest first, and whether there are more.
pub async fn of_login(db: &Db, client: &str, login: &str) -> sqlx::Result<(Vec<Whole>, bool)> {
    let rows = sql::query(
        "SELECT * FROM institutions WHERE client = ? AND login_id = ?
         ORDER BY changed_at DESC, id LIMIT ?",
    )
    .bind(client)
    .bind(login)
    .bind(MOST_OF_LOGIN + 1)
    .fetch_all(db.reader())
    .await?;
    let told = rows.iter().take(MOST_OF_LOGIN as usize);
    let told: sqlx::Result<Vec<Whole>> = told.map(|row| whole(db, row)).collect();
    Ok((told?, rows.len() > MOST_OF_LOGIN as usize))
}

/// What a client has named a connection is anybody's text, and only compared.
fn key_hash(key: &str) -> String {
    sha256_hex(key.as_bytes())
}

pub async fn find_by_key(db: &Db, owner: &Owner, key: &str) -> sqlx::Result<Option<Institution>> {
    let row = sql::query(
        "SELECT id, document FROM institutions
         WHERE client = ? AND user_hash = ? AND coalesce(scope, '') = coalesce(?, '') AND idempotency_key = ?",
    )
    .bind(&owner.client)
    .bind(db.user(owner))
    .bind(&owner.scope)
    .bind(key_hash(key))
    .fetch_optional(db.reader())
    .await?;
    row.map(|row| parse(db, &row)).transpose()
}

/// The owner's connections to this provider that have come about: those that are well first, then the newest. What
/// strangers have made in a user's name is none of the user's.
pub async fn connected(db: &Db, owner: &Owner, provider: &str) -> sqlx::Result<Vec<String>> {
    sql::query_scalar(
        "SELECT id FROM institutions
         WHERE client = ?1 AND user_hash = ?2 AND scope IS NOT DISTINCT FROM ?3
           AND (provider = ?4 OR substr(provider, 1, length(?4) + 1) = ?4 || '~') AND NOT apart AND (sync_status = 'ok' OR accounts > 0)
         ORDER BY sync_status = 'ok' DESC, changed_at DESC, id",
    )
    .bind(&owner.client)
    .bind(db.user(owner))
    .bind(&owner.scope)
    // Whichever way leads to it.
    .bind(provider.split('~').next().unwrap_or(provider))
    .fetch_all(db.reader())
    .await
}

/// Writes what became of an institution. `false`: it is gone, or somebody else has written since it was read.
/// What could not be written is as it was before.
pub async fn update(db: &Db, institution: &mut Institution) -> sqlx::Result<bool> {
    let read = institution.version;
    institution.version += 1;
    let written = write(db, institution, None, read).await;
    if written.is_err() {
        institution.version = read;
    }
    written
}

/// The same together with what is kept for its aggregator.
pub async fn update_with(
    db: &Db,
    institution: &mut Institution,
    course: &mut Course,
) -> sqlx::Result<bool> {
    let read = institution.version;
    institution.version += 1;
    let written = write(db, institution, Some(course), read).await;
    match &written {
        Ok(true) => course.written(),
        Ok(false) => {}
        Err(_) => institution.version = read,
    }
    written
}

async fn write(
    db: &Db,
    institution: &Institution,
    course: Option<&Course>,
    read: u64,
) -> sqlx::Result<bool> {
    let mut transaction = db.begin().await?;
    let row = sql::query(
        "UPDATE institutions SET version = ?1, sync_status = ?2, document = ?3, accounts = ?4, authorized = ?5,
             changed_at = ?6, login_id = CASE WHEN ?9 THEN coalesce(login_tried, login_id) ELSE login_id END, ends_at = ?10,
             aggregator = coalesce(?11, aggregator), held = coalesce(?12, held), due_at = CASE WHEN ?11 IS NULL THEN due_at ELSE ?13 END,
             turn = CASE WHEN ?11 IS NULL THEN turn ELSE turn + 1 END, node = CASE WHEN ?11 IS NULL THEN node ELSE ?14 END,
             was = sync_status
         WHERE id = ?7 AND version = ?8 AND (?11 IS NULL OR turn = ?15)
         RETURNING client, told, told_accounts, was",
    )
    .bind(institution.version.cast_signed())
    .bind(word(institution))
    .bind(document(db, institution))
    .bind(accounts(institution))
    .bind(institution.authorized.is_some())
    .bind(changed_at(institution))
    .bind(&institution.id)
    .bind(read.cast_signed())
    .bind(is_let_in(institution))
    .bind(ends_at(institution))
    .bind(course.map(|course| &course.aggregator))
    .bind(course.map(|course| course.sealed(db, &institution.id)))
    .bind(course.and_then(Course::due_ms))
    .bind(db.node())
    .bind(course.map(Course::turn))
    .fetch_optional(&mut transaction)
    .await?;
    let mut is_news = false;
    if let Some(row) = &row {
        let client: String = row.try_get("client")?;
        let told = Told::of(row)?;
        is_news = events::note(db, &mut transaction, &client, institution, &told).await?;
    }
    transaction.commit().await?;
    if is_news {
        events::have_happened(db, row.as_slice())?;
    }
    Ok(row.is_some())
}

pub async fn delete(db: &Db, id: &str, by: By) -> sqlx::Result<bool> {
    let mut transaction = db.begin().await?;
    let row =
        sql::query("DELETE FROM institutions WHERE id = $1 RETURNING id, client, provider, told")
            .bind(id)
            .fetch_optional(&mut transaction)
            .await?;
    if let Some(row) = &row {
        events::removed(db, &mut transaction, row, by).await?;
    }
    transaction.commit().await?;
    events::have_happened(db, row.as_slice())?;
    Ok(row.is_some())
}

/// `false`: it is gone already, or somebody else has written since it was read.
pub async fn delete_unchanged(db: &Db, institution: &Institution) -> sqlx::Result<bool> {
    let done = sql::query("DELETE FROM institutions WHERE id = ? AND version = ?")
        .bind(&institution.id)
        .bind(institution.version.cast_signed())
        .execute(db.writer())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes the connections that never were `ok` and in which nothing has happened since; tells their ids.
pub async fn remove_abandoned(db: &Db, since: Timestamp) -> sqlx::Result<Vec<String>> {
    // Accounts are there as soon as a sync has ended well, and stay.
    sql::query_scalar(
        "DELETE FROM institutions
         WHERE sync_status IN ('error', 'retry') AND accounts IS NULL AND changed_at < ?
         RETURNING id",
    )
    .bind(since.as_second())
    .fetch_all(db.writer())
    .await
}

/// Removes all connections in which nothing has happened since; tells their ids.
pub async fn remove_left(db: &Db, since: Timestamp) -> sqlx::Result<Vec<String>> {
    let mut transaction = db.begin().await?;
    let mut rows = sql::query(
        "DELETE FROM institutions WHERE sync_status <> 'syncing' AND changed_at < $1
         RETURNING id, client, provider, told",
    )
    .bind(since.as_second())
    .fetch_all(&mut transaction)
    .await?;
    // Each client's events are numbered under a lock: two who take several take them in one order.
    rows.sort_by_cached_key(|row| row.try_get::<String>("client").unwrap_or_default());
    for row in &rows {
        events::removed(db, &mut transaction, row, By::Server).await?;
    }
    transaction.commit().await?;
    events::have_happened(db, &rows)?;
    rows.iter().map(|row| row.try_get("id")).collect()
}

/// The bank has taken the login that was sent last.
fn is_let_in(institution: &Institution) -> bool {
    institution.sync_status == SyncStatus::Ok || institution.authorized == Some(true)
}
