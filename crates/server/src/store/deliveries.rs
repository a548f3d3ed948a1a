//! Events on their way to webhooks: made once for each event and webhook, taken by one server at a time, tried until they
//! have arrived or it is too late.

use crate::store::Db;
use crate::store::events::{self, Event};
use crate::store::sql::{self, Row};
use jiff::Timestamp;

/// So many events of a client are given out at a time.
const AT_A_TIME: u32 = 200;

const WAITING: &str = "waiting";
const DELIVERED: &str = "delivered";
const FAILED: &str = "failed";

/// One that is due.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub event: Event,
    /// The SHA-256 of the webhook's address.
    pub endpoint: String,
    /// How often it was tried before.
    pub tries: u32,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// It is tried again then.
    Later(Timestamp),
    Failed,
}

/// One that has not arrived.
#[derive(Clone, Debug)]
pub struct Undelivered {
    pub event: String,
    pub number: i64,
    pub kind: String,
    pub endpoint: String,
    pub failed: bool,
    pub tries: u32,
    pub due_at: Timestamp,
    pub outcome: Option<String>,
}

/// Clients whose newest events are not given out yet.
pub async fn clients_with_news(db: &Db) -> sqlx::Result<Vec<String>> {
    sql::query_scalar("SELECT client FROM event_counters WHERE fanned < number ORDER BY client")
        .fetch_all(db.reader())
        .await
}

/// Makes a delivery of each of the client's newest events for each webhook that takes it. `takes` says which do.
/// Whatever has happened while there was no webhook is given out to nobody. `false`: there may be more.
pub async fn give_out(
    db: &Db,
    client: &str,
    now: Timestamp,
    takes: impl Fn(&Event) -> Vec<String>,
) -> sqlx::Result<bool> {
    let mut transaction = db.begin().await?;
    // The client's row is held from here on, so that no other server gives out the same ones.
    let from: Option<i64> = sql::query_scalar(
        "UPDATE event_counters SET fanned = fanned WHERE client = $1 RETURNING fanned",
    )
    .bind(client)
    .fetch_optional(&mut transaction)
    .await?;
    let Some(from) = from else { return Ok(true) };
    let rows = sql::query(
        "SELECT * FROM events WHERE client = $1 AND number > $2 ORDER BY number LIMIT $3",
    )
    .bind(client)
    .bind(from)
    .bind(AT_A_TIME)
    .fetch_all(&mut transaction)
    .await?;
    let closed: Vec<String> =
        sql::query_scalar("SELECT endpoint FROM closed_webhooks WHERE client = $1")
            .bind(client)
            .fetch_all(&mut transaction)
            .await?;
    for row in &rows {
        let event = events::parse(db, row)?;
        for endpoint in takes(&event) {
            if closed.contains(&endpoint) {
                continue;
            }
            sql::query(
                "INSERT INTO deliveries (event, endpoint, client, number, state, due_at)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (event, endpoint) DO NOTHING",
            )
            .bind(&event.id)
            .bind(&endpoint)
            .bind(client)
            .bind(event.number)
            .bind(WAITING)
            .bind(now.as_millisecond())
            .execute(&mut transaction)
            .await?;
        }
    }
    let is_all = rows.len() < AT_A_TIME as usize;
    let given: Option<i64> = match rows.last() {
        Some(last) if !is_all => Some(last.try_get("number")?),
        _ => None,
    };
    sql::query("UPDATE event_counters SET fanned = coalesce($1, number) WHERE client = $2")
        .bind(given)
        .bind(client)
        .execute(&mut transaction)
        .await?;
    transaction.commit().await?;
    Ok(is_all)
}

/// Where something is due that nobody sends at this moment: clients with their webhooks.
pub async fn due_endpoints(db: &Db, now: Timestamp) -> sqlx::Result<Vec<(String, String)>> {
    let now = now.as_millisecond();
    let rows = sql::query(
        "SELECT DISTINCT client, endpoint FROM deliveries
         WHERE state = $1 AND due_at <= $2 AND taken_until <= $3 ORDER BY client, endpoint",
    )
    .bind(WAITING)
    .bind(now)
    .bind(now)
    .fetch_all(db.reader())
    .await?;
    let pairs = rows
        .iter()
        .map(|row| Ok((row.try_get("client")?, row.try_get("endpoint")?)));
    pairs.collect()
}

/// What is due at one of them, the oldest event first.
pub async fn due(
    db: &Db,
    client: &str,
    endpoint: &str,
    now: Timestamp,
    most: u32,
) -> sqlx::Result<Vec<Delivery>> {
    let now = now.as_millisecond();
    let rows = sql::query(
        "SELECT events.*, deliveries.endpoint, deliveries.tries FROM deliveries
         JOIN events ON events.id = deliveries.event
         WHERE deliveries.client = $1 AND deliveries.endpoint = $2 AND deliveries.state = $3
             AND deliveries.due_at <= $4 AND deliveries.taken_until <= $5
         ORDER BY deliveries.number LIMIT $6",
    )
    .bind(client)
    .bind(endpoint)
    .bind(WAITING)
    .bind(now)
    .bind(now)
    .bind(most)
    .fetch_all(db.reader())
    .await?;
    let all = rows.iter().map(|row| {
        Ok(Delivery {
            event: events::parse(db, row)?,
            endpoint: row.try_get("endpoint")?,
            tries: tries(row)?,
        })
    });
    all.collect()
}

fn tries(row: &Row) -> sqlx::Result<u32> {
    let tries: i64 = row.try_get("tries")?;
    Ok(u32::try_from(tries).unwrap_or(u32::MAX))
}

/// Takes one to send it. `false`: somebody else has it, or it has arrived.
pub async fn claim(
    db: &Db,
    delivery: &Delivery,
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<bool> {
    let done = sql::query(
        "UPDATE deliveries SET taken_until = $1, tries = tries + 1
         WHERE event = $2 AND endpoint = $3 AND state = $4 AND due_at <= $5 AND taken_until <= $6",
    )
    .bind(until.as_millisecond())
    .bind(&delivery.event.id)
    .bind(&delivery.endpoint)
    .bind(WAITING)
    .bind(now.as_millisecond())
    .bind(now.as_millisecond())
    .execute(db.writer())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes down what became of an attempt; `words` are ours.
pub async fn settle(
    db: &Db,
    delivery: &Delivery,
    outcome: Outcome,
    words: &str,
) -> sqlx::Result<()> {
    let (state, due) = match outcome {
        Outcome::Delivered => (DELIVERED, None),
        Outcome::Failed => (FAILED, None),
        Outcome::Later(due) => (WAITING, Some(due.as_millisecond())),
    };
    sql::query(
        "UPDATE deliveries SET state = $1, due_at = coalesce($2, due_at), taken_until = 0, outcome = $3
         WHERE event = $4 AND endpoint = $5",
    )
    .bind(state)
    .bind(due)
    .bind(words)
    .bind(&delivery.event.id)
    .bind(&delivery.endpoint)
    .execute(db.writer())
    .await?;
    if outcome == Outcome::Delivered {
        sql::query("DELETE FROM closed_webhooks WHERE client = $1 AND endpoint = $2")
            .bind(&delivery.event.client)
            .bind(&delivery.endpoint)
            .execute(db.writer())
            .await?;
    }
    Ok(())
}

/// The webhook wants to hear nothing more: what waits for it has failed, and nothing new is made for it.
pub async fn close(db: &Db, client: &str, endpoint: &str, words: &str) -> sqlx::Result<()> {
    let mut transaction = db.begin().await?;
    sql::query(
        "INSERT INTO closed_webhooks (client, endpoint) VALUES ($1, $2)
         ON CONFLICT (client, endpoint) DO NOTHING",
    )
    .bind(client)
    .bind(endpoint)
    .execute(&mut transaction)
    .await?;
    sql::query(
        "UPDATE deliveries SET state = $1, taken_until = 0, outcome = $2
         WHERE client = $3 AND endpoint = $4 AND state = $5",
    )
    .bind(FAILED)
    .bind(words)
    .bind(client)
    .bind(endpoint)
    .bind(WAITING)
    .execute(&mut transaction)
    .await?;
    transaction.commit().await
}

/// Sends an event once more, to these webhooks, whether it has arrived or not.
pub async fn again(
    db: &Db,
    event: &Event,
    endpoints: &[String],
    now: Timestamp,
) -> sqlx::Result<()> {
    let mut transaction = db.begin().await?;
    for endpoint in endpoints {
        sql::query(
            "INSERT INTO deliveries (event, endpoint, client, number, state, due_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (event, endpoint) DO UPDATE SET state = excluded.state, due_at = excluded.due_at, tries = 0, outcome = NULL",
        )
        .bind(&event.id)
        .bind(endpoint)
        .bind(&event.client)
        .bind(event.number)
        .bind(WAITING)
        .bind(now.as_millisecond())
        .execute(&mut transaction)
        .await?;
    }
    transaction.commit().await
}

/// The same to wherever it went before; tells to how many.
pub async fn all_again(db: &Db, event: &Event, now: Timestamp) -> sqlx::Result<u64> {
    let done = sql::query(
        "UPDATE deliveries SET state = $1, due_at = $2, tries = 0, outcome = NULL WHERE event = $3 AND client = $4",
    )
    .bind(WAITING)
    .bind(now.as_millisecond())
    .bind(&event.id)
    .bind(&event.client)
    .execute(db.writer())
    .await?;
    Ok(done.rows_affected())
}

/// Has all of a client's that have failed sent once more; tells how many.
pub async fn failed_again(db: &Db, client: &str, now: Timestamp) -> sqlx::Result<u64> {
    let done = sql::query(
        "UPDATE deliveries SET state = $1, due_at = $2, tries = 0, outcome = NULL WHERE client = $3 AND state = $4",
    )
    .bind(WAITING)
    .bind(now.as_millisecond())
    .bind(client)
    .bind(FAILED)
    .execute(db.writer())
    .await?;
    Ok(done.rows_affected())
}

/// The client's that have not arrived, the oldest first: those that have failed, and those that were tried and wait.
/// `after` is the last one of the page before: its event's number and its webhook.
pub async fn undelivered(
    db: &Db,
    client: &str,
    after: (i64, &str),
    most: u32,
) -> sqlx::Result<Vec<Undelivered>> {
    let (number, endpoint) = after;
    let rows = sql::query(
        "SELECT deliveries.*, events.kind FROM deliveries JOIN events ON events.id = deliveries.event
         WHERE deliveries.client = $1
             AND (deliveries.number > $2 OR (deliveries.number = $3 AND deliveries.endpoint > $4))
             AND (deliveries.state = $5 OR (deliveries.state = $6 AND deliveries.outcome IS NOT NULL))
         ORDER BY deliveries.number, deliveries.endpoint LIMIT $7",
    )
    .bind(client)
    .bind(number)
    .bind(number)
    .bind(endpoint)
    .bind(FAILED)
    .bind(WAITING)
    .bind(most)
    .fetch_all(db.reader())
    .await?;
    let all = rows.iter().map(|row| {
        let (state, due): (String, i64) = (row.try_get("state")?, row.try_get("due_at")?);
        Ok(Undelivered {
            event: row.try_get("event")?,
            number: row.try_get("number")?,
            kind: row.try_get("kind")?,
            endpoint: row.try_get("endpoint")?,
            failed: state == FAILED,
            tries: tries(row)?,
            due_at: Timestamp::from_millisecond(due)
                .map_err(|error| sqlx::Error::Decode(error.into()))?,
            outcome: row.try_get("outcome")?,
        })
    });
    all.collect()
}
