//! The pictures of the test banks.

use super::params::Name;
use crate::app::Shared;
use crate::page;
use crate::sandbox::{DEMO_LOGO, FLINKS_LOGO, OAUTH_LOGO};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

pub async fn logo(State(app): State<Shared>, Name(file): Name) -> Response {
    let picture = match file.as_str() {
        "demo.svg" => DEMO_LOGO,
        "FlinksCapital.svg" => FLINKS_LOGO,
        "oauth-bank.svg" | "oauth-bank-coop.svg" => OAUTH_LOGO,
        _ => return page::not_found(&app),
    };
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    (headers, picture).into_response()
}
