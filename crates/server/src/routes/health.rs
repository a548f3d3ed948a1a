//! Whether the server runs and can do its work.

use crate::app::Shared;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The server takes requests only once everything is loaded, so to answer is to be ready.
pub async fn healthy() -> &'static str {
    "ok\n"
}

/// The database answers as well, and takes what is to be written.
pub async fn ready(State(app): State<Shared>) -> Response {
    let words = if app.readiness.is_leaving() {
        "the server stops\n"
    } else if app.readiness.look(&app.db).await {
        return "ok\n".into_response();
    } else {
        "the database takes no writes\n"
    };
    let retry = [(header::RETRY_AFTER, "5")];
    (StatusCode::SERVICE_UNAVAILABLE, retry, words).into_response()
}
