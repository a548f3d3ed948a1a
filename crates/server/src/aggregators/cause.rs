//! Everything that an aggregator can end with, as a closed list: what the contract calls it is one table in the engine.

use std::time::Duration;
use url::Url;

/// Why a connection does not come about, or does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "the list is whole, so that its table is; not every aggregator ends in every way"
)]
pub enum Cause {
    /// The user name, the password, the token or the answer is wrong.
    LoginRefused,
    /// The bank has locked the user's access.
    Locked,
    /// The user has to do something elsewhere first, at this address if it is known.
    ActionNeeded { at: Option<Url> },
    /// The user, or the bank for them, has said no.
    Denied,
    /// It stood once, and the bank's permission has ended.
    ConsentEnded,
    /// There is no account that could be connected.
    NoAccounts,
    /// The bank, or the way to it, is not there for now.
    BankDown,
    /// It may work when the user begins anew.
    TryLater,
    /// Too many calls; the connection is well.
    RateLimited { after: Option<Duration> },
    /// It has broken off on the way and is done again by itself.
    BrokenOff,
    /// The user has this connection already.
    Duplicate,
    /// None of these: the aggregator's own name for it, which is not shown as it is.
    Unknown { code: String },
}

/// A failure with what was said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    pub cause: Cause,
    /// For developers; the engine has a sentence for each cause.
    pub message: Option<String>,
    /// The bank's own words, for the user.
    pub words: Option<String>,
    /// A new connection is not kept after this: the other side has removed it, too.
    pub removes: bool,
}

impl From<Cause> for Failed {
    fn from(cause: Cause) -> Failed {
        Failed {
            cause,
            message: None,
            words: None,
            removes: false,
        }
    }
}

impl Failed {
    /// With what the bank says to its user.
    pub fn saying(cause: Cause, words: impl Into<String>) -> Failed {
        Failed {
            words: Some(words.into()),
            ..Failed::from(cause)
        }
    }
}

/// Why a call to an aggregator has brought nothing. Never holds a body, an address with a secret, or a header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Upstream {
    /// The operator has to do something: keys, registration, an address that is not allowed.
    #[error("the operator has to do something: {0}")]
    Misconfigured(String),
    #[error("too many calls")]
    RateLimited(Option<Duration>),
    #[error("it cannot be reached, or has failed: {0}")]
    Down(String),
    #[error("it took too long")]
    Timeout,
    /// It has answered what it never should.
    #[error("its answer cannot be understood: {0}")]
    Protocol(String),
}
