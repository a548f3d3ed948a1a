//! Why a call has brought nothing, and what that means: for a user, or for the operator.

use crate::aggregators::{Cause, Failed, Held, Progress, Stage, Upstream};
use std::time::Duration;

/// Where applications are registered, and accounts linked to them.
pub(super) const PANEL: &str = "https://enablebanking.com/cp/applications";

pub(super) const UNREGISTERED: &str =
    "Its redirect URLs do not hold the address that users come back to.";

pub(super) const UNLINKED: &str = "Enable Banking passes on no account of this bank. \
    While its application is in restricted mode, accounts are linked first in the control panel, enablebanking.com/cp.";

/// Why a call has brought nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Enable Banking has said what is wrong.
    Refused {
        code: String,
        failed: Box<Failed>,
    },
    /// A 404 without a word why.
    Missing,
    Upstream(Upstream),
}

impl From<Upstream> for Trouble {
    fn from(upstream: Upstream) -> Trouble {
        Trouble::Upstream(upstream)
    }
}

impl Trouble {
    /// What it comes to for a connection of which this is held.
    pub(super) fn at(self, held: Held) -> Result<Progress, Upstream> {
        match self {
            Trouble::Refused { failed, .. } => Ok(ended(held, *failed)),
            other => Err(other.upstream()),
        }
    }

    /// For a call that is about no connection.
    pub(super) fn upstream(self) -> Upstream {
        match self {
            Trouble::Upstream(upstream) => upstream,
            Trouble::Missing => Upstream::Protocol("it answers 404, and does not say why".into()),
            Trouble::Refused { code, failed } => match failed.cause {
                Cause::RateLimited { after } => Upstream::RateLimited(after),
                Cause::BankDown => Upstream::Down(code),
                _ => Upstream::Protocol(format!("it refuses the call: {code}")),
            },
        }
    }
}

pub(super) fn ended(held: Held, failed: Failed) -> Progress {
    Progress {
        held,
        stage: Stage::Failed(failed),
        after: Duration::ZERO,
    }
}
