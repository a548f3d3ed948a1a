//! What a sync is to do, who does it, and how it is closed.

use crate::aggregators::sandbox::{Ending, Question, Script};
use crate::audit::{self, Who};
use crate::engine::course::Errand;
use crate::store::institutions::Owner;
use connect_core::api::{SyncStep, error_name};

/// What a sync does, and what holds for it in the session that has started it.
#[derive(Clone)]
pub struct Run {
    pub work: Work,
    /// The id of the login that this work is the answer to.
    pub login: Option<String>,
    /// Whose only connection to its bank this must become.
    pub only_of: Option<Owner>,
    /// For the audit log.
    pub whose: Who,
}

/// Who does a sync, and what.
#[derive(Clone)]
pub enum Work {
    /// A test bank.
    Script(Box<Script>),
    Aggregator(Errand),
}

impl Work {
    /// Where the sync stands before anything has come back.
    pub fn first_step(&self) -> Option<SyncStep> {
        match self {
            Work::Script(script) => script.steps.first().copied(),
            Work::Aggregator(_) => Some(SyncStep::Login),
        }
    }

    /// The same anew.
    pub(super) fn again(&self) -> Work {
        match self {
            Work::Script(script) => Work::Script(script.clone()),
            Work::Aggregator(errand) => Work::Aggregator(errand.again(true)),
        }
    }
}

/// How a sync is closed.
pub(super) struct Closing {
    /// The connection is not kept.
    pub removed: bool,
    /// For the audit log.
    pub outcome: &'static str,
}

/// Work with the login that it goes on with.
#[derive(Clone)]
pub struct Continuation {
    pub work: Work,
    pub login: LoginOf,
    /// The question that somebody's answer has led to this.
    pub answered: Option<Question>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginOf {
    /// The one of the run that the work was taken from.
    Run(Option<String>),
    /// The one that is written down with the institution from which the work was made.
    Institution,
}

/// How the audit log calls an end: `ok`, `retry`, or the error's name.
pub(super) fn outcome(ending: &Ending) -> &'static str {
    match ending {
        Ending::Connected(_) => "ok",
        Ending::Crashed => "retry",
        Ending::Asked(_) => error_name::SECURITY_QUESTION,
        Ending::LoginRefused(error) | Ending::Failed(error) => audit::error_outcome(&error.name),
    }
}
