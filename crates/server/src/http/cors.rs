//! Lets widget pages that are hosted elsewhere call the contract: the origins on the command line, and no others.

use crate::app::Shared;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Seconds for which a browser need not ask again whether it may call.
const PREFLIGHT_AGE: &str = "600";

const PREFLIGHT: [(HeaderName, &str); 3] = [
    (
        header::ACCESS_CONTROL_ALLOW_METHODS,
        "GET, POST, PUT, DELETE",
    ),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "Authorization, Content-Type, Idempotency-Key",
    ),
    (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE),
];

/// A page of any other origin gets none of these headers, so its browser keeps the answer from it.
pub async fn layer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    if app.widget_origins.is_empty() {
        return next.run(request).await;
    }
    let allowed = allowed(&app, request.headers());
    let mut response = match &allowed {
        Some(_) if is_preflight(&request) => (StatusCode::NO_CONTENT, PREFLIGHT).into_response(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("Retry-After");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response
}

/// The asking page's origin, when it is one of those on the command line.
fn allowed(app: &Shared, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let known = app.widget_origins.iter();
    known
        .map(|known| known.as_str().as_bytes())
        .any(|known| known == origin.as_bytes())
        .then(|| origin.clone())
}

fn is_preflight(request: &Request) -> bool {
    let method = header::ACCESS_CONTROL_REQUEST_METHOD;
    *request.method() == Method::OPTIONS && request.headers().contains_key(method)
}
