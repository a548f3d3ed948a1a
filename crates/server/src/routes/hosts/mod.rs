//! The addresses at which pages written for other systems open the widget and their servers prepare it: one file a system.
//! Each names its system in the page's data; what a host says and hears is the widget's business.

mod again;
pub mod endpoints;
mod first;
mod flinks;
mod meld;
mod moneykit;
mod open;
mod ucw;
pub mod wealthica;

use self::again::PageName;
use crate::app::{App, Shared};
use crate::http::embedding::Around;
use crate::http::headers::{framed, set, widget_policy};
use crate::http::page::{not_here, page, too_often};
use crate::http::params::Params;
use crate::http::problem::Refusal;
use crate::words::{Reader, Word};
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use connect_core::Secret;
use connect_core::json::Read;
use connect_core::launch::PageData;
use serde::Serialize;
use serde_json::{Map, Value};
use std::convert::Infallible;
use url::Url;

const LONGEST_WEBHOOK: usize = 2048;

/// What a page is asked with, and what its browser says of the page around.
pub struct Visit {
    headers: HeaderMap,
    params: Params,
    around: Around,
    reader: Reader,
    path: String,
    /// The first part of the page's path: what its cookies are for.
    folder: String,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Visit, Infallible> {
        Ok(Visit {
            headers: parts.headers.clone(),
            params: Params::from_request_parts(parts, app).await?,
            around: Around::from_request_parts(parts, app).await?,
            reader: Reader::of(&parts.uri, &parts.headers),
            path: parts.uri.path().to_owned(),
            folder: format!(
                "/{}",
                parts.uri.path().split('/').nth(1).unwrap_or_default()
            ),
        })
    }
}

/// What opens a page.
enum Opened {
    /// A token that came with it.
    Anew(Secret),
    /// The token that it came with before.
    Again(Secret),
    Not,
}

impl Opened {
    fn by(app: &App, visit: &Visit, token: Option<Secret>) -> (Opened, PageName) {
        if let Some(token) = token {
            return (Opened::Anew(token), PageName::new());
        }
        let name = PageName::find(&visit.params).unwrap_or_else(PageName::new);
        match again::token(app, &visit.headers, &name) {
            Some(token) => (Opened::Again(token), name),
            None => (Opened::Not, name),
        }
    }
}

/// A page of a system whose address has the token in this parameter: the widget reads it there, the first time.
fn by_address(app: &App, visit: &Visit, system: &str, parameter: &str) -> Response {
    let given = given(&visit.params, parameter).map(Secret::new);
    let (opened, name) = Opened::by(app, visit, given);
    let (again, page) = match &opened {
        Opened::Again(token) => (Some(token.expose()), Some(name.as_str())),
        Opened::Anew(_) => (None, Some(name.as_str())),
        Opened::Not => (None, None),
    };
    let entries = [("system", Some(system)), ("token", again), ("page", page)];
    let mut response = widget(app, visit, entries);
    if let Opened::Anew(token) = &opened {
        keep(app, visit, &name, token, &mut response);
    }
    response
}

/// The browser may load the page again.
fn keep(app: &App, visit: &Visit, name: &PageName, token: &Secret, response: &mut Response) {
    let folder = app.below(&visit.folder);
    for cookie in again::cookies(app, &visit.headers, name, token, &folder) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The widget's page with this launch data. An origin there is the only one that may embed it.
pub fn widget<const N: usize>(
    app: &App,
    visit: &Visit,
    entries: [(&str, Option<&str>); N],
) -> Response {
    let fixed = entries.iter().find(|(key, _)| *key == "origin");
    let fixed = fixed.and_then(|(_, origin)| *origin);
    if visit.around.draws_nothing(fixed) {
        return not_here();
    }
    let ancestors = visit.around.ancestors(fixed);
    let entries = entries
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), Value::from(value?))));
    let launch = Value::Object(Map::from_iter(entries));
    let asked = PageData::read(&launch).and_then(|data| first::asked(visit, data));
    let page = app
        .widget
        .page()
        .with_launch(&launch, asked.as_ref(), visit.reader.language());
    let mut response = Html(page).into_response();
    let headers = response.headers_mut();
    set(headers, header::CACHE_CONTROL, "no-store");
    framed(headers);
    if ancestors.by_referrer {
        set(headers, header::VARY, "referer");
    }
    if let Ok(policy) = HeaderValue::from_str(&widget_policy(app, &ancestors)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

pub fn failed(error: &sqlx::Error) -> Response {
    tracing::error!(%error, "the database failed");
    cannot_open()
}

fn cannot_open() -> Response {
    page(
        StatusCode::INTERNAL_SERVER_ERROR,
        Word::FailedTitle,
        Word::FailedText,
    )
}

/// Why a page is not opened, in words.
pub fn not_opened(refusal: &Refusal) -> Response {
    match refusal.limited_until() {
        Some(_) => too_often(refusal),
        None if refusal.is_unavailable() => too_many(),
        None => cannot_open(),
    }
}

fn too_many() -> Response {
    let mut response = page(
        StatusCode::SERVICE_UNAVAILABLE,
        Word::BusyTitle,
        Word::BusyText,
    );
    let minute = HeaderValue::from_static("60");
    response.headers_mut().insert(header::RETRY_AFTER, minute);
    response
}

fn query_token(params: &Params) -> Option<Secret> {
    given(params, "token").map(Secret::new)
}

/// What another system's server asked for is told to nobody else, and kept by nobody.
fn unstored<T: Serialize>(status: StatusCode, answer: T) -> Response {
    let never = [(header::CACHE_CONTROL, "no-store")];
    (status, never, Json(answer)).into_response()
}

/// A body's field is wrong.
fn bad(detail: impl Into<String>) -> Refusal {
    Refusal::invalid(detail).into_bad_request()
}

/// An address that news could be sent to; nothing is sent yet.
fn is_webhook(text: &str) -> bool {
    let url = Url::parse(text).ok();
    text.chars().count() <= LONGEST_WEBHOOK && url.is_some_and(|url| url.scheme() == "https")
}

/// A parameter that says something.
fn given<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.find(name).filter(|value| !value.is_empty())
}
