//! Small pages without script, for people who came to an address that is not the widget's.

use crate::http::headers::{PAGE_POLICY, framed, set};
use crate::http::problem::Refusal;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

pub const STYLE: &str = include_str!("../../pages/pages.css");

/// A page with fixed words only: nothing that came with the request is ever written into it.
pub fn page(status: StatusCode, title: &'static str, text: &'static str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
         <link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"/pages.css\"></head>\
         <body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    set(headers, header::CACHE_CONTROL, "no-store");
    set(headers, header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    framed(headers);
    response
}

/// For a person whose page was asked for too often, by them or by others who have the same address.
pub fn too_often(refusal: &Refusal) -> Response {
    let mut response = page(
        StatusCode::TOO_MANY_REQUESTS,
        "Too many at once",
        "This page was asked for too often. Please wait a little and try again.",
    );
    if let Some(seconds) = refusal.limited_until() {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.clone());
    }
    response
}

/// In place of a widget that the browser would not draw: a frame that stays empty tells nobody what to do.
pub fn not_here() -> Response {
    page(
        StatusCode::FORBIDDEN,
        "This page can't be shown here",
        "Go back to the app that you came from and open it again.",
    )
}

pub fn not_found() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "Nothing here",
        "There is no page at this address.",
    )
}
