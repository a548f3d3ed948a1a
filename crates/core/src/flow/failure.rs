//! The failures the flow can end in, what each is called, and the ways on from it.

use super::state::Ways;
use crate::api::{Problem, SyncError, code, error_name};

/// Everything that can go wrong for good, each with words of its own on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The bank refused the login or an answer. Shown on the login form, not on a screen of its own.
    InvalidCredentials,
    /// The bank has refused as many logins as the host allows.
    TooManyAttempts,
    /// The user must do something elsewhere first: at this address, where the backend knows one.
    UserActionRequired {
        url: Option<String>,
    },
    TemporaryFailure,
    AccountLocked,
    /// None of the accounts found can be connected; these are they.
    NoAccounts {
        found: Vec<Ineligible>,
    },
    InstitutionUnavailable,
    ConsentDenied,
    /// What the user once allowed at the bank has run out.
    ConsentExpired,
    DuplicateConnection,
    /// The user denied the access at the bank's own site.
    OAuthDenied,
    /// The bank's own site failed.
    OAuthFailed,
    /// The bank's own site is not available for now.
    OAuthUnavailable,
    /// The user did not come back from the bank's own site in time.
    OAuthExpired,
    /// A question was not answered in time.
    QuestionExpired,
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
    /// The widget itself has failed.
    Internal,
}

/// An account that cannot be connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ineligible {
    pub name: String,
    pub mask: Option<String>,
    pub reason: Option<String>,
}

/// A button on a failure screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOn {
    /// The same again: sync once more, or ask the backend once more.
    TryAgain,
    /// Back to the login form.
    EditLogin,
    /// The login of the same connection once more, for a consent that has ended.
    RenewAccess,
    /// Back to the list of banks.
    OtherBank,
    /// The same bank through another provider.
    Alternative,
    /// On in spite of a warning.
    GoOn,
    /// Back to the app.
    Leave,
}

impl Failure {
    pub(super) fn of_sync(error: &SyncError) -> Failure {
        match error.name.as_str() {
            error_name::LOGIN_FAILED => Failure::InvalidCredentials,
            error_name::USER_ACTION_REQUIRED => Failure::UserActionRequired {
                url: error.url.clone(),
            },
            error_name::TEMPORARY_FAILURE => Failure::TemporaryFailure,
            error_name::ACCOUNT_LOCKED => Failure::AccountLocked,
            error_name::NO_ACCOUNTS => Failure::NoAccounts { found: Vec::new() },
            error_name::INSTITUTION_UNAVAILABLE => Failure::InstitutionUnavailable,
            error_name::CONSENT_DENIED => Failure::ConsentDenied,
            error_name::CONSENT_EXPIRED => Failure::ConsentExpired,
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
            code::DUPLICATE_CONNECTION => Failure::DuplicateConnection,
            _ => Failure::Server {
                code: problem.code,
                reference: problem.request_id,
            },
        }
    }

    /// The backend does not know an address that every backend has.
    pub(super) fn not_found() -> Failure {
        Failure::Server {
            code: code::NOT_FOUND.into(),
            reference: None,
        }
    }

    /// The stable name that hosts see.
    pub fn code(&self) -> &'static str {
        match self {
            Failure::InvalidCredentials => "invalid_credentials",
            Failure::TooManyAttempts => "too_many_attempts",
            Failure::UserActionRequired { .. } => "user_action_required",
            Failure::TemporaryFailure => "temporary_failure",
            Failure::AccountLocked => "account_locked",
            Failure::NoAccounts { .. } => "no_accounts",
            Failure::InstitutionUnavailable => "institution_unavailable",
            Failure::ConsentDenied => "consent_denied",
            Failure::ConsentExpired => "consent_expired",
            Failure::DuplicateConnection => "duplicate_connection",
            Failure::OAuthDenied => "oauth_denied",
            Failure::OAuthFailed => "oauth_error",
            Failure::OAuthUnavailable => "oauth_unavailable",
            Failure::OAuthExpired => "oauth_expired",
            Failure::QuestionExpired => "question_expired",
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
            Failure::Internal => "internal",
        }
    }

    /// A sentence for the host's developers; users read the screen's own words.
    pub fn message(&self) -> String {
        let sentence = match self {
            Failure::InvalidCredentials => "The bank refused the login.",
            Failure::TooManyAttempts => "The bank has refused too many logins.",
            Failure::UserActionRequired { .. } => {
                "The user must do something at the bank's site first."
            }
            Failure::TemporaryFailure => "The bank cannot be reached for now.",
            Failure::AccountLocked => "The bank has locked the access.",
            Failure::NoAccounts { .. } => "There is no account that can be connected.",
            Failure::InstitutionUnavailable => "The bank cannot be connected for now.",
            Failure::ConsentDenied => "The access was refused.",
            Failure::ConsentExpired => "The consent at the bank has ended.",
            Failure::DuplicateConnection => "The bank is connected already.",
            Failure::OAuthDenied => "The user denied the access at the bank's own site.",
            Failure::OAuthFailed => "The bank's own site answered with an error.",
            Failure::OAuthUnavailable => "The bank's own site is not available for now.",
            Failure::OAuthExpired => "The user did not come back from the bank's own site in time.",
            Failure::QuestionExpired => "The bank's question was not answered in time.",
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
            Failure::Internal => "The widget has failed.",
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

    /// The primary way on, and a second one where there is one. `alternative`: the bank can be reached another way.
    pub(super) fn ways(&self, alternative: bool) -> Ways {
        use WayOn::{Alternative, EditLogin, Leave, OtherBank, RenewAccess, TryAgain};
        let other = if alternative { Alternative } else { OtherBank };
        match self {
            Failure::InvalidCredentials => (EditLogin, Some(OtherBank)),
            Failure::TemporaryFailure
            | Failure::Timeout
            | Failure::Provider { .. }
            | Failure::OAuthFailed
            | Failure::OAuthUnavailable => (TryAgain, Some(other)),
            Failure::UserActionRequired { .. }
            | Failure::Server { .. }
            | Failure::OAuthDenied
            | Failure::OAuthExpired
            | Failure::QuestionExpired => (TryAgain, Some(OtherBank)),
            Failure::ConsentExpired => (RenewAccess, Some(OtherBank)),
            Failure::InstitutionUnavailable if alternative => (Alternative, Some(OtherBank)),
            Failure::AccountLocked | Failure::InstitutionUnavailable => (OtherBank, Some(TryAgain)),
            Failure::NoAccounts { .. } | Failure::ConsentDenied => (OtherBank, Some(EditLogin)),
            Failure::TooManyAttempts
            | Failure::DuplicateConnection
            | Failure::UnknownProvider
            | Failure::UnknownInstitution => (OtherBank, Some(Leave)),
            Failure::Delayed => (Leave, Some(OtherBank)),
            Failure::SessionExpired
            | Failure::InvalidToken
            | Failure::OriginNotAllowed
            | Failure::RedirectNotRegistered
            | Failure::Internal => (Leave, None),
        }
    }
}
