//! `/sandbox/faults`: brings about on purpose what goes wrong between a widget and its server. Sandbox only.

use super::published::SANDBOX;
use super::user::{bearer, expired_token, unknown_token};
use crate::app::{App, Shared};
use crate::config::clients::SANDBOX_ID;
use crate::faults::{Count, Fault, Rule};
use crate::http::body::Json;
use crate::http::connection::Connection;
use crate::http::params::Params;
use crate::http::problem::{Answer, Refusal};
use crate::http::waiting::{Again, MayWait};
use crate::openapi::{Endpoint, Parameter};
use crate::store::tokens;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use connect_core::Secret;
use connect_core::api::code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const MOST_RULES: usize = 100;
const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];
const LATE: Duration = Duration::from_secs(2);

/// The faults of one user of the client `demo`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultRules {
    #[schemars(length(min = 1))]
    user_id: String,
    /// Of several that fit a request the first one strikes.
    #[schemars(length(max = 100))]
    rules: Vec<Rule>,
}

#[derive(Serialize, JsonSchema)]
pub struct FaultCounts {
    user_id: String,
    rules: Vec<Count>,
}

pub fn endpoints() -> Vec<Endpoint> {
    let path = "/sandbox/faults";
    let user = || Parameter::text("user_id", "A user of the client demo.").needed(1, None);
    vec![
        Endpoint::put(path, replace)
            .named(
                SANDBOX,
                "replaceFaults",
                "Let requests of one user of the client demo go wrong",
            )
            .reads::<FaultRules>()
            .writes_nothing(StatusCode::NO_CONTENT, "These rules hold, and no others."),
        Endpoint::get(path, read)
            .named(SANDBOX, "readFaults", "How often each rule has struck")
            .with([user()])
            .writes::<FaultCounts>(StatusCode::OK, "The rules that hold.")
            .refuses(
                StatusCode::BAD_REQUEST,
                code::INVALID_REQUEST,
                "user_id is missing.",
            ),
        Endpoint::delete(path, clear)
            .named(SANDBOX, "clearFaults", "Let nothing go wrong any more")
            .with([user()])
            .writes_nothing(StatusCode::NO_CONTENT, "No rule holds.")
            .refuses(
                StatusCode::BAD_REQUEST,
                code::INVALID_REQUEST,
                "user_id is missing.",
            ),
    ]
}

pub async fn replace(
    State(app): State<Shared>,
    Json(request): Json<FaultRules>,
) -> Answer<StatusCode> {
    if request.user_id.is_empty() {
        return Err(Refusal::invalid("user_id is empty"));
    }
    check(&request.rules)?;
    app.faults.replace(&request.user_id, request.rules);
    Ok(StatusCode::NO_CONTENT)
}

pub async fn read(State(app): State<Shared>, params: Params) -> Answer<axum::Json<FaultCounts>> {
    let user_id = user_id(&params)?;
    let rules = app.faults.of(&user_id);
    Ok(axum::Json(FaultCounts { user_id, rules }))
}

pub async fn clear(State(app): State<Shared>, params: Params) -> Answer<StatusCode> {
    app.faults.replace(&user_id(&params)?, Vec::new());
    Ok(StatusCode::NO_CONTENT)
}

fn user_id(params: &Params) -> Answer<String> {
    let user = params.find("user_id").filter(|user| !user.is_empty());
    let missing = || Refusal::invalid_query("user_id must name a user of the client demo");
    user.map(str::to_owned).ok_or_else(missing)
}

fn check(rules: &[Rule]) -> Answer<()> {
    if rules.len() > MOST_RULES {
        return Err(Refusal::invalid("rules must have at most 100 entries"));
    }
    for (at, rule) in rules.iter().enumerate() {
        let wrong = if !METHODS.contains(&rule.method.as_str()) {
            "method must be GET, POST, PUT or DELETE"
        } else if !rule.path.starts_with("/v1/") || rule.path.contains('?') {
            "path must begin with /v1/ and have no query"
        } else if rule.times == Some(0) {
            "times must be 1 or more"
        } else {
            continue;
        };
        return Err(Refusal::invalid(format!("rules[{at}].{wrong}")));
    }
    Ok(())
}

/// The connection is to be closed in place of this answer.
#[derive(Clone)]
struct Closed;

/// A request came over a connection that was used before.
#[derive(Clone)]
struct Reused;

/// Stands before the contract. Which requests a rule strikes is known by the user's token alone, so that tests with
/// other users can run at the same time.
pub async fn layer(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let struck = request.extensions().get::<Again>().is_some();
    if struck || app.faults.is_empty() {
        return next.run(request).await;
    }
    let reused = request.extensions().get::<Reused>().is_some();
    let user = match bearer(request.headers()) {
        Some(token) => user(&app, &token).await,
        None => None,
    };
    // The contract's own router sees its addresses without their beginning.
    let path = format!("/v1{}", request.uri().path());
    let fault = user.and_then(|user| app.faults.strike(&user, request.method(), &path, reused));
    match fault {
        Some(fault) => {
            // What goes wrong with its answer shall.
            request.extensions_mut().remove::<MayWait>();
            bring_about(&app, fault, reused, request, next).await
        }
        None => next.run(request).await,
    }
}

/// The user of the client `demo` behind a token, ended or not.
async fn user(app: &App, token: &Secret) -> Option<String> {
    let grant = tokens::find(&app.db, token).await.ok()??;
    (grant.client == SANDBOX_ID).then_some(grant.user)
}

async fn bring_about(
    app: &App,
    fault: Fault,
    reused: bool,
    request: Request,
    next: Next,
) -> Response {
    tracing::info!(?fault, "this request goes wrong on purpose");
    let mut stopping = app.stopping.clone();
    let json = [(header::CONTENT_TYPE, "application/json")];
    match fault {
        Fault::Refused => closed(),
        Fault::Lost => {
            // What a browser sends once more by itself is carried out then.
            if !reused {
                next.run(request).await;
            }
            closed()
        }
        Fault::TimeOut => {
            // An error means that the sender is gone, which is a stop too.
            let _ = stopping.wait_for(|stopping| *stopping).await;
            closed()
        }
        Fault::Slow => {
            tokio::select! {
                () = tokio::time::sleep(LATE) => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
            next.run(request).await
        }
        Fault::Unauthorized => unknown_token().into_response(),
        Fault::Expired => expired_token().into_response(),
        Fault::NotFound => {
            Refusal::not_found("the sandbox was told to answer this").into_response()
        }
        Fault::Conflict => Refusal::conflict("the sandbox was told to answer this").into_response(),
        Fault::RateLimited => busy(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED)
            .header(header::RETRY_AFTER, "1")
            .into_response(),
        Fault::ServerError => Refusal::internal().into_response(),
        Fault::Unavailable => busy(StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE)
            .header(header::RETRY_AFTER, "1")
            .into_response(),
        Fault::UnavailableWithoutHint => {
            busy(StatusCode::SERVICE_UNAVAILABLE, code::UNAVAILABLE).into_response()
        }
        Fault::Malformed => (json, "{\"items\":[").into_response(),
        Fault::MissingFields => (json, "{}").into_response(),
        Fault::Html => {
            let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
            (html, "<!doctype html><title>Gateway</title><p>Welcome.").into_response()
        }
    }
}

fn busy(status: StatusCode, code: &'static str) -> Refusal {
    let title = "The server was told to be busy";
    Refusal::new(status, code, title).detail("the sandbox was told to answer this")
}

fn closed() -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Closed);
    response
}

/// Stands before everything else, where nothing catches a panic: the task of the connection ends, and the connection
/// with it. No hook runs, so nothing is printed.
pub async fn close(mut request: Request, next: Next) -> Response {
    let connection = request.extensions().get::<ConnectInfo<Connection>>();
    if connection.is_some_and(|ConnectInfo(connection)| connection.used()) {
        request.extensions_mut().insert(Reused);
    }
    let response = next.run(request).await;
    if response.extensions().get::<Closed>().is_some() {
        std::panic::resume_unwind(Box::new("the connection is closed on purpose"));
    }
    response
}
