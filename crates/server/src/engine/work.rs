//! What a sync is to do, for whom, and how it is closed.

use crate::aggregators::{
    Aggregator, Answer, Cause, Failed, Held, Login, Progress, Psu, Upstream, Way,
};
use crate::audit::Who;
use crate::crypto::identity::Identity;
use crate::store::course::Course;
use crate::store::institutions::Owner;
use crate::traces;
use connect_core::Secret;
use connect_core::api::{Institution, SyncStep};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Whoever follows a sync looks after it at least so long after it was due.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// What a sync does, and what holds for it in the session that has started it.
pub struct Run {
    pub aggregator: Arc<dyn Aggregator>,
    pub job: Job,
    /// As it is written down.
    pub course: Course,
    /// Whose connection it is.
    pub owner: Owner,
    /// For the audit log.
    pub whose: Who,
}

/// The first call of a sync. What a user has typed is in it alone, and is wiped with it.
pub enum Job {
    Login {
        /// Names the user to the aggregator.
        user: String,
        bank: String,
        credentials: BTreeMap<String, Secret>,
        psu: Psu,
    },
    /// Back from the bank's page, whose way began with what is held here.
    Returned {
        held: Held,
        query: BTreeMap<String, Secret>,
    },
    /// What the user has brought back is no good, or cannot be looked at now.
    Refused(Cause),
    Answers(Vec<Secret>),
    Refresh {
        interactive: bool,
    },
    /// It goes on where it was.
    Look,
}

/// A sync that is being followed.
pub(super) struct Track {
    pub institution: Institution,
    pub course: Course,
    pub aggregator: Arc<dyn Aggregator>,
    pub owner: Owner,
    pub whose: Who,
    /// The institution's version at the start: it tells this sync from one that took over.
    pub began: u64,
    /// The connection has never come about.
    pub first: bool,
    /// What has begun it, for traces.
    pub cause: traces::Cause,
}

/// When somebody must look after it who finds it left behind.
pub fn due_after(pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    let due = Timestamp::now().checked_add(pause);
    due.and_then(|due| due.checked_add(LEASE))
        .unwrap_or(Timestamp::MAX)
}

/// Names a client's user to an aggregator, without telling who it is.
pub fn user_name(identity: &Identity, owner: &Owner) -> String {
    let page = owner.scope.as_deref().unwrap_or_default();
    identity.of(&["aggregator", &owner.client, &owner.user, page])
}

/// Why a call has brought nothing.
pub(super) enum Failing {
    Said(Box<Failed>),
    Upstream(Upstream),
    /// Questions were answered wrongly too often.
    Barred,
}

impl From<Failed> for Failing {
    fn from(failed: Failed) -> Failing {
        Failing::Said(Box::new(failed))
    }
}

impl From<Upstream> for Failing {
    fn from(error: Upstream) -> Failing {
        Failing::Upstream(error)
    }
}

impl Job {
    /// Where the sync stands before anything has come back.
    pub fn first_step(&self) -> SyncStep {
        match self {
            Job::Answers(_) => SyncStep::TwoFactor,
            _ => SyncStep::Login,
        }
    }

    /// A login that nothing is known of before its answer.
    pub fn sends(&self) -> bool {
        matches!(
            self,
            Job::Login { .. } | Job::Returned { .. } | Job::Refused(_)
        )
    }

    /// What it asks an aggregator for; `None`: nothing.
    pub(super) fn name(&self) -> Option<&'static str> {
        match self {
            Job::Login { .. } => Some("begin"),
            Job::Returned { .. } | Job::Answers(_) => Some("resume"),
            Job::Refused(_) => None,
            Job::Refresh { .. } => Some("refresh"),
            Job::Look => Some("look"),
        }
    }

    pub(super) async fn call(
        self,
        aggregator: &dyn Aggregator,
        course: &Course,
    ) -> Result<Progress, Failing> {
        let held = || {
            if course.barred {
                return Err(Failing::Barred);
            }
            course.current().ok_or_else(|| {
                Failing::from(Failed {
                    message: Some("No login has come about; the bank needs it again.".into()),
                    ..Cause::LoginRefused.into()
                })
            })
        };
        let progress = match &self {
            Job::Login {
                user,
                bank,
                credentials,
                psu,
            } => {
                let login = Login {
                    user,
                    bank,
                    way: Way::Credentials(credentials),
                    renews: course.current(),
                    psu,
                };
                aggregator.begin(login).await?
            }
            Job::Returned { held, query } => {
                let renews = course.current();
                let answer = Answer::Returned { query, renews };
                aggregator.resume(held, answer).await?
            }
            Job::Refused(cause) => {
                let refused = *cause == Cause::LoginRefused;
                let failed = Failed {
                    message: refused
                        .then(|| "The bank's code is not good, or not any more.".into()),
                    ..cause.clone().into()
                };
                return Err(failed.into());
            }
            Job::Answers(answers) => aggregator.resume(held()?, Answer::Texts(answers)).await?,
            Job::Refresh { interactive } => aggregator.refresh(held()?, *interactive).await?,
            Job::Look => aggregator.look(held()?).await?,
        };
        Ok(progress)
    }
}

/// How a sync is closed.
pub(super) struct Closing {
    /// The connection is not kept.
    pub removed: bool,
    /// For the audit log: `ok`, `retry`, or the error's name.
    pub outcome: &'static str,
}
