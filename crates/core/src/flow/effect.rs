//! Orders to the outside world. This enum is all that the flow can do to it.

use super::{Call, Report};
use crate::Secret;

/// Names one question to the outside world; its answer brings it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u32);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the host for the session's token.
    AskForToken,
    /// Send this token with every call from now on.
    UseToken(Secret),
    /// Ask the backend; the answer is an `Answered` event.
    Call { ticket: Ticket, call: Call },
    /// Send a `Woke` event after so many milliseconds.
    WakeAfter { ticket: Ticket, millis: u32 },
    /// Nobody waits for this any more: abort the call, stop the timer.
    Cancel(Ticket),
    /// Tell the host.
    Tell(Report),
}
