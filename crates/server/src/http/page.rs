//! Small pages without script, for people who came to an address that is not the widget's.

use crate::http::headers::{PAGE_POLICY, framed, set};
use crate::http::problem::Refusal;
use crate::http::said::Said;
use crate::words::Word;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

pub const STYLE: &str = include_str!("../../pages/pages.css");

/// A page with fixed words only: nothing that came with the request is ever written into it.
pub fn page(status: StatusCode, title: Word, text: Word) -> Response {
    made(
        status,
        Said {
            title,
            text,
            detail: None,
        },
    )
}

/// With a sentence for whoever has made the address.
pub fn page_for_developers(
    status: StatusCode,
    title: Word,
    text: Word,
    detail: &'static str,
) -> Response {
    let detail = Some(detail);
    made(
        status,
        Said {
            title,
            text,
            detail,
        },
    )
}

fn made(status: StatusCode, said: Said) -> Response {
    let mut response = (status, Html("")).into_response();
    response.extensions_mut().insert(said);
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
        Word::TooOftenTitle,
        Word::TooOftenText,
    );
    if let Some(seconds) = refusal.limited_until() {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.clone());
    }
    response
}

/// In place of a widget that the browser would not draw: a frame that stays empty tells nobody what to do.
pub fn not_here() -> Response {
    page(StatusCode::FORBIDDEN, Word::NotHereTitle, Word::NotHereText)
}

pub fn not_found() -> Response {
    page(
        StatusCode::NOT_FOUND,
        Word::NotFoundTitle,
        Word::NotFoundText,
    )
}
