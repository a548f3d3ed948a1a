//! Requests that only look at an address: link previews, scanners, browsers that fetch a page before anybody goes there.
//! What can be used once is not used up by them.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What they get in place of an address's page. A browser that is not given a page beforehand asks again when it is gone to.
pub fn answer(request: &Request) -> Option<Response> {
    let never = [(header::CACHE_CONTROL, "no-store")];
    let status = match *request.method() {
        Method::HEAD => StatusCode::OK,
        _ if is_beforehand(request.headers()) => StatusCode::SERVICE_UNAVAILABLE,
        _ => return None,
    };
    Some((status, never, Body::empty()).into_response())
}

fn is_beforehand(headers: &HeaderMap) -> bool {
    let mut purposes = ["sec-purpose", "purpose", "x-moz"]
        .into_iter()
        .filter_map(|name| headers.get(name)?.to_str().ok());
    purposes.any(|purpose| purpose.contains("prefetch") || purpose.contains("prerender"))
}
