//! Whether the server runs and can do its work.

use crate::app::Shared;
use crate::store::Db;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// The server takes requests only once everything is loaded, so to answer is to be ready.
pub async fn healthy() -> &'static str {
    "ok\n"
}

/// The database answers as well, and takes what is to be written.
pub async fn ready(State(app): State<Shared>) -> Response {
    match app.readiness.look(&app.db).await {
        true => "ok\n".into_response(),
        false => {
            let retry = [(header::RETRY_AFTER, "5")];
            (
                StatusCode::SERVICE_UNAVAILABLE,
                retry,
                "the database takes no writes\n",
            )
                .into_response()
        }
    }
}

/// What was found when somebody asked last. Whoever asks again within a second hears the same, so that nobody keeps the
/// one writer busy by asking.
#[derive(Default)]
pub struct Readiness(Mutex<Option<(Instant, bool)>>);

const FRESH: Duration = Duration::from_secs(1);

/// Whoever probes does not wait as long as whoever writes.
const PATIENCE: Duration = Duration::from_secs(2);

impl Readiness {
    async fn look(&self, db: &Db) -> bool {
        let mut found = self.0.lock().await;
        if let Some((_, ready)) = found.filter(|(at, _)| at.elapsed() < FRESH) {
            return ready;
        }
        let ready = match tokio::time::timeout(PATIENCE, db.takes_writes()).await {
            Ok(Ok(true)) => true,
            Ok(Ok(false)) => {
                tracing::error!("what is written to the database is not there for readers");
                false
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the database takes no writes");
                false
            }
            Err(_) => {
                tracing::warn!("the database takes no writes within {PATIENCE:?}");
                false
            }
        };
        *found = Some((Instant::now(), ready));
        ready
    }
}
