//! Writes down how syncs go and how they have ended, as soon as the database takes it.

use crate::engine::sync::Syncs;
use crate::engine::unwritten::End;
use crate::engine::work::Track;
use crate::store::db::is_passing;
use crate::store::institutions;

impl Syncs {
    /// A step on the way: when it cannot be written now, the sync goes on without telling of it.
    /// `false`: another sync has taken over, or the institution is gone.
    pub(super) async fn write_progress(&self, track: &mut Track) -> sqlx::Result<bool> {
        let Track {
            institution,
            course,
            ..
        } = track;
        match institutions::update_with(&self.0.db, institution, course).await {
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
            End::Kept(institution, course) => {
                let (mut institution, mut course) = (institution.clone(), course.clone());
                institutions::update_with(&self.0.db, &mut institution, &mut course).await?;
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
}
