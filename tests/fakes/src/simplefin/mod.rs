//! A SimpleFIN server (protocol 1.0.7 and 2): the scenario stands in the claim's path, and afterwards in the Access URL's user
//! name. `claim/SCENARIO` can be claimed again and again, like the public demo token; `claim/SCENARIO/ANYTHING` once.

mod bodies;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Where it is below its origin.
pub const ROOT: &str = "/simplefin";

/// The password of every Access URL, as it is and as it stands in a URL.
pub const PASSWORD: &str = "open:sesame@7";
const PASSWORD_IN_URL: &str = "open%3Asesame%407";

/// Each with what happens, for who has to choose one.
pub const SCENARIOS: &[(&str, &str)] = &[
    ("demo", "two accounts at one bank"),
    ("v1", "a server that knows version 1 only"),
    ("three-banks", "three banks with five accounts each"),
    ("message", "errors say `message` instead of `msg`"),
    ("both-lists", "errors in the old list and in the new one"),
    ("one-bank-broken", "one of two banks wants the user"),
    ("all-banks-broken", "every bank wants the user"),
    (
        "v1-reauthenticate",
        "version 1: no account, the user is wanted",
    ),
    ("v1-attention", "version 1: a bank may need attention"),
    ("v1-fewer-requests", "version 1: too many requests"),
    ("account-failed", "one account could not be read"),
    ("connection-trouble", "a bank with trouble of its own"),
    ("connection-down", "a bank with trouble, and no account"),
    ("general", "a general error, and no account"),
    ("unknown-code", "error codes that nobody knows"),
    ("token-revoked", "an error says that the access has ended"),
    ("payment", "the subscription is not paid (402)"),
    ("revoked", "the access has ended (403)"),
    ("limited", "too many requests (429)"),
    ("down", "the server fails (500)"),
    ("empty", "no account"),
    ("custom-currency", "an account in a currency of its own"),
    ("odd-texts", "control characters and very long texts"),
    ("redirect", "the accounts are said to be elsewhere"),
    ("claim-unknown", "a token that is not known (403)"),
    ("claim-broken", "the claim fails (500)"),
    ("claim-redirect", "the claim is said to be elsewhere"),
    ("claim-other-host", "an Access URL on another host"),
    ("claim-nonsense", "something that is no Access URL"),
];

#[derive(Clone, Default)]
struct Server {
    claimed: Arc<Mutex<HashSet<String>>>,
    made: Arc<AtomicU32>,
}

pub fn router() -> Router {
    let routes = Router::new()
        .route("/info", get(info))
        .route("/create", get(create))
        .route("/claim/{scenario}", post(claim_again))
        .route("/claim/{scenario}/{once}", post(claim_once))
        .route("/accounts", get(accounts));
    Router::new()
        .nest(ROOT, routes)
        .with_state(Server::default())
}

/// The token of a scenario at this origin; with `once` it can be claimed once.
pub fn token(origin: &str, scenario: &str, once: Option<&str>) -> String {
    let once = once.map(|once| format!("/{once}")).unwrap_or_default();
    STANDARD.encode(format!("{origin}{ROOT}/claim/{scenario}{once}"))
}

async fn info() -> Response {
    json(StatusCode::OK, r#"{"versions":["1.0","2.0"]}"#.into())
}

/// The page where a user gets a token.
async fn create(State(server): State<Server>, headers: HeaderMap) -> Html<String> {
    let origin = origin(&headers);
    let page = server.made.fetch_add(1, Ordering::Relaxed);
    let rows = SCENARIOS.iter().map(|(scenario, words)| {
        let token = token(&origin, scenario, Some(&format!("page-{page}")));
        format!(
            "<dt><label for=\"{scenario}\">{words} <code>{scenario}</code></label></dt>\n\
             <dd><input id=\"{scenario}\" readonly size=\"90\" style=\"max-width:100%\" onfocus=\"this.select()\" value=\"{token}\"></dd>\n"
        )
    });
    let rows: String = rows.collect();
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Create a token</title><link rel=\"icon\" href=\"data:,\">\n\
         <h1>Create a SimpleFIN token</h1>\n\
         <p>This server is made up. Copy one of these tokens; each can be used once.</p>\n\
         <dl>\n{rows}</dl></html>"
    ))
}

async fn claim_once(
    State(server): State<Server>,
    Path((scenario, once)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    // A claim that fails on the server's side leaves the token good.
    let key = format!("{scenario}/{once}");
    let mut claimed = server.claimed.lock().expect("nobody panics with it");
    if scenario != "claim-broken" && !claimed.insert(key) {
        return StatusCode::FORBIDDEN.into_response();
    }
    drop(claimed);
    claim(&scenario, &headers)
}

async fn claim_again(Path(scenario): Path<String>, headers: HeaderMap) -> Response {
    claim(&scenario, &headers)
}

fn claim(scenario: &str, headers: &HeaderMap) -> Response {
    if !SCENARIOS.iter().any(|(known, _)| *known == scenario) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let origin = origin(headers);
    let access = |origin: &str| {
        let (scheme, host) = origin.split_once("://").expect("an origin has a scheme");
        let url = format!("{scheme}://{scenario}:{PASSWORD_IN_URL}@{host}{ROOT}");
        ([(CONTENT_TYPE, "text/plain")], url).into_response()
    };
    match scenario {
        "claim-unknown" => StatusCode::FORBIDDEN.into_response(),
        "claim-broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "claim-redirect" => elsewhere(&origin),
        "claim-other-host" => access("https://elsewhere.example"),
        "claim-nonsense" => "Welcome!".into_response(),
        _ => access(&origin),
    }
}

async fn accounts(headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let Some(scenario) = scenario_of(&headers) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let query = query.unwrap_or_default();
    let version_2 = query.split('&').any(|part| part == "version=2");
    match scenario.as_str() {
        "payment" => json(StatusCode::PAYMENT_REQUIRED, bodies::payment()),
        "revoked" => StatusCode::FORBIDDEN.into_response(),
        "limited" => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "3600")]).into_response(),
        "down" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "redirect" => elsewhere(&origin(&headers)),
        scenario => json(StatusCode::OK, bodies::accounts(scenario, version_2)),
    }
}

fn scenario_of(headers: &HeaderMap) -> Option<String> {
    let basic = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let decoded = STANDARD.decode(basic.strip_prefix("Basic ")?).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (scenario, password) = decoded.split_once(':')?;
    // A client that knows no percent-encoding sends it as it stands in the URL.
    let right = password == PASSWORD || password == PASSWORD_IN_URL;
    right.then(|| scenario.to_owned())
}

fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("127.0.0.1"))
}

fn elsewhere(origin: &str) -> Response {
    let there = format!("{origin}{ROOT}/info");
    (StatusCode::FOUND, [(LOCATION, there)]).into_response()
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}
