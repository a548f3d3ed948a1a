//! `GET /oauth/return/{aggregator}`: where aggregators send users back to. What they have brought is written down, sealed, and
//! the widget gets a code of ours for it, by the way that every bank's code takes.

use super::brought::Brought;
use super::redirect::{to, unreadable, with};
use crate::app::{App, Shared};
use crate::audit::{Kind, Trail};
use crate::http::page::page;
use crate::http::params::{Name, Params};
use crate::routes::hosts::failed;
use crate::store::attempts::{self, Names, Query};
use crate::words::Word;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use connect_core::Secret;
use jiff::Timestamp;
use url::Url;

/// By which an attempt comes back, as aggregators call it.
const NAMES: [&str; 3] = ["state", "ref", "attempt"];
/// So much is kept of what comes back.
const MOST: usize = 32;
const LONGEST: usize = 8192;

pub async fn back(
    State(app): State<Shared>,
    Name(aggregator): Name,
    Brought(params): Brought,
) -> Response {
    let named = NAMES.iter().find_map(|name| params.find(name));
    let Some(names) = named.filter(|name| !name.is_empty()).map(Names::of) else {
        return unreadable();
    };
    match answer(&app, &aggregator, &names, &params).await {
        Ok(response) => response,
        Err(error) => failed(&error),
    }
}

async fn answer(
    app: &App,
    aggregator: &str,
    names: &Names,
    params: &Params,
) -> sqlx::Result<Response> {
    let now = Timestamp::now();
    let attempt = attempts::find(&app.db, names, now).await?;
    let attempt = attempt.filter(|attempt| attempt.aggregator == aggregator);
    let (Some(attempt), Some(query)) = (attempt, query(params)) else {
        return Ok(unreadable());
    };
    let (Some(member), Ok(uri)) = (
        app.aggregators.find(aggregator),
        Url::parse(&attempt.asked.redirect_uri),
    ) else {
        return Ok(unreadable());
    };
    Trail::name(app.who(&attempt.owner));
    if !attempts::answer(&app.db, names, &query, now).await? {
        return Ok(page(
            StatusCode::CONFLICT,
            Word::FinishedTitle,
            Word::FinishedText,
        ));
    }
    let refusal = member.aggregator.refusal(&query);
    let (name, value, outcome) = match refusal {
        Some(error) => ("error", error, "error"),
        None => ("code", names.code.expose(), "code"),
    };
    app.audit.record(Kind::BankReturned.with(outcome));
    let pairs = [(name, value), ("state", &attempt.asked.state)];
    Ok(to(with(uri, &pairs).as_str()))
}

/// All of it: what an aggregator needs it knows itself.
fn query(params: &Params) -> Option<Query> {
    let all = params.all();
    let length: usize = all
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if all.len() > MOST || length > LONGEST {
        return None;
    }
    let mut query = Query::new();
    for (name, value) in all {
        // Of a repeated parameter the first counts.
        query
            .entry(name.clone())
            .or_insert_with(|| Secret::new(value.as_str()));
    }
    Some(query)
}
