//! Where a flow ends that was given no redirect URI. The result stands in the address, for whoever watches it.

use crate::http::page::{STYLE, page};
use crate::words::Word;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

pub async fn connected() -> Response {
    page(StatusCode::OK, Word::ConnectedTitle, Word::ConnectedText)
}

pub async fn exit() -> Response {
    page(StatusCode::OK, Word::ExitTitle, Word::ExitText)
}

pub async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, STYLE)
}
