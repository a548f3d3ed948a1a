//! The pages of the test bank "OAuth Bank": an authorization server in the sandbox (RFC 6749 4.1 with PKCE, RFC 7636).
//! Nothing that came with a request is ever written into them.

use super::published::{HTML, SANDBOX};
use crate::aggregators::sandbox::Bank;
use crate::aggregators::sandbox::oauth::{CLIENT_ID, Login, Request, parse_challenge};
use crate::app::{App, Shared};
use crate::crypto::random;
use crate::http::form;
use crate::http::page;
use crate::http::params::{Name, Params};
use crate::http::problem::Answer;
use crate::openapi::{Endpoint, Parameter};
use crate::store::desk;
use axum::extract::{self, FromRequest, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use connect_core::Secret;
use jiff::Timestamp;
use schemars::JsonSchema;
use std::convert::Infallible;
use url::Url;

const PAGE: &str = include_str!("../../oauth-bank/page.html");
const LOGIN: &str = include_str!("../../oauth-bank/login.html");
const WRONG: &str = include_str!("../../oauth-bank/wrong.html");
const CONSENT: &str = include_str!("../../oauth-bank/consent.html");
const REFUSED: &str = include_str!("../../oauth-bank/refused.html");
const STYLE: &str = include_str!("../../oauth-bank/bank.css");

/// Without `form-action`: it would also hold for where the answer goes in the end, which may be any app's origin.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const LONGEST_STATE: usize = 4096;

const UNKNOWN_APP: &str = "The app that sent you is not known here, or wants its answer somewhere else than it has told us.";
const GONE: &str = "This page has waited too long, or was used already.";

pub fn endpoints() -> Vec<Endpoint> {
    let paged = |endpoint: Endpoint| {
        endpoint
            .with([Parameter::path("bank", "The provider's id.")
                .one_of(&["oauth-bank", "oauth-bank-coop"])])
            .writes_text(StatusCode::OK, HTML, "The bank's next page.")
            .writes_text(
                StatusCode::BAD_REQUEST,
                HTML,
                "The bank cannot go on; the page says why.",
            )
            .writes_text(StatusCode::NOT_FOUND, HTML, "There is no such bank.")
    };
    vec![
        paged(Endpoint::get("/sandbox/{bank}/authorize", authorize))
            .named(
                SANDBOX,
                "openTestBank",
                "The login page of a test bank, `oauth-bank` or `oauth-bank-coop`",
            )
            .with([
                Parameter::text("client_id", "The provider's."),
                Parameter::text("response_type", "`code`."),
                Parameter::text("redirect_uri", "/oauth/redirect of this server."),
                Parameter::text("scope", "What is asked for."),
                Parameter::text("state", "Comes back."),
                Parameter::text(
                    "code_challenge",
                    "RFC 7636; without it and its method the code needs no `code_verifier`.",
                ),
                Parameter::text("code_challenge_method", "`S256`."),
            ])
            .writes_nothing(StatusCode::SEE_OTHER, "Back to redirect_uri, with `error`."),
        paged(Endpoint::post("/sandbox/{bank}/login", log_in))
            .named(SANDBOX, "logInAtTestBank", "Log in at a test bank")
            .may_read_form::<LoginForm>(),
        paged(Endpoint::post("/sandbox/{bank}/consent", consent))
            .named(
                SANDBOX,
                "answerTestBank",
                "Allow or deny what a test bank asks",
            )
            .may_read_form::<ConsentForm>()
            .writes_nothing(
                StatusCode::SEE_OTHER,
                "Back to redirect_uri, with `code` or `error`.",
            ),
        Endpoint::get("/sandbox/oauth-bank.css", style)
            .named(
                SANDBOX,
                "readTestBankStyle",
                "The style of a test bank's pages",
            )
            .writes_text(StatusCode::OK, "text/css", "The style."),
    ]
}

async fn authorize(
    State(app): State<Shared>,
    Name(bank): Name,
    params: Params,
) -> Answer<Response> {
    let Some(bank) = named(&bank) else {
        return Ok(page::not_found());
    };
    let redirect_uri = params.find("redirect_uri").unwrap_or_default();
    let known = params.find("client_id") == Some(CLIENT_ID) && is_own(&app, redirect_uri);
    let state = params.find("state").map(str::to_owned);
    let short = state
        .as_ref()
        .is_none_or(|state| state.len() <= LONGEST_STATE);
    if !known || !short {
        return Ok(refused(bank, UNKNOWN_APP));
    }
    let redirect_uri = redirect_uri.to_owned();
    let code = params.find("response_type") == Some("code");
    let Some(challenge) = challenge(&params).filter(|_| code) else {
        let said = ("error", "invalid_request");
        return Ok(answer(&redirect_uri, state.as_deref(), said));
    };
    let request = Request {
        bank,
        redirect_uri,
        state,
        challenge,
    };
    let visit = random::token();
    desk::welcome(&app.db, &visit, request, Timestamp::now()).await?;
    Ok(show(bank, StatusCode::OK, &login_form(&visit, "")))
}

/// Without PKCE there is none. `None`: what there is, is none.
fn challenge(params: &Params) -> Option<Option<[u8; 32]>> {
    let (method, challenge) = (
        params.find("code_challenge_method"),
        params.find("code_challenge"),
    );
    match (method, challenge) {
        (None, None) => Some(None),
        (Some("S256"), Some(challenge)) => parse_challenge(challenge).map(Some),
        _ => None,
    }
}

async fn log_in(State(app): State<Shared>, Name(bank): Name, Form(form): Form) -> Answer<Response> {
    let Some(bank) = named(&bank) else {
        return Ok(page::not_found());
    };
    let visit = form.find("visit").unwrap_or_default();
    let now = Timestamp::now();
    if !desk::knows(&app.db, bank, visit, now).await? {
        return Ok(refused(bank, GONE));
    }
    let text = |name| form.find(name).unwrap_or_default();
    let login = Login {
        username: text("username").trim().into(),
        password: Secret::new(text("password")),
    };
    if !login.is_known() {
        return Ok(show(bank, StatusCode::OK, &login_form(visit, WRONG)));
    }
    desk::log_in(&app.db, visit, &login, now).await?;
    Ok(show(bank, StatusCode::OK, &fill(CONSENT, visit)))
}

async fn consent(
    State(app): State<Shared>,
    Name(bank): Name,
    Form(form): Form,
) -> Answer<Response> {
    let Some(bank) = named(&bank) else {
        return Ok(page::not_found());
    };
    let visit = form.find("visit").unwrap_or_default();
    let now = Timestamp::now();
    let Some((request, login)) = desk::leave(&app.db, bank, visit, now).await? else {
        return Ok(refused(bank, GONE));
    };
    let (uri, state) = (request.redirect_uri.clone(), request.state.clone());
    let code = random::token();
    let said = match form.find("answer") {
        Some("allow") => {
            desk::issue(&app.db, &code, request, login, now).await?;
            ("code", code.as_str())
        }
        Some("server_error") => ("error", "server_error"),
        Some("temporarily_unavailable") => ("error", "temporarily_unavailable"),
        _ => ("error", "access_denied"),
    };
    Ok(answer(&uri, state.as_deref(), said))
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, STYLE)
}

fn named(id: &str) -> Option<Bank> {
    Bank::named(id).filter(|bank| bank.is_oauth())
}

/// A bank knows its apps' addresses; the only app of this one is the server itself, under all its names.
fn is_own(app: &App, redirect_uri: &str) -> bool {
    let mut own = app.own_origins.iter();
    let path = app.below("/oauth/redirect");
    own.any(|origin| redirect_uri.strip_prefix(origin.as_str()) == Some(&path))
}

fn answer(redirect_uri: &str, state: Option<&str>, said: (&str, &str)) -> Response {
    let mut uri = Url::parse(redirect_uri).expect("an own origin and a path make an address");
    uri.query_pairs_mut()
        .append_pair(said.0, said.1)
        .extend_pairs(state.map(|state| ("state", state)));
    let headers = [(header::CACHE_CONTROL, "no-store")];
    (headers, Redirect::to(uri.as_str())).into_response()
}

fn login_form(visit: &str, message: &str) -> String {
    fill(LOGIN, visit).replace("{{message}}", message)
}

/// `visit` is a name that the bank has given, or it would not be known.
fn fill(content: &str, visit: &str) -> String {
    content.replace("{{visit}}", visit)
}

fn refused(bank: Bank, reason: &'static str) -> Response {
    let content = REFUSED.replace("{{reason}}", reason);
    show(bank, StatusCode::BAD_REQUEST, &content)
}

fn show(bank: Bank, status: StatusCode, content: &str) -> Response {
    let html = PAGE.replace("{{content}}", content);
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    let mut response = (status, headers, Html(html)).into_response();
    if bank == Bank::OAuthIsolated {
        let name = HeaderName::from_static("cross-origin-opener-policy");
        let alone = HeaderValue::from_static("same-origin");
        response.headers_mut().insert(name, alone);
    }
    response
}

/// What the login page sends, for the published contract.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read by name, see `Form`")]
struct LoginForm {
    /// Names the page.
    visit: String,
    username: String,
    password: Secret,
}

/// What the consent page sends, for the published contract.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the form is read by name, see `Form`")]
struct ConsentForm {
    /// Names the page.
    visit: String,
    /// `allow`, `deny`, `server_error` or `temporarily_unavailable`.
    answer: String,
}

/// Whatever form came; one that cannot be read has no field.
struct Form(Params);

impl FromRequest<Shared> for Form {
    type Rejection = Infallible;

    async fn from_request(request: extract::Request, app: &Shared) -> Result<Form, Infallible> {
        Ok(Form(form::read(request, app).await.unwrap_or_default()))
    }
}
