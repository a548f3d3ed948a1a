//! `GET /oauth/redirect`: every bank sends its users here, and they go on to where their login was begun.
//! Source: "Connecting with oAuth providers" of Wealthica's "Connect a user".

use super::brought::Brought;
use super::{resume, state};
use crate::app::{App, Shared};
use crate::audit::{Kind, Trail, Who};
use crate::crypto::nonce::Nonce;
use crate::engine::news::Topic;
use crate::http::page::page;
use crate::http::params::Params;
use crate::routes::hosts::failed;
use crate::store::oauth::{self, Finish, Login, Outcome};
use crate::words::Word;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use connect_core::Secret;
use connect_core::api::{KeptOAuth, OAuthState, WIDGET_SUB};
use jiff::Timestamp;
use url::{Url, form_urlencoded};

/// No code and no error is longer.
const LONGEST: usize = 8192;

pub async fn redirect(
    State(app): State<Shared>,
    headers: HeaderMap,
    Brought(params): Brought,
) -> Response {
    let given = params.find("state").unwrap_or_default();
    let (Some(state), Some(outcome)) = (state::parse(given), outcome(&params)) else {
        return unreadable();
    };
    // The state goes on as it came: its app may compare it.
    let result = match &outcome {
        Outcome::Code(code) => [("code", code.expose()), ("state", given)],
        Outcome::Error(error) => [("error", error.as_str()), ("state", given)],
    };
    if state.sub == WIDGET_SUB {
        return to_widget(&app, &headers, &state, &outcome, &result).await;
    }
    let clients = app.clients();
    let registered = clients.oauth_redirect(&state.sub);
    let registered = registered.and_then(|(client, redirect)| {
        let uri = redirect.at(state.path.as_deref())?;
        Some((client.id.clone(), uri))
    });
    let Some((client, uri)) = registered else {
        return unreadable();
    };
    Trail::name(Who { client, user: None });
    record(&app, &outcome);
    to(with(uri, &result).as_str())
}

async fn to_widget(
    app: &App,
    headers: &HeaderMap,
    state: &OAuthState,
    outcome: &Outcome,
    result: &[(&str, &str)],
) -> Response {
    // Without a host: whatever name the widget was opened under, its return page is there too.
    let window = |more: &[(&str, &str)]| {
        let pairs: Vec<_> = result.iter().chain(more).copied().collect();
        app.below(&format!("/oauth/return?{}", encoded(&pairs)))
    };
    let Some(nonce) = &state.nonce else {
        return to(&window(&[]));
    };
    let Some(nonce) = Nonce::parse(nonce) else {
        return unreadable();
    };
    match write_down(app, &nonce, outcome).await {
        Ok(Written::NothingKept) => to(&window(&[])),
        Ok(Written::Kept { login, kept }) => match to_app(&nonce, &kept) {
            Some(app) => to(app.as_str()),
            None if kept.popup != Some(true) => {
                to(&app.below(&format!("/oauth/resume?{}", to_page(&nonce, &kept))))
            }
            // What was to be a window beside the widget may have taken the widget's place: there it can go on.
            None if resume::is_asked_by(headers, &nonce, &login) => {
                to(&window(&[("go_on", &to_page(&nonce, &kept))]))
            }
            None => to(&window(&[])),
        },
        Ok(Written::AnsweredBefore) => page(
            StatusCode::CONFLICT,
            Word::FinishedTitle,
            Word::FinishedText,
        ),
        Err(error) => failed(&error),
    }
}

fn record(app: &App, outcome: &Outcome) {
    app.audit.record(Kind::OauthAnswered.with(match outcome {
        Outcome::Code(_) => "code",
        Outcome::Error(_) => "error",
    }));
}

enum Written {
    NothingKept,
    Kept { login: Box<Login>, kept: KeptOAuth },
    AnsweredBefore,
}

async fn write_down(app: &App, nonce: &Nonce, outcome: &Outcome) -> sqlx::Result<Written> {
    let now = Timestamp::now();
    // Looked at before anybody hears of the answer: whoever uses it up leaves nothing of what was kept.
    let login = oauth::find(&app.db, nonce, now).await?;
    if let Some(login) = &login {
        Trail::name(app.who(&login.owner));
    }
    match oauth::finish(&app.db, nonce, outcome, now).await? {
        Finish::Done => {}
        // Anybody can open this address. The widget hears of it by its window all the same.
        Finish::Unknown => return Ok(Written::NothingKept),
        Finish::AnsweredBefore => return Ok(Written::AnsweredBefore),
    }
    record(app, outcome);
    app.news.tell(&Topic::login(&nonce.sha256()));
    let kept = login.and_then(|mut login| Some((login.kept.take()?, Box::new(login))));
    Ok(
        kept.map_or(Written::NothingKept, |(kept, login)| Written::Kept {
            login,
            kept,
        }),
    )
}

/// Back to the app's page, which opens the widget again or, in a window beside it, tells the widget that waits.
fn to_app(nonce: &Nonce, kept: &KeptOAuth) -> Option<Url> {
    let uri = Url::parse(kept.redirect_uri.as_deref()?).ok()?;
    let uri = with(uri, &[("connect_resume", nonce.as_str())]);
    Some(match kept.popup {
        Some(true) => with(uri, &[("connect_popup", "1")]),
        _ => uri,
    })
}

/// How the widget's own page is opened again.
fn to_page(nonce: &Nonce, kept: &KeptOAuth) -> String {
    let query = kept.query.trim_start_matches('?');
    let opened = form_urlencoded::parse(query.as_bytes());
    let mut pairs: Vec<(String, String)> = opened.into_owned().collect();
    pairs.retain(|(name, _)| name != "token" && name != "resume");
    pairs.push(("resume".into(), nonce.as_str().into()));
    encoded(&pairs)
}

/// What the bank says. An error counts more than a code: whoever gets both was not let in.
fn outcome(params: &Params) -> Option<Outcome> {
    let said = |name| params.find(name).filter(|text| !text.is_empty());
    let (text, is_error) = match said("error") {
        Some(error) => (error, true),
        None => (said("code")?, false),
    };
    (text.len() <= LONGEST).then(|| match is_error {
        true => Outcome::Error(text.into()),
        false => Outcome::Code(Secret::new(text)),
    })
}

/// The address with these parameters behind those that it has.
pub(super) fn with(mut uri: Url, pairs: &[(&str, &str)]) -> Url {
    uri.query_pairs_mut().extend_pairs(pairs);
    uri
}

fn encoded<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        query.append_pair(name.as_ref(), value.as_ref());
    }
    query.finish()
}

pub(super) fn to(address: &str) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Redirect::to(address)).into_response()
}

pub(super) fn unreadable() -> Response {
    page(
        StatusCode::BAD_REQUEST,
        Word::UnexpectedTitle,
        Word::UnexpectedText,
    )
}
