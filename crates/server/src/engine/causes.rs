//! The one table from what an aggregator can end with to what the contract calls it.

use crate::aggregators::{Cause, Failed, Upstream};
use connect_core::api::{SyncError, error_name};

/// How a sync ends that has not come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Error(SyncError),
    /// Done again within the hour: the connection itself is well.
    Retry,
}

/// `stands`: the connection has come about before. What passes by itself is no error then.
pub fn end(failed: Failed, stands: bool) -> End {
    let (name, sentence) = match &failed.cause {
        Cause::LoginRefused => (error_name::LOGIN_FAILED, "The login was refused."),
        Cause::Locked => (
            error_name::ACCOUNT_LOCKED,
            "The bank has locked the access.",
        ),
        Cause::ActionNeeded { .. } => (
            error_name::USER_ACTION_REQUIRED,
            "Something has to be done at the bank's own site first.",
        ),
        Cause::Denied => (error_name::CONSENT_DENIED, "The access was not allowed."),
        Cause::ConsentEnded => (
            error_name::LOGIN_FAILED,
            "The bank's permission has ended; log in again to renew it.",
        ),
        Cause::NoAccounts => (
            error_name::NO_ACCOUNTS,
            "There is no account that can be connected.",
        ),
        Cause::BankDown if stands => return End::Retry,
        Cause::BankDown => (
            error_name::INSTITUTION_UNAVAILABLE,
            "The bank cannot be reached at the moment.",
        ),
        Cause::TryLater => (
            error_name::TEMPORARY_FAILURE,
            "It did not work this time; try again.",
        ),
        Cause::RateLimited { .. } | Cause::BrokenOff => return End::Retry,
        Cause::Duplicate => (
            error_name::DUPLICATE_CONNECTION,
            "This bank is connected already.",
        ),
        Cause::Unknown { code } => (code.as_str(), "Something unexpected happened at the bank."),
    };
    End::Error(SyncError {
        name: name.into(),
        message: failed.message.unwrap_or_else(|| sentence.into()),
        provider_message: failed.words,
        ..SyncError::default()
    })
}

/// What a call that has brought nothing comes to.
pub fn of_upstream(error: &Upstream) -> Cause {
    match error {
        Upstream::RateLimited(after) => Cause::RateLimited { after: *after },
        Upstream::Misconfigured(_) | Upstream::Down(_) | Upstream::Timeout => Cause::BankDown,
        Upstream::Protocol(_) => Cause::TryLater,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_of_an_aggregator_has_its_word_in_the_contract() {
        let error = |name: &str| Some(name.to_owned());
        let table = [
            (
                Cause::LoginRefused,
                error("LoginFailedError"),
                error("LoginFailedError"),
            ),
            (
                Cause::Locked,
                error("AccountLockedError"),
                error("AccountLockedError"),
            ),
            (
                Cause::ActionNeeded { at: None },
                error("UserActionRequiredError"),
                error("UserActionRequiredError"),
            ),
            (
                Cause::Denied,
                error("ConsentDeniedError"),
                error("ConsentDeniedError"),
            ),
            (
                Cause::ConsentEnded,
                error("LoginFailedError"),
                error("LoginFailedError"),
            ),
            (
                Cause::NoAccounts,
                error("NoAccountsError"),
                error("NoAccountsError"),
            ),
            (Cause::BankDown, error("InstitutionUnavailableError"), None),
            (
                Cause::TryLater,
                error("TemporaryFailureError"),
                error("TemporaryFailureError"),
            ),
            (Cause::RateLimited { after: None }, None, None),
            (Cause::BrokenOff, None, None),
            (
                Cause::Duplicate,
                error("DuplicateConnectionError"),
                error("DuplicateConnectionError"),
            ),
        ];
        let named = |cause: &Cause, stands| match end(cause.clone().into(), stands) {
            End::Error(error) => Some(error.name),
            End::Retry => None,
        };
        for (cause, new, standing) in table {
            assert_eq!(named(&cause, false), new, "{cause:?}, new");
            assert_eq!(named(&cause, true), standing, "{cause:?}, standing");
        }
    }
}
