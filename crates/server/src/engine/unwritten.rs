//! What became of syncs that could not be written down at once: polls hear of it from here, and it is written as soon as
//! the database takes it.

use crate::engine::mark::touch;
use crate::engine::sync::Syncs;
use crate::store::db::is_passing;
use crate::store::institutions;
use connect_core::api::{Institution, SyncStatus};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A sync that nobody follows is one that was begun longer ago than any request takes.
const UNFOLLOWED: SignedDuration = SignedDuration::from_secs(60);

/// How a sync has ended. The version is the one that was written last.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Kept(Institution),
    /// A connection whose first login was wrong is not kept.
    Removed(Institution),
}

impl End {
    fn institution(&self) -> &Institution {
        match self {
            End::Kept(institution) | End::Removed(institution) => institution,
        }
    }

    /// As it is told before it is written: with the version that it will have. `None`: it is gone.
    pub fn told(&self) -> Option<Institution> {
        match self {
            End::Kept(institution) => Some(Institution {
                version: institution.version + 1,
                ..institution.clone()
            }),
            End::Removed(_) => None,
        }
    }
}

/// By the institutions' ids.
#[derive(Default)]
pub struct Unwritten(Mutex<HashMap<String, End>>);

impl Unwritten {
    pub fn get(&self, id: &str) -> Option<End> {
        self.all().get(id).cloned()
    }

    pub fn remove(&self, id: &str) {
        self.all().remove(id);
    }

    fn keep(&self, end: End) {
        let id = end.institution().id.clone();
        self.all().insert(id, end);
    }

    /// Unless it is another one by now.
    fn written(&self, end: &End) {
        let mut all = self.all();
        let id = &end.institution().id;
        if all.get(id) == Some(end) {
            all.remove(id);
        }
    }

    fn ends(&self) -> Vec<End> {
        self.all().values().cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, End>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Syncs {
    /// A step on the way: when it cannot be written now, the sync goes on without telling of it.
    /// `false`: another sync has taken over, or the institution is gone.
    pub(super) async fn write_progress(&self, institution: &mut Institution) -> sqlx::Result<bool> {
        match institutions::update(&self.0.db, institution).await {
            Ok(written) => {
                if written {
                    self.tell(&institution.id);
                }
                Ok(written)
            }
            Err(error) if is_passing(&error) => {
                tracing::warn!(institution = institution.id, %error, "a step of a sync is not written down");
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// Writes down how a sync has ended. What cannot be written now is told to its polls and written later.
    pub(super) async fn write_end(&self, end: End) {
        let id = end.institution().id.clone();
        let written = self.try_end(&end).await;
        if let Err(error) = &written {
            tracing::error!(institution = id, %error, "the end of a sync waits to be written down");
            self.0.unwritten.keep(end);
        }
        self.tell(&id);
    }

    async fn try_end(&self, end: &End) -> sqlx::Result<()> {
        match end {
            End::Kept(institution) => {
                let mut institution = institution.clone();
                institutions::update(&self.0.db, &mut institution).await?;
            }
            End::Removed(institution) => {
                institutions::delete_unchanged(&self.0.db, institution).await?;
            }
        }
        Ok(())
    }

    /// How this institution's last sync has ended, while the database does not know it yet.
    pub fn unwritten(&self, id: &str) -> Option<End> {
        self.0.unwritten.get(id)
    }

    /// Before anything is done with an institution, the end of its last sync is written down.
    pub async fn settle(&self, id: &str) -> sqlx::Result<()> {
        match self.0.unwritten.get(id) {
            Some(end) => self.settle_one(&end).await,
            None => Ok(()),
        }
    }

    /// Writes what could not be written before; tells whether nothing is left.
    pub async fn settle_all(&self) -> bool {
        for end in self.0.unwritten.ends() {
            if self.settle_one(&end).await.is_err() {
                return false;
            }
        }
        true
    }

    async fn settle_one(&self, end: &End) -> sqlx::Result<()> {
        self.try_end(end).await?;
        self.0.unwritten.written(end);
        let id = &end.institution().id;
        tracing::info!(institution = id, "the end of a sync is written down now");
        self.tell(id);
        Ok(())
    }

    /// Puts down those syncs to be done again that nobody follows any more, whatever has become of their tasks.
    pub async fn sweep(&self, now: Timestamp) -> sqlx::Result<()> {
        let before = now - UNFOLLOWED;
        for mut institution in institutions::syncing_since_before(&self.0.db, before).await? {
            if self.is_followed(&institution.id) {
                continue;
            }
            institution.sync_status = SyncStatus::Retry;
            institution.sync_error = None;
            touch(&mut institution);
            if institutions::update(&self.0.db, &mut institution).await? {
                tracing::warn!(
                    institution = institution.id,
                    "a sync that nobody followed is rescheduled"
                );
                self.tell(&institution.id);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::institutions::{New, Owner};
    use crate::store::scratch::Scratch;
    use connect_core::api::SyncDetails;
    use std::time::Duration;

    const THEN: i64 = 1_700_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of this century")
    }

    #[tokio::test]
    async fn a_sync_that_nobody_follows_is_rescheduled_after_a_minute() {
        let scratch = Scratch::new();
        let db = scratch.open().await;
        let syncs = Syncs::new(db.clone(), Duration::from_secs(600));
        let owner = Owner {
            client: "shop".into(),
            user: "ann".into(),
            scope: None,
        };
        let left = Institution {
            id: "left".into(),
            name: "Demo".into(),
            provider: "demo".into(),
            authorized: None,
            sync_status: SyncStatus::Syncing,
            sync_error: None,
            sync_status_details: Some(SyncDetails {
                date: at(THEN).to_string(),
                step: None,
            }),
            accounts: None,
            login_id: None,
            exchange_code: None,
            consent_expires_at: None,
            warnings: Vec::new(),
            version: 0,
        };
        let kept = institutions::insert(&db, &owner, &left, New::default()).await;
        kept.expect("it is written");
        let status = async || {
            let found = institutions::find(&db, &owner, "left").await;
            found.expect("it works").expect("it is there").sync_status
        };
        syncs.sweep(at(THEN + 60)).await.expect("it works");
        assert_eq!(status().await, SyncStatus::Syncing);
        syncs.sweep(at(THEN + 61)).await.expect("it works");
        assert_eq!(status().await, SyncStatus::Retry);
        db.close().await;
    }
}
