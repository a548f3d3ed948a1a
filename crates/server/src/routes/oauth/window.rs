//! `GET /oauth/return`: what a window that the widget has opened shows for a moment after the bank. Its script hands the
//! result to the widget and closes the window; the words are for where it stays open.

use crate::words::{Reader, Word};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

const TEMPLATE: &str = include_str!("../../../pages/oauth-return.html");
const SCRIPT: &str = include_str!("../../../pages/oauth-return.js");

/// No other page may hold this one, and it may load nothing but its own two files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub async fn page(reader: Reader) -> Response {
    let language = reader.language();
    let mut page = TEMPLATE.replace("{lang}", language.tag);
    for (place, word) in [
        ("{title}", Word::AnsweredTitle),
        ("{text}", Word::AnsweredText),
        ("{alone}", Word::AnsweredAlone),
        ("{go_on}", Word::AnsweredGoOn),
    ] {
        page = page.replace(place, language.text(word));
    }
    let page = page.replace("{dir}", language.direction);
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, Html(page)).into_response()
}

pub async fn script() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, SCRIPT)
}
