//! Whether the server runs and can do its work.

use crate::app::Shared;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The server takes requests only once everything is loaded, so to answer is to be ready.
pub async fn healthy() -> &'static str {
    "ok\n"
}

/// The database answers as well.
pub async fn ready(State(app): State<Shared>) -> Response {
    match sqlx::query("SELECT 1").execute(app.db.reader()).await {
        Ok(_) => "ok\n".into_response(),
        Err(_) => {
            let retry = [(header::RETRY_AFTER, "5")];
            (
                StatusCode::SERVICE_UNAVAILABLE,
                retry,
                "the database does not answer\n",
            )
                .into_response()
        }
    }
}
