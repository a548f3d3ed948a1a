//! Orders to the outside world. This enum is all that the flow can do to it.

use super::{Call, Report};
use crate::Secret;
use crate::launch::{Kept, Look};

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
    /// Make a nonce and a PKCE verifier; the answer is a `ProofMade` event, at once: within the same click.
    MakeProof { ticket: Ticket },
    /// Open a window at once: within the click that caused it. Ends with a `PopupBlocked`, a `PopupTookThis` or a
    /// `PopupClosed` event.
    OpenPopup { ticket: Ticket, address: String },
    /// The same window goes to another address and comes to the front.
    SendPopup { ticket: Ticket, address: String },
    /// The top window goes to this address.
    Leave(String),
    /// Nobody waits for this any more: abort the call, stop the timer, close the window.
    Cancel(Ticket),
    /// Keep this for a reload of the page; `None` forgets it.
    Keep(Option<Kept>),
    /// Show these colours.
    Dress(Look),
    /// Tell the host.
    Tell(Report),
}
