//! `GET /openapi.json`: the published contract.

use crate::http::isolation::without_opener;
use axum::body::Bytes;
use axum::extract::Extension;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The document as it is sent.
#[derive(Clone)]
pub struct Document(pub Bytes);

pub async fn document(Extension(Document(bytes)): Extension<Document>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    let mut response = (headers, bytes).into_response();
    without_opener(response.headers_mut());
    response
}
