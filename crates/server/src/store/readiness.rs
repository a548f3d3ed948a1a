//! Whether the database takes what is to be written.

use crate::store::Db;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// What was found when somebody asked last. Whoever asks again within a second hears the same, so that nobody keeps the
/// one writer busy by asking.
#[derive(Default)]
pub struct Readiness {
    found: Mutex<Option<(Instant, bool)>>,
    leaves: AtomicBool,
}

const FRESH: Duration = Duration::from_secs(1);

/// Whoever probes does not wait as long as whoever writes.
const PATIENCE: Duration = Duration::from_secs(2);

impl Readiness {
    /// The server is about to stop: whoever sends requests sends them to another one.
    pub fn leave(&self) {
        self.leaves.store(true, Ordering::Relaxed);
    }

    pub fn is_leaving(&self) -> bool {
        self.leaves.load(Ordering::Relaxed)
    }

    pub async fn look(&self, db: &Db) -> bool {
        let mut found = self.found.lock().await;
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
