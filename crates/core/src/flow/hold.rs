//! A try that the backend takes only later: until then nothing that the user sends is taken here either.

use super::{Event, Machine, Notice, Ticket, Trouble};

impl Machine {
    /// The next try is the user's; if the backend has said when it takes one, not before.
    pub(super) fn hold(&mut self, trouble: Trouble) {
        let seconds = trouble.seconds();
        self.held = seconds.map(|seconds| self.wake_after(seconds * 1_000));
    }

    pub(super) fn hold_after(&mut self, notice: Option<Notice>) {
        if let Some(Notice::NotSent(trouble)) = notice {
            self.hold(trouble);
        }
    }

    /// What the user sends is not taken until this timer has run out.
    pub fn held(&self) -> Option<Ticket> {
        self.held
    }

    /// This timer still runs.
    pub fn waits_for(&self, timer: Ticket) -> bool {
        self.open.contains(&timer)
    }
}

impl Event {
    /// The user sends what they have typed or chosen, or goes to the bank's own site.
    pub(super) fn sends(&self) -> bool {
        matches!(
            self,
            Event::Submitted { .. }
                | Event::AnswerGiven { .. }
                | Event::AccountsChosen { .. }
                | Event::BankSiteClicked
        )
    }
}
