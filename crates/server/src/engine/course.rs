//! A sync that goes through an aggregator: one call after the other, and what must not be lost is written down in between.

use crate::aggregators::{Aggregator, Cause, Failed, Held, Progress, Stage, Upstream};
use crate::audit::{self, Who};
use crate::engine::accounts;
use crate::engine::causes::{self, End};
use crate::engine::mark::{duplicate, enter, fail, touch};
use crate::engine::sync::Syncs;
use crate::engine::work::Closing;
use crate::store::course::{self, Course};
use crate::store::institutions::Owner;
use connect_core::Secret;
use connect_core::api::{Institution, SyncStatus, SyncStep};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is asked of which aggregator.
#[derive(Clone)]
pub struct Errand {
    pub id: String,
    pub aggregator: Arc<dyn Aggregator>,
    pub job: Job,
}

#[derive(Clone)]
pub enum Job {
    Login {
        bank: String,
        credentials: BTreeMap<String, Secret>,
    },
    Refresh {
        interactive: bool,
    },
}

impl Errand {
    /// The same connection once more, without credentials: those are not kept.
    pub fn again(&self, interactive: bool) -> Errand {
        Errand {
            job: Job::Refresh { interactive },
            ..self.clone()
        }
    }

    async fn first(&self, held: Option<&Held>) -> Result<Progress, Failing> {
        let progress = match &self.job {
            Job::Login { bank, credentials } => self.aggregator.begin(bank, credentials).await?,
            Job::Refresh { interactive } => match held {
                Some(held) => self.aggregator.refresh(held, *interactive).await?,
                None => {
                    return Err(Failing::Said(Failed {
                        message: Some("No login has come about before; the bank needs it.".into()),
                        ..Cause::LoginRefused.into()
                    }));
                }
            },
        };
        Ok(progress)
    }
}

/// Why a step has brought nothing.
enum Failing {
    Said(Failed),
    Upstream(Upstream),
}

impl From<Upstream> for Failing {
    fn from(error: Upstream) -> Failing {
        Failing::Upstream(error)
    }
}

/// Whose sync it is, and which one.
pub(super) struct Following<'a> {
    pub only_of: &'a Option<Owner>,
    pub began: u64,
    pub whose: &'a Who,
}

impl Syncs {
    /// Goes on until the sync has ended, or another one has taken over.
    pub(super) async fn follow(
        &self,
        institution: &mut Institution,
        errand: &Errand,
        of: Following<'_>,
    ) -> sqlx::Result<()> {
        let kept = course::find(&self.0.db, &institution.id).await?;
        let mut course = kept.unwrap_or_else(|| Course {
            aggregator: errand.id.clone(),
            held: None,
            offered: Vec::new(),
        });
        let mut step = errand.first(course.held.as_ref()).await;
        loop {
            let Progress { held, stage, after } = match step {
                Ok(progress) => progress,
                Err(failing) => return self.end_badly(institution, errand, failing, &of).await,
            };
            if let Some(held) = held {
                course.held = Some(held);
                if !course::keep(&self.0.db, institution, &course).await? {
                    return Ok(());
                }
            }
            match stage {
                Stage::Working(at) => {
                    if at == SyncStep::Accounts && self.is_second(institution, of.only_of).await? {
                        fail(institution, duplicate());
                        return self
                            .close(institution, closing("DuplicateConnectionError"), &of)
                            .await;
                    }
                    enter(institution, Some(at));
                    if !self.write_progress(institution).await? {
                        return Ok(());
                    }
                }
                Stage::Done(found) => {
                    let _connecting = self.0.connecting.lock().await;
                    if self.is_second(institution, of.only_of).await? {
                        fail(institution, duplicate());
                        return self
                            .close(institution, closing("DuplicateConnectionError"), &of)
                            .await;
                    }
                    for warning in &found.warnings {
                        tracing::warn!(
                            institution = institution.id,
                            aggregator = errand.id,
                            "a part of the connection could not be read: {}",
                            warning.message
                        );
                    }
                    let known = institution.accounts.take();
                    let joined = accounts::joined(
                        &institution.id,
                        known.as_deref(),
                        &mut course.offered,
                        found.accounts,
                    );
                    institution.accounts = Some(joined);
                    if !course::keep(&self.0.db, institution, &course).await? {
                        return Ok(());
                    }
                    institution.sync_status = SyncStatus::Ok;
                    return self.close(institution, closing("ok"), &of).await;
                }
                Stage::Failed(failed) => {
                    let failing = Failing::Said(failed);
                    return self.end_badly(institution, errand, failing, &of).await;
                }
            }
            tokio::time::sleep(after).await;
            step = match &course.held {
                Some(held) => errand.aggregator.look(held).await.map_err(Failing::from),
                None => Err(Failing::Said(Cause::TryLater.into())),
            };
        }
    }

    async fn end_badly(
        &self,
        institution: &mut Institution,
        errand: &Errand,
        failing: Failing,
        of: &Following<'_>,
    ) -> sqlx::Result<()> {
        let stands = institution.accounts.is_some();
        let failed = match failing {
            Failing::Said(failed) => failed,
            Failing::Upstream(error) => {
                let id = &errand.id;
                match &error {
                    Upstream::Misconfigured(_) => tracing::error!(aggregator = id, "{error}"),
                    _ => tracing::warn!(aggregator = id, "{error}"),
                }
                causes::of_upstream(&error).into()
            }
        };
        let removed = failed.removes && !stands;
        let outcome = match causes::end(failed, stands) {
            End::Error(error) => {
                let outcome = audit::error_outcome(&error.name);
                fail(institution, error);
                outcome
            }
            End::Retry => {
                institution.sync_status = SyncStatus::Retry;
                institution.sync_error = None;
                "retry"
            }
        };
        let closing = Closing { removed, outcome };
        self.close(institution, closing, of).await
    }

    async fn close(
        &self,
        institution: &mut Institution,
        closing: Closing,
        of: &Following<'_>,
    ) -> sqlx::Result<()> {
        touch(institution);
        self.close_sync(institution, None, closing, of.began, of.whose)
            .await;
        Ok(())
    }
}

fn closing(outcome: &'static str) -> Closing {
    Closing {
        removed: false,
        outcome,
    }
}
