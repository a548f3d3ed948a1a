//! `GET /oauth/resume`: the widget's page once more, for a user whose only window was at the bank. Only the browser
//! gets it that has kept the login, and only once.

use super::brought::Brought;
use crate::app::{App, Shared};
use crate::audit::{Kind, Trail};
use crate::crypto::nonce::Nonce;
use crate::crypto::random;
use crate::http::cookie::{Cookie, read};
use crate::http::page::page;
use crate::http::params::Params;
use crate::http::problem::{Answer, Refusal};
use crate::routes::hosts::{Visit, not_opened, widget};
use crate::store::oauth::{self, Login};
use crate::store::tokens::{self, Grant, Maker};
use crate::words::Word;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use connect_core::Secret;
use connect_core::api::KeptOAuth;
use jiff::Timestamp;

pub async fn resume(
    State(app): State<Shared>,
    headers: HeaderMap,
    visit: Visit,
    Brought(params): Brought,
) -> Response {
    let nonce = params.find("resume").and_then(Nonce::parse);
    let found =
        nonce.and_then(|nonce| read(&headers, &cookie_name(&nonce)).map(|cookie| (nonce, cookie)));
    let Some((nonce, cookie)) = found else {
        return refused();
    };
    match claim(&app, &nonce, &cookie).await {
        Ok(Some(session)) => open(&app, &visit, &nonce, &session),
        Ok(None) => refused(),
        Err(refusal) => not_opened(&refusal),
    }
}

/// This browser has kept the login.
pub fn is_asked_by(headers: &HeaderMap, nonce: &Nonce, login: &Login) -> bool {
    let cookie = read(headers, &cookie_name(nonce));
    cookie.is_some_and(|cookie| login.resumes_with(&cookie))
}

/// Each login has its own, so that two tabs do not take it from each other.
fn cookie_name(nonce: &Nonce) -> String {
    let hash = nonce.sha256();
    format!("connect_resume_{}", hash.get(..16).unwrap_or_default())
}

/// What makes the browser keep this text for so many seconds, for the pages of `/oauth` alone.
pub fn set_cookie(app: &App, nonce: &Nonce, text: &str, seconds: i64) -> HeaderValue {
    let cookie = Cookie {
        name: &cookie_name(nonce),
        text,
        path: &app.below("/oauth"),
        seconds,
    };
    cookie.in_windows(app.origin().is_https())
}

/// The session that goes on.
struct Session {
    token: Secret,
    grant: Grant,
    kept: KeptOAuth,
    answered: bool,
}

/// A token of its own for the session that was left: the old one is in no store, and ends when this one does.
async fn claim(app: &App, nonce: &Nonce, cookie: &Secret) -> Answer<Option<Session>> {
    let login = oauth::find(&app.db, nonce, Timestamp::now()).await?;
    let Some(login) = login.filter(|login| login.resumes_with(cookie)) else {
        return Ok(None);
    };
    let answered = login.outcome.is_some();
    let Some((left, kept)) = login.token_sha256.zip(login.kept) else {
        return Ok(None);
    };
    let Some(grant) = tokens::find_by_hash(&app.db, &left).await? else {
        return Ok(None);
    };
    let known = app.clients().find(&grant.client).is_some();
    if !known || grant.expired() {
        return Ok(None);
    }
    // A page without a token makes no more of them by this way than by its own.
    let maker = match grant.scope {
        Some(_) => Maker::Page,
        None => Maker::Reload,
    };
    app.limits
        .may_mint(&grant.client, &grant.user, maker)
        .await?;
    // Who turns back before the bank has answered may go there again, and come back with an answer.
    if answered && !oauth::take_resumption(&app.db, nonce).await? {
        return Ok(None);
    }
    let token = Secret::new(random::token());
    if !tokens::insert(&app.db, &token, &grant, maker).await? {
        return Err(Refusal::too_many_pages());
    }
    Trail::name(app.who(&grant.owner()));
    app.audit.record(Kind::TokenMinted.event());
    Ok(Some(Session {
        token,
        grant,
        kept,
        answered,
    }))
}

fn open(app: &App, visit: &Visit, nonce: &Nonce, session: &Session) -> Response {
    let Session {
        token, grant, kept, ..
    } = session;
    let query = Params::parse(kept.query.trim_start_matches('?').as_bytes());
    let client = app.clients().find(&grant.client);
    let registered = |uri: &&str| client.is_some_and(|client| client.registered(uri));
    let mut response = widget(
        app,
        visit,
        [
            ("system", kept.system.as_deref()),
            ("token", Some(token.expose())),
            ("resume", Some(nonce.as_str())),
            (
                "redirect_uri",
                query.find("redirect_uri").filter(registered),
            ),
        ],
    );
    if session.answered {
        let cleared = set_cookie(app, nonce, "", 0);
        response.headers_mut().append(header::SET_COOKIE, cleared);
    }
    response
}

fn refused() -> Response {
    page(
        StatusCode::BAD_REQUEST,
        Word::ElsewhereTitle,
        Word::ElsewhereText,
    )
}
