//! The one table from what an aggregator can end with to what the contract calls it.

use crate::aggregators::{Cause, Failed, Upstream};
use crate::engine::clean;
use connect_core::api::{SyncError, error_name};

/// How a sync ends that has not come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Error(Box<SyncError>),
    /// Done again within the hour: the connection itself is well.
    Retry,
}

/// `stands`: the connection has come about before; what passes by itself is no error then. `goes_on`: something is held
/// with which it can be done again.
pub fn end(failed: Failed, stands: bool, goes_on: bool) -> End {
    let url = match &failed.cause {
        Cause::ActionNeeded { at } => at.as_ref().map(|at| at.to_string()),
        _ => None,
    };
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
            error_name::CONSENT_EXPIRED,
            "The bank's permission has ended; log in again to renew it.",
        ),
        Cause::NoAccounts => (
            error_name::NO_ACCOUNTS,
            "There is no account that can be connected.",
        ),
        Cause::BankDown if stands && goes_on => return End::Retry,
        Cause::BankDown => (
            error_name::INSTITUTION_UNAVAILABLE,
            "The bank cannot be reached at the moment.",
        ),
        Cause::TryLater => (
            error_name::TEMPORARY_FAILURE,
            "It did not work this time; try again.",
        ),
        Cause::RateLimited { .. } | Cause::BrokenOff if goes_on => return End::Retry,
        Cause::RateLimited { .. } | Cause::BrokenOff => (
            error_name::TEMPORARY_FAILURE,
            "It did not work this time; try again in a few minutes.",
        ),
        Cause::Duplicate => (
            error_name::DUPLICATE_CONNECTION,
            "This bank is connected already.",
        ),
        Cause::Unknown { code } => (code.as_str(), "Something unexpected happened at the bank."),
    };
    End::Error(Box::new(SyncError {
        name: name.into(),
        message: failed.message.map_or_else(
            || sentence.into(),
            |words| clean::line(&words, clean::SENTENCE),
        ),
        provider_message: failed
            .words
            .map(|words| clean::line(&words, clean::SENTENCE)),
        url,
        ..SyncError::default()
    }))
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
        // A new connection that nothing is held of, one that has been let in, and one that stood before.
        let table = [
            (Cause::LoginRefused, ["LoginFailedError"; 3]),
            (Cause::Locked, ["AccountLockedError"; 3]),
            (
                Cause::ActionNeeded { at: None },
                ["UserActionRequiredError"; 3],
            ),
            (Cause::Denied, ["ConsentDeniedError"; 3]),
            (Cause::ConsentEnded, ["ConsentExpiredError"; 3]),
            (Cause::NoAccounts, ["NoAccountsError"; 3]),
            (
                Cause::BankDown,
                [
                    "InstitutionUnavailableError",
                    "InstitutionUnavailableError",
                    "retry",
                ],
            ),
            (Cause::TryLater, ["TemporaryFailureError"; 3]),
            (
                Cause::RateLimited { after: None },
                ["TemporaryFailureError", "retry", "retry"],
            ),
            (
                Cause::BrokenOff,
                ["TemporaryFailureError", "retry", "retry"],
            ),
            (Cause::Duplicate, ["DuplicateConnectionError"; 3]),
            (
                Cause::Unknown {
                    code: "TheirOwnError".into(),
                },
                ["TheirOwnError"; 3],
            ),
        ];
        let named =
            |cause: &Cause, stands, goes_on| match end(cause.clone().into(), stands, goes_on) {
                End::Error(error) => error.name,
                End::Retry => "retry".to_owned(),
            };
        for (cause, [new, let_in, standing]) in table {
            assert_eq!(named(&cause, false, false), new, "{cause:?}, new");
            assert_eq!(named(&cause, false, true), let_in, "{cause:?}, let in");
            assert_eq!(named(&cause, true, true), standing, "{cause:?}, standing");
        }
    }

    #[test]
    fn where_the_user_has_something_to_do_is_told() {
        let at = "https://bank.example/terms".parse().ok();
        let End::Error(error) = end(Cause::ActionNeeded { at }.into(), true, true) else {
            panic!("it is an error");
        };
        assert_eq!(error.url.as_deref(), Some("https://bank.example/terms"));
    }
}
