//! The pictures of banks: the test banks' own, and those that aggregators have named.

use crate::aggregators::sandbox::Bank;
use crate::app::Shared;
use crate::http::page;
use crate::http::params::Name;
use crate::store::providers;
use axum::extract::{Path, State};
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

/// The address names what the catalogue knows; where that is to be had nobody can say from outside.
pub async fn of_aggregator(
    State(app): State<Shared>,
    path: Option<Path<(String, String)>>,
) -> Response {
    let Some(Path((aggregator, hash))) = path else {
        return page::not_found();
    };
    let Some(member) = app.aggregators.find(&aggregator) else {
        return page::not_found();
    };
    let address = match providers::logo(&app.db, &aggregator, &hash).await {
        Ok(address) => address,
        Err(error) => {
            tracing::error!(%error, "a logo cannot be looked up");
            None
        }
    };
    let Some(address) = address else {
        return page::not_found();
    };
    let Some(picture) = app.logos.picture(&address, member.is_local).await else {
        return page::not_found();
    };
    let headers = [
        (header::CONTENT_TYPE, picture.media_type),
        // A week: the bank may have another one at the same address.
        (header::CACHE_CONTROL, "public, max-age=604800"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    (headers, picture.bytes).into_response()
}
