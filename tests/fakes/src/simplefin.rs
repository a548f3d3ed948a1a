//! A stand-in for a SimpleFIN server. The scenario is the last part of the claim's address and of the access's.
//! Source: "SimpleFIN Protocol" 1.0.7 and version 2, https://www.simplefin.org/protocol.html

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// What can be played, each under its name: `claim/{name}`.
pub const SCENARIOS: [&str; 17] = [
    "one-bank",
    "version-1",
    "three-banks",
    "one-bank-refused",
    "all-banks-refused",
    "access-refused",
    "payment",
    "revoked",
    "too-often",
    "too-often-in-words",
    "no-accounts",
    "own-currency",
    "failing",
    "page",
    "other-host",
    "elsewhere",
    "broken-claim",
];

pub struct Fake {
    address: SocketAddr,
    state: Arc<Played>,
}

#[derive(Default)]
struct Played {
    claimed: Mutex<HashSet<String>>,
    /// Method and path of each call.
    calls: Mutex<Vec<String>>,
    /// A scenario that is played in place of the access's own.
    instead: Mutex<Option<String>>,
    base: String,
}

impl Fake {
    /// On a free port of this machine.
    pub async fn start() -> io::Result<Fake> {
        Fake::at(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    pub async fn at(address: SocketAddr) -> io::Result<Fake> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Played {
            base: format!("http://{address}"),
            ..Played::default()
        });
        let app = router(state.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Fake { address, state })
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What a user copies.
    pub fn token(&self, scenario: &str) -> String {
        STANDARD.encode(format!("{}/claim/{scenario}", self.base()))
    }

    pub fn calls(&self) -> Vec<String> {
        lock(&self.state.calls).clone()
    }

    /// From now on every access answers as this scenario's does; `None`: each as its own.
    pub fn play(&self, scenario: Option<&str>) {
        *lock(&self.state.instead) = scenario.map(String::from);
    }
}

fn router(state: Arc<Played>) -> Router {
    Router::new()
        .route("/simplefin/create", get(create))
        .route("/claim/{scenario}", post(claim))
        .route("/access/{scenario}/accounts", get(accounts))
        .with_state(state)
}

async fn create(State(state): State<Arc<Played>>) -> Html<String> {
    let rows = SCENARIOS.map(|name| {
        let token = STANDARD.encode(format!("{}/claim/{name}", state.base));
        format!("<dt>{name}</dt><dd><code>{token}</code></dd>")
    });
    Html(format!(
        "<!doctype html><title>SimpleFIN (fake)</title><h1>Copy a token</h1><dl>{}</dl>",
        rows.join("")
    ))
}

async fn claim(State(state): State<Arc<Played>>, Path(scenario): Path<String>) -> Response {
    lock(&state.calls).push(format!("POST /claim/{scenario}"));
    if scenario == "broken-claim" {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let known = SCENARIOS.contains(&scenario.as_str());
    if !known || !lock(&state.claimed).insert(scenario.clone()) {
        return (StatusCode::FORBIDDEN, "Forbidden").into_response();
    }
    let host = match scenario.as_str() {
        "other-host" => "203.0.113.7",
        _ => state.base.trim_start_matches("http://"),
    };
    format!("http://user:secret-of-{scenario}@{host}/access/{scenario}").into_response()
}

async fn accounts(
    State(state): State<Arc<Played>>,
    Path(scenario): Path<String>,
    headers: HeaderMap,
) -> Response {
    lock(&state.calls).push(format!("GET /access/{scenario}/accounts"));
    let expected = STANDARD.encode(format!("user:secret-of-{scenario}"));
    let given = headers.get(header::AUTHORIZATION);
    if given.and_then(|value| value.to_str().ok()) != Some(&format!("Basic {expected}")) {
        return (StatusCode::FORBIDDEN, "Forbidden").into_response();
    }
    let played = lock(&state.instead).clone().unwrap_or(scenario);
    match played.as_str() {
        "payment" => (StatusCode::PAYMENT_REQUIRED, "Payment required").into_response(),
        "revoked" => (StatusCode::FORBIDDEN, "Forbidden").into_response(),
        "too-often" => {
            let wait = [(header::RETRY_AFTER, "3600")];
            (StatusCode::TOO_MANY_REQUESTS, wait, "").into_response()
        }
        "failing" => StatusCode::BAD_GATEWAY.into_response(),
        "page" => Html("<!doctype html><title>Login</title>").into_response(),
        "elsewhere" => {
            let to = [(header::LOCATION, "http://127.0.0.1:1/")];
            (StatusCode::FOUND, to).into_response()
        }
        other => axum::Json(body(other)).into_response(),
    }
}

fn body(scenario: &str) -> Value {
    let bank = |id: &str, name: &str| {
        json!({
            "conn_id": id, "name": name, "org_id": format!("ORG-{id}"),
            "org_url": "https://bank.example", "sfin_url": "https://sfin.example",
        })
    };
    let account = |bank: &str, id: &str, name: &str, balance: &str| {
        json!({
            "id": id, "name": name, "conn_id": bank, "currency": "USD", "balance": balance,
            "available-balance": balance, "balance-date": 1_764_201_600, "transactions": [],
        })
    };
    let savings = account("CON-1", "2930002", "Savings", "115525.50");
    let checking = account("CON-1", "2930001", "Checking", "23.07");
    let refused = |id: &str| json!({ "code": "con.auth", "msg": "Connection to the bank may need attention", "conn_id": id });
    match scenario {
        "version-1" => json!({
            "errors": [],
            "accounts": [{
                "org": { "domain": "mybank.com", "sfin-url": "https://sfin.mybank.com" },
                "id": "2930002", "name": "Savings", "currency": "USD", "balance": "100.23",
                "available-balance": "75.23", "balance-date": 978_366_153,
            }],
        }),
        "three-banks" => json!({
            "errlist": [],
            "connections": [bank("CON-1", "First Bank"), bank("CON-2", "Second Bank"), bank("CON-3", "Third Bank")],
            "accounts": (1..=3).flat_map(|at| {
                let bank = format!("CON-{at}");
                (1..=5).map(move |number| json!({
                    "id": format!("{number}"), "name": format!("Checking {number}"), "conn_id": bank,
                    "currency": "CAD", "balance": "1.00", "balance-date": 1_764_201_600,
                }))
            }).collect::<Vec<Value>>(),
        }),
        "one-bank-refused" => json!({
            "errlist": [refused("CON-2")],
            "connections": [bank("CON-1", "First Bank"), bank("CON-2", "Second Bank")],
            "accounts": [savings, account("CON-2", "7", "Visa card", "-12.00")],
        }),
        "all-banks-refused" => json!({
            "errlist": [refused("CON-1")],
            "connections": [bank("CON-1", "First Bank")],
            "accounts": [savings],
        }),
        "access-refused" => json!({
            "errlist": [{ "code": "gen.auth", "message": "Log in again" }], "connections": [], "accounts": [],
        }),
        "too-often-in-words" => json!({ "errors": ["Please make fewer requests"], "accounts": [] }),
        "no-accounts" => {
            json!({ "errlist": [], "connections": [bank("CON-1", "First Bank")], "accounts": [] })
        }
        "own-currency" => json!({
            "errlist": [], "connections": [bank("CON-1", "First Bank")],
            "accounts": [{
                "id": "miles", "name": "Miles", "conn_id": "CON-1", "currency": "http://127.0.0.1:1/miles",
                "balance": "5000", "balance-date": 1_764_201_600,
            }],
        }),
        _ => json!({
            "errlist": [], "connections": [bank("CON-1", "First Bank")], "accounts": [checking, savings],
        }),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
