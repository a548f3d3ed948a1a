//! The pictures of the test banks.

use crate::aggregators::sandbox::Bank;
use crate::http::page;
use crate::http::params::Name;
use axum::http::header;
use axum::response::{IntoResponse, Response};

pub async fn logo(Name(file): Name) -> Response {
    let Some(bank) = file.strip_suffix(".svg").and_then(Bank::named) else {
        return page::not_found();
    };
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    (headers, bank.profile().logo).into_response()
}
