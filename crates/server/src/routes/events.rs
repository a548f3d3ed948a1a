//! `/v1/events`: what has happened to a client's connections, read from any place on, and sent once more.

use super::client::ByClient;
use super::cursor::{Cursor, number_of};
use crate::app::Shared;
use crate::config::clients::Client;
use crate::engine::news::Topic;
use crate::http::address::Address;
use crate::http::params::{Name, Params, whole_number};
use crate::http::problem::{Answer, Refusal};
use crate::store::deliveries::{self, Undelivered};
use crate::store::events::{self, Event, Kind};
use crate::store::owner::Owner;
use crate::webhooks::{self, Payload};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use connect_core::api::code;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// So many on a page.
pub const PAGE: u32 = 100;

/// Word of another server may be lost, so that it is looked for, too.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

#[derive(Serialize, JsonSchema)]
pub struct Feed {
    /// The oldest first.
    items: Vec<Payload>,
    /// For `after`, to read on; also where there is nothing new.
    next: String,
}

pub async fn feed(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    from: Address,
    params: Params,
) -> Answer<Json<Feed>> {
    let most = params.page(PAGE)?;
    let kind = params.find("type").map(|name| {
        Kind::named(name).ok_or_else(|| Refusal::invalid_query("type must be an event's"))
    });
    let kind = kind.transpose()?;
    let cursor = params.find("after").map(Cursor::read).transpose()?;
    if let Some(cursor) = &cursor
        && !cursor.is_of(&app.db, &client.id).await?
    {
        return Err(expired());
    }
    let longest = app.poll_timeout.as_secs();
    let wait = params.find("wait").map_or(Ok(0), |text| {
        whole_number(text).ok_or_else(|| Refusal::invalid_query("wait must be a number of seconds"))
    })?;
    let deadline = tokio::time::sleep(Duration::from_secs(wait.min(longest)));
    tokio::pin!(deadline);
    let mut stopping = app.stopping.clone();
    let mut news = app.news.listen([Topic::events(&client.id)]);
    let mut place = None;
    loop {
        let places = events::places(&app.db, &client.id).await?;
        let after = cursor
            .as_ref()
            .map_or(places.dropped, |cursor| cursor.number);
        if after < places.dropped || after > places.last {
            return Err(expired());
        }
        let found = match kind {
            Some(kind) => events::of_kind_after(&app.db, &client.id, kind, after, most).await?,
            None => events::after(&app.db, &client.id, after, most).await?,
        };
        let newest = found.last();
        if newest.is_some() || wait == 0 || deadline.is_elapsed() || *stopping.borrow() {
            // Where fewer came than were asked for, nothing that fits is left before the place that was read first.
            let is_page = found.len() == most as usize;
            let next = match newest {
                Some(newest) if is_page || newest.number >= places.last => Cursor::after(newest),
                _ => Cursor::at(&app.db, &client.id, places.last).await?,
            };
            return Ok(Json(Feed {
                items: told(&app, &found).await?,
                next: next.to_string(),
            }));
        }
        if place.is_none() {
            let owner = Owner {
                client: client.id.clone(),
                user: String::new(),
                scope: None,
            };
            place = Some(app.limits.may_wait(from, &owner)?);
        }
        tokio::select! {
            () = news.news() => {}
            () = tokio::time::sleep(BETWEEN_LOOKS) => {}
            () = &mut deadline => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }
}

async fn told(app: &Shared, found: &[Event]) -> Answer<Vec<Payload>> {
    let mut items = Vec::with_capacity(found.len());
    for event in found {
        items.push(webhooks::told(&app.db, event).await?);
    }
    Ok(items)
}

fn expired() -> Refusal {
    Refusal::new(
        StatusCode::GONE,
        code::CURSOR_EXPIRED,
        "This cursor is of no event that is kept: it is too old, another client's, or the database was brought back from a copy",
    )
    .detail("read GET /v1/institutions for how things stand, and the feed without `after`")
}

/// The event to each of the client's webhooks that takes it, whether it has arrived there or not.
pub async fn replay(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    Name(id): Name,
) -> Answer<StatusCode> {
    let event = events::find(&app.db, &client.id, &id).await?;
    let event = event.ok_or_else(|| Refusal::not_found("this client has no event with this id"))?;
    let endpoints = webhooks::endpoints(client.webhooks(), &event.kind);
    if endpoints.is_empty() {
        return Err(Refusal::conflict(
            "the client has no webhook that takes this event",
        ));
    }
    deliveries::again(&app.db, &event, &endpoints, Timestamp::now()).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Serialize, JsonSchema)]
pub struct Deliveries {
    /// The oldest events first.
    items: Vec<Delivery>,
    /// For `after`, to read on. Null: there are no more.
    next: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Delivery {
    event_id: String,
    sequence: i64,
    #[serde(rename = "type")]
    kind: String,
    /// Its address, without a query; null when it is in the client's settings no longer.
    webhook: Option<String>,
    /// `failed`: it is not tried again by itself. `waiting`: it is.
    state: &'static str,
    tries: u32,
    /// Of one that waits, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try_at: Option<String>,
    /// What came of the last attempt.
    outcome: Option<String>,
}

pub async fn undelivered(
    State(app): State<Shared>,
    ByClient(client): ByClient,
    params: Params,
) -> Answer<Json<Deliveries>> {
    let most = params.page(PAGE)?;
    let after = params.find("after").unwrap_or("0-");
    let (sequence, endpoint) = after.split_once('-').unwrap_or((after, ""));
    let after = (number_of(sequence)?, endpoint);
    let found = deliveries::undelivered(&app.db, &client.id, after, most).await?;
    let has_more = found.len() >= most as usize;
    let next = found.last().filter(|_| has_more);
    let next = next.map(|last| format!("{}-{}", last.number, last.endpoint));
    let items = found.into_iter().map(|one| delivery(&client, one));
    Ok(Json(Deliveries {
        items: items.collect(),
        next,
    }))
}

fn delivery(client: &Client, one: Undelivered) -> Delivery {
    Delivery {
        event_id: one.event,
        sequence: one.number,
        kind: one.kind,
        webhook: client.webhook(&one.endpoint).map(|hook| hook.shown()),
        state: if one.failed { "failed" } else { "waiting" },
        tries: one.tries,
        next_try_at: (!one.failed).then(|| one.due_at.to_string()),
        outcome: one.outcome,
    }
}
