//! The failures the flow can end in, what each is called, and the ways on from it.

use crate::api::{Problem, SyncError, code, error_name};

/// Everything that can go wrong for good, each with words of its own on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The bank refused the login or an answer. Shown on the login form, not on a screen of its own.
    InvalidCredentials,
    UserActionRequired,
    TemporaryFailure,
    AccountLocked,
    NoAccounts,
    InstitutionUnavailable,
    ConsentDenied,
    DuplicateConnection,
    /// The sync runs again within the hour.
    Delayed,
    /// A bank's error that has no words here: its name.
    Provider {
        name: String,
    },
    UnknownProvider,
    UnknownInstitution,
    SessionExpired,
    InvalidToken,
    OriginNotAllowed,
    RedirectNotRegistered,
    /// Three minutes without news.
    Timeout,
    /// The backend refused the call: its code and reference.
    Server {
        code: String,
        reference: Option<String>,
    },
}

/// A button on a failure screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOn {
    /// The same again: sync once more, or ask the backend once more.
    TryAgain,
    /// Back to the login form.
    EditLogin,
    /// Back to the list of banks.
    OtherBank,
    /// Back to the app.
    Leave,
}

impl Failure {
    pub(super) fn of_sync(error: &SyncError) -> Failure {
        match error.name.as_str() {
            error_name::LOGIN_FAILED => Failure::InvalidCredentials,
            error_name::USER_ACTION_REQUIRED => Failure::UserActionRequired,
            error_name::TEMPORARY_FAILURE => Failure::TemporaryFailure,
            error_name::ACCOUNT_LOCKED => Failure::AccountLocked,
            error_name::NO_ACCOUNTS => Failure::NoAccounts,
            error_name::INSTITUTION_UNAVAILABLE => Failure::InstitutionUnavailable,
            error_name::CONSENT_DENIED => Failure::ConsentDenied,
            error_name::SESSION_EXPIRED => Failure::Provider {
                name: error.name.clone(),
            },
            error_name::DUPLICATE_CONNECTION => Failure::DuplicateConnection,
            name => Failure::Provider { name: name.into() },
        }
    }

    pub(super) fn of_problem(problem: Problem) -> Failure {
        match problem.code.as_str() {
            code::ORIGIN_NOT_ALLOWED => Failure::OriginNotAllowed,
            code::REDIRECT_URI_NOT_REGISTERED => Failure::RedirectNotRegistered,
            code::UNKNOWN_PROVIDER => Failure::UnknownProvider,
            _ => Failure::Server {
                code: problem.code,
                reference: problem.request_id,
            },
        }
    }

    /// The stable name that hosts see.
    pub fn code(&self) -> &'static str {
        match self {
            Failure::InvalidCredentials => "invalid_credentials",
            Failure::UserActionRequired => "user_action_required",
            Failure::TemporaryFailure => "temporary_failure",
            Failure::AccountLocked => "account_locked",
            Failure::NoAccounts => "no_accounts",
            Failure::InstitutionUnavailable => "institution_unavailable",
            Failure::ConsentDenied => "consent_denied",
            Failure::DuplicateConnection => "duplicate_connection",
            Failure::Delayed => "delayed",
            Failure::Provider { .. } => "provider_error",
            Failure::UnknownProvider => "unknown_provider",
            Failure::UnknownInstitution => "unknown_institution",
            Failure::SessionExpired => "session_expired",
            Failure::InvalidToken => "invalid_token",
            Failure::OriginNotAllowed => "origin_not_allowed",
            Failure::RedirectNotRegistered => "redirect_uri_not_registered",
            Failure::Timeout => "timeout",
            Failure::Server { .. } => "server_error",
        }
    }

    /// A sentence for the host's developers; users read the screen's own words.
    pub fn message(&self) -> String {
        let sentence = match self {
            Failure::InvalidCredentials => "The bank refused the login.",
            Failure::UserActionRequired => "The user must do something at the bank's site first.",
            Failure::TemporaryFailure => "The bank cannot be reached for now.",
            Failure::AccountLocked => "The bank has locked the account.",
            Failure::NoAccounts => "There is no account that can be connected.",
            Failure::InstitutionUnavailable => "The bank cannot be connected for now.",
            Failure::ConsentDenied => "The access was refused.",
            Failure::DuplicateConnection => "The bank is connected already.",
            Failure::Delayed => "The bank's answer is late; the sync runs again within the hour.",
            Failure::Provider { name } => return format!("The bank answered {name}."),
            Failure::UnknownProvider => "There is no such provider.",
            Failure::UnknownInstitution => "There is no such connection.",
            Failure::SessionExpired => "The token has expired.",
            Failure::InvalidToken => "There is no token, or it is not a valid one.",
            Failure::OriginNotAllowed => "This origin may not embed the widget for this client.",
            Failure::RedirectNotRegistered => "The redirect URI is not registered.",
            Failure::Timeout => "There was no news for three minutes.",
            Failure::Server { code, .. } => return format!("The server refused: {code}."),
        };
        sentence.into()
    }

    /// What to quote when asking for help.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Failure::Server { reference, .. } => reference.as_deref(),
            _ => None,
        }
    }

    /// The primary way on, and a second one where there is one.
    pub(super) fn ways(&self) -> (WayOn, Option<WayOn>) {
        use WayOn::{EditLogin, Leave, OtherBank, TryAgain};
        match self {
            Failure::InvalidCredentials => (EditLogin, Some(OtherBank)),
            Failure::UserActionRequired
            | Failure::TemporaryFailure
            | Failure::Provider { .. }
            | Failure::Server { .. }
            | Failure::Timeout => (TryAgain, Some(OtherBank)),
            Failure::AccountLocked | Failure::InstitutionUnavailable => (OtherBank, Some(TryAgain)),
            Failure::NoAccounts | Failure::ConsentDenied => (OtherBank, Some(EditLogin)),
            Failure::DuplicateConnection
            | Failure::UnknownProvider
            | Failure::UnknownInstitution => (OtherBank, Some(Leave)),
            Failure::Delayed => (Leave, Some(OtherBank)),
            Failure::SessionExpired
            | Failure::InvalidToken
            | Failure::OriginNotAllowed
            | Failure::RedirectNotRegistered => (Leave, None),
        }
    }
}
