//! What will happen in a sync: the steps it goes through, and how it ends.

use super::Question;
use connect_core::api::{SyncError, SyncStep};
use std::time::Duration;

const AFTER_LOGIN: [SyncStep; 5] = [
    SyncStep::Accounts,
    SyncStep::Investments,
    SyncStep::Positions,
    SyncStep::Transactions,
    SyncStep::Documents,
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    pub steps: Vec<SyncStep>,
    /// The sync stays in this step for so long.
    pub hold: Option<(SyncStep, Duration)>,
    pub ending: Ending,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Connected,
    Asked(Question),
    LoginRefused(SyncError),
    Failed(SyncError),
    /// It has broken off and will be done again.
    Crashed,
}

impl Script {
    /// Everything went well after these first steps.
    pub fn connecting(first: &[SyncStep]) -> Script {
        let steps = [first, &AFTER_LOGIN].concat();
        Script {
            steps,
            hold: None,
            ending: Ending::Connected,
        }
    }

    pub fn holding(mut self, step: SyncStep, time: Duration) -> Script {
        self.hold = Some((step, time));
        self
    }

    pub fn asking(at: SyncStep, question: Question) -> Script {
        Script {
            steps: vec![at],
            hold: None,
            ending: Ending::Asked(question),
        }
    }

    pub fn refusing(at: SyncStep, error: SyncError) -> Script {
        Script {
            steps: vec![at],
            hold: None,
            ending: Ending::LoginRefused(error),
        }
    }

    /// The bank says no before it lets anybody in.
    pub fn failing(error: SyncError) -> Script {
        Script {
            steps: vec![SyncStep::Login],
            hold: None,
            ending: Ending::Failed(error),
        }
    }

    /// Something goes wrong while data is read.
    pub fn breaking(ending: Ending) -> Script {
        let steps = vec![SyncStep::Login, SyncStep::Accounts, SyncStep::Transactions];
        Script {
            steps,
            hold: None,
            ending,
        }
    }
}
