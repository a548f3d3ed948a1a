//! Names each request, logs it without anything that it says but its route, and writes the name into refusals.

use crate::crypto::random;
use crate::http::address::FromProxy;
use crate::http::problem::Refusal;
use crate::http::route;
use crate::http::trail::{Lines, RequestId};
use crate::http::waiting::Later;
use crate::metrics::{Answered, Metrics};
use crate::traces;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use std::time::Instant;
use tracing::{Instrument, Span};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A name that a proxy has given: long enough to be none by chance, and no longer than a line bears.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=128;

pub async fn layer(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response {
    let begun = request.extensions_mut().remove::<Begun>();
    let begun = begun.unwrap_or_else(|| Begun::of(&request));
    let Begun {
        id,
        started,
        span,
        traced,
    } = begun.clone();
    let method = route::method(&request);
    let template = route::template(&request).map(str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let answer = async move {
        let mut response = next.run(request).await;
        if let Some(later) = response.extensions().get::<Later>() {
            later.carry(begun);
            return response;
        }
        if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
            write_problem(&refusal, &id, &mut response);
        }
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        let (status, took) = (response.status().as_u16(), started.elapsed());
        tracing::debug!(status, milliseconds = took.as_millis(), "answered");
        metrics.answered(Answered {
            method,
            route: template.as_deref(),
            status,
            took,
        });
        response
    };
    let response = answer.instrument(span).instrument(traced.clone()).await;
    if response.extensions().get::<Later>().is_none() {
        traces::answered(&traced, response.status().as_u16());
    }
    response
}

/// A request from its first byte to its answer, however often it is asked.
#[derive(Clone)]
struct Begun {
    id: Arc<str>,
    started: Instant,
    span: Span,
    traced: Span,
}

impl Begun {
    fn of(request: &Request) -> Begun {
        let by_proxy = request.extensions().get::<FromProxy>().is_some();
        let given = by_proxy.then(|| given(request)).flatten();
        let id: Arc<str> = given.unwrap_or_else(random::hex::<8>).into();
        let (method, route) = (route::method(request), route::shown(request));
        let asked = by_proxy.then(|| request.headers());
        let traced = traces::request(method, route::template(request), &id, asked);
        let span = tracing::info_span!(parent: &traced, "request", %id, method, %route);
        Begun {
            id,
            started: Instant::now(),
            span,
            traced,
        }
    }
}

/// What a proxy calls the request, if that may stand in a header and in a log.
fn given(request: &Request) -> Option<String> {
    let name = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let fits = LENGTHS.contains(&name.len()) && name.bytes().all(plain);
    fits.then(|| name.to_owned())
}

fn write_problem(refusal: &Refusal, id: &str, response: &mut Response) {
    let problem = refusal.problem(id);
    let (status, code) = (problem.status, &problem.code);
    match response.extensions_mut().remove::<Lines>() {
        Some(Lines(None)) => tracing::debug!(status, code, "refused"),
        Some(Lines(Some(times @ 2..))) => tracing::info!(status, code, times, "refused"),
        _ => tracing::info!(status, code, "refused"),
    }
    let body = serde_json::to_vec(&problem).expect("a problem holds only texts and a number");
    *response.body_mut() = Body::from(body);
    let json = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response.headers_mut().remove(header::CONTENT_LENGTH);
}
