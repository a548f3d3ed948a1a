//! What has happened to a client's connections, in order: written with the change itself, read from any place on.

use crate::crypto::digest::sha256_hex;
use crate::crypto::random;
use crate::store::Db;
use crate::store::institution_row::{accounts, changed_at, is_running};
use crate::store::sealing::{needed, sealed};
use crate::store::sql::{self, Row, Transaction};
use connect_core::api::{Institution, SyncStatus, error_name};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// So many are announced or removed at a time.
const AT_A_TIME: u32 = 200;

/// An error's name is a word; what a backend says at length is not passed on.
const LONGEST_NAME: usize = 64;
const OTHER_ERROR: &str = "OtherError";

/// For what its columns are sealed.
const TABLE: &str = "events";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Connected,
    Refreshed,
    AccountsChanged,
    NeedsUser,
    Failed,
    Repaired,
    ConsentEndsSoon,
    Removed,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Connected,
        Kind::Refreshed,
        Kind::AccountsChanged,
        Kind::NeedsUser,
        Kind::Failed,
        Kind::Repaired,
        Kind::ConsentEndsSoon,
        Kind::Removed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Connected => "connection.connected",
            Kind::Refreshed => "connection.refreshed",
            Kind::AccountsChanged => "connection.accounts_changed",
            Kind::NeedsUser => "connection.needs_user",
            Kind::Failed => "connection.failed",
            Kind::Repaired => "connection.repaired",
            Kind::ConsentEndsSoon => "connection.consent_ends_soon",
            Kind::Removed => "connection.removed",
        }
    }

    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Who has removed a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// With a token of the user.
    User,
    /// With the client's secret.
    Client,
    /// By the operator's word, or because it was kept long enough.
    Server,
}

impl By {
    fn word(self) -> &'static str {
        match self {
            By::User => "user",
            By::Client => "client",
            By::Server => "server",
        }
    }
}

/// One that is to be written.
#[derive(Debug, PartialEq)]
pub struct New {
    kind: Kind,
    data: Map<String, Value>,
}

impl New {
    fn of(kind: Kind, data: Value) -> New {
        let data = match data {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        New { kind, data }
    }
}

/// One that is written.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: String,
    pub client: String,
    pub number: i64,
    pub kind: String,
    pub institution: String,
    pub data: Map<String, Value>,
    pub happened_at: Timestamp,
}

/// What the client was told of a connection before.
#[derive(Default)]
pub struct Told {
    pub state: Option<String>,
    pub accounts: Option<String>,
    /// How the connection stood before this change.
    pub was: Option<String>,
}

impl Told {
    pub fn of(row: &Row) -> sqlx::Result<Told> {
        Ok(Told {
            state: row.try_get("told")?,
            accounts: row.try_get("told_accounts")?,
            was: row.try_get("was")?,
        })
    }
}

/// What there is to be told of a connection that has changed, and what is told of it from now on.
fn news(institution: &Institution, told: &Told) -> (Vec<New>, Option<String>, Option<String>) {
    let (state, mut all) = (told.state.clone(), Vec::new());
    if is_running(institution) {
        return (all, state, told.accounts.clone());
    }
    let ended = told.was.as_deref() == Some("syncing");
    match institution.sync_status {
        SyncStatus::Ok => {
            let known = accounts_mark(institution);
            let kind = match state.as_deref() {
                None => Some(Kind::Connected),
                Some("ok") => ended.then_some(Kind::Refreshed),
                Some(_) => Some(Kind::Repaired),
            };
            let mut data = json!({"accounts": accounts(institution).unwrap_or(0)});
            if let Some(ends) = &institution.consent_expires_at {
                data["consent_expires_at"] = json!(ends);
            }
            all.extend(kind.map(|kind| New::of(kind, data.clone())));
            let changed = told
                .accounts
                .as_ref()
                .is_some_and(|before| Some(before) != known.as_ref());
            if state.is_some() && changed {
                all.push(New::of(Kind::AccountsChanged, data));
            }
            (all, Some("ok".into()), known)
        }
        SyncStatus::Error => {
            let error = institution.sync_error.as_ref();
            let name = error.map_or(OTHER_ERROR, |error| word(&error.name));
            // A first login that does not come about is between the user and the widget.
            if state.is_none() || state.as_deref() == Some(name) {
                return (all, state, told.accounts.clone());
            }
            let kind = match needs_user(name) {
                true => Kind::NeedsUser,
                false => Kind::Failed,
            };
            let details = institution.sync_status_details.as_ref();
            let since = details.map(|details| details.date.clone());
            all.push(New::of(kind, json!({"error": name, "since": since})));
            (all, Some(name.into()), told.accounts.clone())
        }
        SyncStatus::Retry | SyncStatus::Syncing => (all, state, told.accounts.clone()),
    }
}

fn word(name: &str) -> &str {
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match is_word && (1..=LONGEST_NAME).contains(&name.len()) {
        true => name,
        false => OTHER_ERROR,
    }
}

/// Only the user can lead on from these, in the widget.
pub fn needs_user(error: &str) -> bool {
    matches!(
        error,
        error_name::LOGIN_FAILED
            | error_name::SECURITY_QUESTION
            | error_name::USER_ACTION_REQUIRED
            | error_name::ACCOUNT_LOCKED
            | error_name::NO_ACCOUNTS
            | error_name::CONSENT_DENIED
            | error_name::CONSENT_EXPIRED
            | error_name::SESSION_EXPIRED
    )
}

/// Tells one set of accounts from another, and nothing of them.
fn accounts_mark(institution: &Institution) -> Option<String> {
    let accounts = institution.accounts.as_ref()?;
    let mut ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    ids.sort_unstable();
    Some(sha256_hex(ids.join("\n").as_bytes()))
}

/// Writes down what a change means to the client; in the transaction of the change. Tells whether it means anything: after
/// the commit those who wait are told.
pub async fn note(
    db: &Db,
    transaction: &mut Transaction,
    client: &str,
    institution: &Institution,
    told: &Told,
) -> sqlx::Result<bool> {
    let (all, state, known) = news(institution, told);
    let is_synced = institution.sync_status == SyncStatus::Ok && !is_running(institution);
    if (&state, &known) != (&told.state, &told.accounts) || is_synced {
        sql::query(
            "UPDATE institutions SET told = $1, told_accounts = $2, synced_at = coalesce($3, synced_at) WHERE id = $4",
        )
        .bind(&state)
        .bind(&known)
        .bind(is_synced.then(|| changed_at(institution)).flatten())
        .bind(&institution.id)
        .execute(&mut *transaction)
        .await?;
    }
    let (now, is_news) = (Timestamp::now(), !all.is_empty());
    for mut new in all {
        let provider = json!(institution.provider);
        new.data.insert("provider".into(), provider);
        record(db, transaction, client, &institution.id, &new, now).await?;
    }
    Ok(is_news)
}

/// After the commit: those who wait for what has happened to these rows' clients are told.
pub fn have_happened(db: &Db, rows: &[Row]) -> sqlx::Result<()> {
    let clients = rows.iter().map(|row| row.try_get("client"));
    let clients = clients.collect::<sqlx::Result<BTreeSet<String>>>()?;
    clients.iter().for_each(|client| db.has_happened(client));
    Ok(())
}

/// A row of a connection that was removed, with its `client`, `id`, `provider` and `told`.
pub async fn removed(
    db: &Db,
    transaction: &mut Transaction,
    row: &Row,
    by: By,
) -> sqlx::Result<()> {
    let told: Option<String> = row.try_get("told")?;
    if told.is_none() {
        return Ok(());
    }
    let (client, id, provider): (String, String, String) = (
        row.try_get("client")?,
        row.try_get("id")?,
        row.try_get("provider")?,
    );
    let data = json!({"by": by.word(), "provider": provider});
    let new = New::of(Kind::Removed, data);
    record(db, transaction, &client, &id, &new, Timestamp::now()).await
}

/// The number is taken within the transaction, and the client's row is held until its end: no higher one is seen before it.
async fn record(
    db: &Db,
    transaction: &mut Transaction,
    client: &str,
    institution: &str,
    new: &New,
    now: Timestamp,
) -> sqlx::Result<()> {
    let number: i64 = sql::query_scalar(
        "INSERT INTO event_counters (client, number) VALUES ($1, 1)
         ON CONFLICT (client) DO UPDATE SET number = event_counters.number + 1
         RETURNING number",
    )
    .bind(client)
    .fetch_one(&mut *transaction)
    .await?;
    let (id, vault) = (format!("evt_{}", random::hex::<16>()), db.vault());
    let data = Value::Object(new.data.clone()).to_string();
    sql::query(
        "INSERT INTO events (client, number, id, kind, institution, data, happened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(client)
    .bind(number)
    .bind(&id)
    .bind(new.kind.name())
    .bind(sealed(vault, TABLE, "institution", &id, institution))
    .bind(sealed(vault, TABLE, "data", &id, &data))
    .bind(now.as_millisecond())
    .execute(&mut *transaction)
    .await?;
    Ok(())
}

/// Announces consents that end within this time, each end once. Tells how many.
pub async fn announce_ends(db: &Db, now: Timestamp, before: SignedDuration) -> sqlx::Result<usize> {
    let soon = sql::query(
        "SELECT id, client, provider, ends_at FROM institutions
         WHERE sync_status = 'ok' AND told = 'ok' AND ends_at > $1 AND ends_at <= $2
             AND (told_end IS NULL OR told_end <> ends_at)
         ORDER BY ends_at, id LIMIT $3",
    )
    .bind(now.as_second())
    .bind((now + before).as_second())
    .bind(AT_A_TIME)
    .fetch_all(db.reader())
    .await?;
    let mut announced = 0;
    for row in soon {
        let (id, client, provider): (String, String, String) = (
            row.try_get("id")?,
            row.try_get("client")?,
            row.try_get("provider")?,
        );
        let ends: i64 = row.try_get("ends_at")?;
        let mut transaction = db.begin().await?;
        let done = sql::query(
            "UPDATE institutions SET told_end = ends_at
             WHERE id = $1 AND ends_at = $2 AND sync_status = 'ok' AND (told_end IS NULL OR told_end <> ends_at)",
        )
        .bind(&id)
        .bind(ends)
        .execute(&mut transaction)
        .await?;
        if done.rows_affected() == 1 {
            let ends = Timestamp::from_second(ends).map(|ends| ends.to_string());
            let data =
                json!({"consent_expires_at": ends.unwrap_or_default(), "provider": provider});
            let new = New::of(Kind::ConsentEndsSoon, data);
            record(db, &mut transaction, &client, &id, &new, now).await?;
            announced += 1;
        }
        transaction.commit().await?;
        db.has_happened(&client);
    }
    Ok(announced)
}

/// Where a reader of the feed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// The newest.
    pub last: i64,
    /// The newest that is kept no longer.
    pub dropped: i64,
}

pub async fn places(db: &Db, client: &str) -> sqlx::Result<Places> {
    let row = sql::query("SELECT number, dropped FROM event_counters WHERE client = $1")
        .bind(client)
        .fetch_optional(db.reader())
        .await?;
    row.map_or(
        Ok(Places {
            last: 0,
            dropped: 0,
        }),
        |row| {
            Ok(Places {
                last: row.try_get("number")?,
                dropped: row.try_get("dropped")?,
            })
        },
    )
}

/// Which of the client's events has this number; none where there is none, or it is kept no longer.
pub async fn id_of(db: &Db, client: &str, number: i64) -> sqlx::Result<Option<String>> {
    sql::query_scalar("SELECT id FROM events WHERE client = $1 AND number = $2")
        .bind(client)
        .bind(number)
        .fetch_optional(db.reader())
        .await
}

/// The client's events after this number, the oldest first.
pub async fn after(db: &Db, client: &str, number: i64, most: u32) -> sqlx::Result<Vec<Event>> {
    let rows = sql::query(
        "SELECT * FROM events WHERE client = $1 AND number > $2 ORDER BY number LIMIT $3",
    )
    .bind(client)
    .bind(number)
    .bind(most)
    .fetch_all(db.reader())
    .await?;
    rows.iter().map(|row| parse(db, row)).collect()
}

/// The same of one kind only.
pub async fn of_kind_after(
    db: &Db,
    client: &str,
    kind: Kind,
    number: i64,
    most: u32,
) -> sqlx::Result<Vec<Event>> {
    let rows = sql::query(
        "SELECT * FROM events WHERE client = $1 AND kind = $2 AND number > $3 ORDER BY number LIMIT $4",
    )
    .bind(client)
    .bind(kind.name())
    .bind(number)
    .bind(most)
    .fetch_all(db.reader())
    .await?;
    rows.iter().map(|row| parse(db, row)).collect()
}

pub async fn find(db: &Db, client: &str, id: &str) -> sqlx::Result<Option<Event>> {
    let row = sql::query("SELECT * FROM events WHERE client = $1 AND id = $2")
        .bind(client)
        .bind(id)
        .fetch_optional(db.reader())
        .await?;
    row.map(|row| parse(db, &row)).transpose()
}

pub fn parse(db: &Db, row: &Row) -> sqlx::Result<Event> {
    let id: String = row.try_get("id")?;
    let vault = db.vault();
    let data = needed(vault, row, TABLE, "data", &id)?;
    let at: i64 = row.try_get("happened_at")?;
    let wrong = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
    Ok(Event {
        institution: needed(vault, row, TABLE, "institution", &id)?,
        id,
        client: row.try_get("client")?,
        number: row.try_get("number")?,
        kind: row.try_get("kind")?,
        data: serde_json::from_str(&data).map_err(|error| wrong(error.into()))?,
        happened_at: Timestamp::from_millisecond(at).map_err(|error| wrong(error.into()))?,
    })
}

/// Removes what has happened before, and what is known of its deliveries.
pub async fn remove_old(db: &Db, before: Timestamp) -> sqlx::Result<u64> {
    let clients: Vec<String> =
        sql::query_scalar("SELECT DISTINCT client FROM events WHERE happened_at < ?")
            .bind(before.as_millisecond())
            .fetch_all(db.reader())
            .await?;
    let mut removed = 0;
    // One by one: whoever writes an event holds its client's counter, and nobody waits here for two of them.
    for client in clients {
        removed += remove_old_of(db, &client, before).await?;
    }
    sql::query("DELETE FROM deliveries WHERE event NOT IN (SELECT id FROM events)")
        .execute(db.writer())
        .await?;
    Ok(removed)
}

async fn remove_old_of(db: &Db, client: &str, before: Timestamp) -> sqlx::Result<u64> {
    let mut transaction = db.begin().await?;
    sql::query(
        "UPDATE event_counters SET dropped = coalesce(
             (SELECT max(events.number) FROM events
              WHERE events.client = event_counters.client AND events.happened_at < ?2), dropped)
         WHERE client = ?1",
    )
    .bind(client)
    .bind(before.as_millisecond())
    .execute(&mut transaction)
    .await?;
    // By number and not by time: a clock may have been set back meanwhile.
    let done = sql::query(
        "DELETE FROM events WHERE client = ?1 AND number <= (
             SELECT event_counters.dropped FROM event_counters WHERE event_counters.client = ?1)",
    )
    .bind(client)
    .execute(&mut transaction)
    .await?;
    transaction.commit().await?;
    Ok(done.rows_affected())
}

#[cfg(test)]
mod tests;
