//! `/v1/oauth/{nonce}`: what came of a login at a bank's own site, and what the widget keeps while it is away.

use super::resume::set_cookie;
use crate::app::{App, Shared};
use crate::crypto::nonce::Nonce;
use crate::crypto::random;
use crate::engine::news::Topic;
use crate::http::body::Json;
use crate::http::params::{Name, Params};
use crate::http::problem::{Answer, Refusal};
use crate::routes::providers::offered;
use crate::routes::user::User;
use crate::routes::waiting::{Manner, Rest, Waiting};
use crate::store::institutions::Owner;
use crate::store::oauth::{self, Keeping, Login, Outcome};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use connect_core::Secret;
use connect_core::api::{KeptOAuth, OAuthResult, OAuthStatus, code};
use jiff::Timestamp;
use std::ops::RangeInclusive;

const LONGEST_QUERY: usize = 2048;
const LONGEST_NAME: usize = 256;

/// RFC 7636.
const VERIFIER: RangeInclusive<usize> = 43..=128;

/// RFC 6749's word for a user who said no.
const DENIED: &str = "access_denied";

/// Answers as soon as the bank has, and with `pending` when nothing came for a while.
pub async fn read(
    State(app): State<Shared>,
    user: User,
    Name(nonce): Name,
    params: Params,
    manner: Manner,
) -> Answer<Response> {
    let nonce = parse(&nonce)?;
    let owner = user.owner();
    // Whoever comes back asks what is known, and begins nothing.
    let waits = params.find("wait") != Some("0");
    if waits {
        register(&app, &nonce, &owner).await?;
    }
    let listen = || app.news.listen([Topic::login(&nonce.sha256())]);
    let mut waiting = Waiting::begin(&app, &user, manner, listen).await?;
    loop {
        let login = oauth::find(&app.db, &nonce, Timestamp::now()).await?;
        let login = login.filter(|login| login.owner == owner);
        let result = login.map(result).unwrap_or_default();
        if result.status != OAuthStatus::Pending || !waits || waiting.is_over() {
            return Ok(axum::Json(result).into_response());
        }
        waiting = match waiting.rest(&app, &user).await? {
            Rest::Look(waiting) => waiting,
            Rest::Leave(response) => return Ok(response),
        };
    }
}

pub async fn keep(
    State(app): State<Shared>,
    user: User,
    Name(nonce): Name,
    Json(kept): Json<KeptOAuth>,
) -> Answer<Response> {
    let nonce = parse(&nonce)?;
    check(&app, &user, &kept).await?;
    // Whoever comes back to the client's own page, or whose window is beside the widget, has the session there; else
    // this browser shall get it again.
    let beside =
        kept.redirect_uri.is_some() || kept.popup == Some(true) && kept.alone != Some(true);
    let resume = (!beside).then(|| Secret::new(random::token()));
    let keeping = Keeping {
        owner: &user.owner(),
        token_sha256: &user.token_sha256,
        kept: &kept,
        resume: resume.as_ref(),
    };
    if !oauth::keep(&app.db, &nonce, keeping, Timestamp::now()).await? {
        return Err(not_now());
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(resume) = resume {
        let cookie = set_cookie(&app, &nonce, resume.expose(), oauth::LIFETIME_SECONDS);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whoever asks first for a login has begun it: the widget does so the moment it opens the bank's window.
async fn register(app: &App, nonce: &Nonce, owner: &Owner) -> sqlx::Result<()> {
    let now = Timestamp::now();
    if oauth::find(&app.db, nonce, now).await?.is_none() {
        oauth::register(&app.db, nonce, owner, now).await?;
    }
    Ok(())
}

fn result(login: Login) -> OAuthResult {
    let (status, code, error) = match login.outcome {
        None => (OAuthStatus::Pending, None, None),
        Some(Outcome::Code(code)) => (OAuthStatus::Complete, Some(code), None),
        Some(Outcome::Error(error)) if error == DENIED => (OAuthStatus::Denied, None, None),
        Some(Outcome::Error(error)) => (OAuthStatus::Error, None, Some(error)),
    };
    OAuthResult {
        status,
        code,
        error,
        kept: login.kept,
    }
}

async fn check(app: &App, user: &User, kept: &KeptOAuth) -> Answer<()> {
    let too_long = |text: &Option<String>, most: usize| {
        text.as_ref()
            .is_some_and(|text| text.chars().count() > most)
    };
    if !is_verifier(kept.code_verifier.expose()) {
        return Err(Refusal::invalid(
            "code_verifier must have 43 to 128 characters of RFC 7636's alphabet",
        ));
    }
    if kept.query.chars().count() > LONGEST_QUERY {
        return Err(Refusal::invalid("query must have at most 2048 characters"));
    }
    if too_long(&kept.institution, LONGEST_NAME) || too_long(&kept.system, LONGEST_NAME) {
        return Err(Refusal::invalid(
            "institution and system must have at most 256 characters",
        ));
    }
    let id = &kept.provider;
    if offered(app, &user.grant.options, id).await?.is_none() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Refusal::unknown_provider(status, id));
    }
    match &kept.redirect_uri {
        Some(uri) if !user.client.registered(uri) => Err(Refusal::redirect_uri_not_registered()),
        _ => Ok(()),
    }
}

fn is_verifier(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    VERIFIER.contains(&text.len()) && text.bytes().all(plain)
}

fn parse(nonce: &str) -> Answer<Nonce> {
    Nonce::parse(nonce).ok_or_else(|| {
        let status = StatusCode::BAD_REQUEST;
        Refusal::new(
            status,
            code::INVALID_REQUEST,
            "The request's path is not valid",
        )
        .detail("the nonce must have 22 to 128 letters, digits, - and _")
    })
}

fn not_now() -> Refusal {
    let status = StatusCode::CONFLICT;
    Refusal::new(status, code::CONFLICT, "Nothing can be kept for this login")
        .detail("the login is another user's, or the bank has answered already")
}
