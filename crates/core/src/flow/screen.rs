//! Which screen a state shows, and what hosts call it.

use super::state::Wait;
use super::{Connecting, State};

/// The kind of screen that a state shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Starting,
    Consent,
    Search,
    Warning,
    Credentials,
    OAuth,
    Connecting,
    Question,
    Accounts,
    Success,
    Failure,
    SessionExpired,
    Ended,
}

impl State {
    pub fn screen(&self) -> Screen {
        match self {
            State::Starting(_) => Screen::Starting,
            State::Consent(_) => Screen::Consent,
            State::Search(_) => Screen::Search,
            State::Warning(_) => Screen::Warning,
            State::Preparing(_) | State::Credentials(_) => Screen::Credentials,
            State::OAuth(_) => Screen::OAuth,
            State::Connecting(connecting) if connecting.approval.is_some() => Screen::Question,
            State::Connecting(_) => Screen::Connecting,
            State::Question(_) => Screen::Question,
            State::Accounts(_) => Screen::Accounts,
            State::Success(_) => Screen::Success,
            State::Failed(_) => Screen::Failure,
            State::Expired(_) => Screen::SessionExpired,
            State::Ended(_) => Screen::Ended,
        }
    }

    /// Changes whenever the screen must be built anew, and only then.
    pub fn key(&self) -> (Screen, u32) {
        let number = match self {
            State::Credentials(credentials) => credentials.form.0,
            State::Question(question) => question.form.0,
            State::Accounts(accounts) => accounts.form.0,
            State::Connecting(connecting) => connecting.approval_number(),
            State::Starting(_)
            | State::Consent(_)
            | State::Search(_)
            | State::Preparing(_)
            | State::Warning(_)
            | State::OAuth(_)
            | State::Success(_)
            | State::Failed(_)
            | State::Expired(_)
            | State::Ended(_) => 0,
        };
        (self.screen(), number)
    }
}

impl Connecting {
    /// Another one asks for something else.
    fn approval_number(&self) -> u32 {
        match (&self.approval, &self.wait) {
            (Some(_), Wait::Poll { version, .. }) => *version as u32,
            _ => 0,
        }
    }
}

impl Screen {
    /// The stable name that hosts see.
    pub fn name(self) -> &'static str {
        match self {
            Screen::Starting => "starting",
            Screen::Consent => "consent",
            Screen::Search => "search",
            Screen::Warning => "warning",
            Screen::Credentials => "credentials",
            Screen::OAuth => "oauth",
            Screen::Connecting => "connecting",
            Screen::Question => "question",
            Screen::Accounts => "accounts",
            Screen::Success => "success",
            Screen::Failure => "failure",
            Screen::SessionExpired => "session_expired",
            Screen::Ended => "ended",
        }
    }
}
