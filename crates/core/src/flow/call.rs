//! Calls to the backend and what can come back, without a word about HTTP libraries.

use crate::Secret;
use crate::api::{Institution, KeptOAuth, Listing, OAuthResult, Problem, Provider, Session, code};

/// What the flow can ask a backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `GET /v1/session`
    Session {
        origin: Option<String>,
        redirect_uri: Option<String>,
    },
    /// `GET /v1/providers`
    Providers {
        search: String,
        cursor: Option<String>,
    },
    /// `GET /v1/providers/{id}`
    Provider { id: String },
    /// `POST /v1/institutions`
    Create {
        name: String,
        provider: String,
        credentials: Vec<(String, Secret)>,
        /// The same until the backend has answered, so that a login that is sent again makes no second connection.
        key: String,
        job_types: Vec<String>,
        /// What the host asks of the backend beyond the contract.
        options: Vec<(String, String)>,
    },
    /// `GET /v1/institutions/{id}`
    Institution { id: String },
    /// `GET /v1/institutions/{id}/poll?v=`
    Poll { id: String, version: u64 },
    /// `PUT /v1/institutions/{id}` with credentials
    Login {
        id: String,
        credentials: Vec<(String, Secret)>,
    },
    /// `PUT /v1/institutions/{id}` with an answer
    Answer { id: String, answer: Secret },
    /// `PUT /v1/institutions/{id}`: send the code anew
    Resend { id: String },
    /// `PUT /v1/institutions/{id}` with the accounts that the user chose
    SelectAccounts { id: String, accounts: Vec<String> },
    /// `POST /v1/institutions/{id}/sync`, interactive and forced
    Sync { id: String },
    /// `DELETE /v1/institutions/{id}`
    Delete { id: String },
    /// `GET /v1/oauth/{nonce}`; the backend waits for news, or says at once what it knows.
    OAuthResult { nonce: String, wait: bool },
    /// `PUT /v1/oauth/{nonce}`
    KeepOAuth { nonce: String, kept: KeptOAuth },
}

/// A good answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Session(Box<Session>),
    Providers(Listing),
    Provider(Box<Provider>),
    Institution(Box<Institution>),
    /// 304: a poll without news.
    Unchanged,
    OAuth(Box<OAuthResult>),
    /// 204.
    Done,
}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// No answer came: refused, offline, or no answer in time.
    Unreachable,
    /// An answer came that cannot be read.
    Unreadable,
    /// The backend said no.
    Refused {
        status: u16,
        problem: Problem,
        /// Seconds, from Retry-After.
        retry_after: Option<u32>,
    },
}

/// What a failed call means for the flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The same call may succeed later.
    Passing(Trouble),
    TokenExpired,
    TokenInvalid,
    /// 404.
    NotFound,
    /// Anything else that the backend will not do; asking again does not help.
    No(Problem),
}

/// Why something is being tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Unreachable,
    /// 5xx, or an answer that makes no sense.
    ServerError,
    /// 503: the backend asked us to wait so many seconds.
    Busy {
        seconds: u32,
    },
    /// 429: there were too many tries; the next one counts in so many seconds.
    TooMany {
        seconds: u32,
    },
}

/// Nobody waits longer before it is tried again, in seconds; whoever still has to is told so then.
const LONGEST_WAIT: u32 = 3_600;

impl CallError {
    /// What is wrong with an answer that is not the one that was asked for.
    pub(super) fn of(answer: Result<Answer, CallError>) -> CallError {
        answer.err().unwrap_or(CallError::Unreadable)
    }

    pub(super) fn meaning(self) -> Meaning {
        match self {
            CallError::Unreachable => Meaning::Passing(Trouble::Unreachable),
            CallError::Unreadable => Meaning::Passing(Trouble::ServerError),
            CallError::Refused {
                status,
                problem,
                retry_after,
            } => match (
                status,
                retry_after.map(|seconds| seconds.clamp(1, LONGEST_WAIT)),
            ) {
                (401, _) if problem.code == code::TOKEN_EXPIRED => Meaning::TokenExpired,
                (401, _) => Meaning::TokenInvalid,
                (404, _) => Meaning::NotFound,
                (429, Some(seconds)) => Meaning::Passing(Trouble::TooMany { seconds }),
                (503, Some(seconds)) => Meaning::Passing(Trouble::Busy { seconds }),
                (408 | 429 | 500.., _) => Meaning::Passing(Trouble::ServerError),
                _ => Meaning::No(problem),
            },
        }
    }
}

impl Trouble {
    /// How long the backend asked us to wait.
    pub fn seconds(self) -> Option<u32> {
        match self {
            Trouble::Busy { seconds } | Trouble::TooMany { seconds } => Some(seconds),
            Trouble::Unreachable | Trouble::ServerError => None,
        }
    }

    /// How long to wait before attempt number `attempt` (0, 1, …), in milliseconds.
    pub(super) fn pause(self, attempt: u32) -> u32 {
        match self.seconds() {
            Some(seconds) => seconds * 1_000,
            None => (500 << attempt.min(4)).min(8_000),
        }
    }
}
