//! Names each request, logs it without anything that it says but its route, and writes the name into refusals.

use crate::crypto::random;
use crate::http::problem::Refusal;
use crate::http::route;
use crate::http::trail::{Lines, RequestId};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub async fn layer(mut request: Request, next: Next) -> Response {
    let id = random::hex::<8>();
    let (method, route) = (route::method(&request), route::shown(&request));
    let span = tracing::info_span!("request", %id, method, %route);
    request.extensions_mut().insert(RequestId(id.clone()));
    let started = Instant::now();
    async move {
        let mut response = next.run(request).await;
        if let Some(refusal) = response.extensions_mut().remove::<Refusal>() {
            write_problem(&refusal, &id, &mut response);
        }
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        let milliseconds = started.elapsed().as_millis();
        tracing::debug!(
            status = response.status().as_u16(),
            milliseconds,
            "answered"
        );
        response
    }
    .instrument(span)
    .await
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
