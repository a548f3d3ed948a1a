//! What will happen in a sync: the steps it goes through, and how it ends.

use super::{Holdings, Question};
use connect_core::api::{SyncError, SyncStep};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const AFTER_LOGIN: [SyncStep; 5] = [
    SyncStep::Accounts,
    SyncStep::Investments,
    SyncStep::Positions,
    SyncStep::Transactions,
    SyncStep::Documents,
];

/// How many steps' time a person takes to confirm something in the bank's own app.
const APPROVAL: u32 = 24;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    pub steps: Vec<SyncStep>,
    /// Each step takes so many times as long as usual.
    pub pace: u32,
    /// The sync stays in this step for so long.
    pub hold: Option<(SyncStep, Duration)>,
    /// In the step `2fa` the user is told this, confirms it elsewhere, and the sync goes on.
    pub approval: Option<SyncError>,
    pub ending: Ending,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    Connected(Holdings),
    Asked(Question),
    LoginRefused(SyncError),
    Failed(SyncError),
    /// It has broken off and will be done again.
    Crashed,
}

impl Script {
    pub fn new(steps: Vec<SyncStep>, ending: Ending) -> Script {
        Script {
            steps,
            pace: 1,
            hold: None,
            approval: None,
            ending,
        }
    }

    /// Everything went well after these first steps.
    pub fn connecting(first: &[SyncStep]) -> Script {
        let steps = [first, &AFTER_LOGIN].concat();
        Script::new(steps, Ending::Connected(Holdings::Usual))
    }

    pub fn holding(mut self, step: SyncStep, time: Duration) -> Script {
        self.hold = Some((step, time));
        self
    }

    pub fn asking(at: SyncStep, question: Question) -> Script {
        Script::new(vec![at], Ending::Asked(question))
    }

    pub fn refusing(at: SyncStep, error: SyncError) -> Script {
        Script::new(vec![at], Ending::LoginRefused(error))
    }

    /// The bank says no before it lets anybody in.
    pub fn failing(error: SyncError) -> Script {
        Script::new(vec![SyncStep::Login], Ending::Failed(error))
    }

    /// Something goes wrong while data is read.
    pub fn breaking(ending: Ending) -> Script {
        let steps = vec![SyncStep::Login, SyncStep::Accounts, SyncStep::Transactions];
        Script::new(steps, ending)
    }

    /// What the user is told while the sync is in this step.
    pub fn approval_in(&self, step: SyncStep) -> Option<&SyncError> {
        self.approval
            .as_ref()
            .filter(|_| step == SyncStep::TwoFactor)
    }

    /// How long the sync stays in a step that usually takes `usual`.
    pub fn time_in(&self, step: SyncStep, usual: Duration) -> Duration {
        if self.approval_in(step).is_some() {
            return usual * APPROVAL;
        }
        let held = self.hold.filter(|(held, _)| *held == step);
        usual * self.pace + held.map_or(Duration::ZERO, |(_, time)| time)
    }
}
