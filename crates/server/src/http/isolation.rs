//! What keeps browsers to https, and answers that no other page needs away from other pages.

use crate::app::Shared;
use crate::http::headers::set;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::Response;

/// A year. Other names below this one are their owners' business.
const HTTPS_ONLY: &str = "max-age=31536000";

pub async fn layer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let contract = path == "/v1" || path.starts_with("/v1/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if app.origin().is_https() {
        set(headers, header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    let resource = HeaderName::from_static("cross-origin-resource-policy");
    if contract {
        without_opener(headers);
        set(headers, resource, "same-origin");
    } else {
        // Pages that isolate themselves frame the widget's and load the SDK.
        set(headers, resource, "cross-origin");
    }
    response
}

/// A window with this answer is cut off from the page that has opened it. Not for the widget, its results and what
/// stands on the way to a bank and back: an opener watches those, and would take them for closed.
pub fn without_opener(headers: &mut HeaderMap) {
    let name = HeaderName::from_static("cross-origin-opener-policy");
    set(headers, name, "same-origin");
}
