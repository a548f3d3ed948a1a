//! What each word of Enable Banking means for a connection: error codes, and what became of a session.

use crate::aggregators::Cause;

/// What an error code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    LoginRefused,
    ActionNeeded,
    Denied,
    ConsentEnded,
    NoAccounts,
    BankDown,
    TryLater,
    RateLimited,
    /// The address that users come back to is not registered.
    Unregistered,
    /// The key, or what the application may do.
    Key,
    /// Where the server calls from, or what it calls.
    Network,
    /// We have asked for something that we should not have, or that we never do.
    Ours,
}

pub(super) const MEANINGS: &[(&str, Meaning)] = &[
    ("ACCESS_DENIED", Meaning::Denied),
    ("ACCOUNT_DOES_NOT_EXIST", Meaning::TryLater),
    ("ALREADY_AUTHORIZED", Meaning::TryLater),
    ("ASPSP_ACCOUNT_NOT_ACCESSIBLE", Meaning::ActionNeeded),
    ("ASPSP_ERROR", Meaning::BankDown),
    ("ASPSP_PAYMENT_NOT_ACCESSIBLE", Meaning::Ours),
    ("ASPSP_PSU_ACTION_REQUIRED", Meaning::ActionNeeded),
    ("ASPSP_RATE_LIMIT_EXCEEDED", Meaning::RateLimited),
    ("ASPSP_TIMEOUT", Meaning::BankDown),
    ("AUTHORIZATION_NOT_PROVIDED", Meaning::Key),
    ("CLOSED_SESSION", Meaning::ConsentEnded),
    ("DATE_FROM_IN_FUTURE", Meaning::Ours),
    ("DATE_TO_WITHOUT_DATE_FROM", Meaning::Ours),
    ("EXPIRED_AUTHORIZATION_CODE", Meaning::TryLater),
    ("EXPIRED_SESSION", Meaning::ConsentEnded),
    ("INVALID_ACCOUNT_ID", Meaning::Ours),
    ("INVALID_HOST", Meaning::Network),
    ("INVALID_PAYMENT", Meaning::Ours),
    ("NO_ACCOUNTS_ADDED", Meaning::NoAccounts),
    ("PAYMENT_LIMIT_EXCEEDED", Meaning::Ours),
    ("PAYMENT_NOT_FINALIZED", Meaning::Ours),
    ("PAYMENT_NOT_FOUND", Meaning::Ours),
    ("PSU_HEADER_INVALID", Meaning::Ours),
    ("PSU_HEADER_NOT_PROVIDED", Meaning::Ours),
    ("REDIRECT_URI_NOT_ALLOWED", Meaning::Unregistered),
    ("REVOKED_SESSION", Meaning::ConsentEnded),
    ("SESSION_DOES_NOT_EXIST", Meaning::ConsentEnded),
    ("TRANSACTION_DOES_NOT_EXIST", Meaning::Ours),
    ("UNAUTHORIZED_ACCESS", Meaning::Key),
    ("UNAUTHORIZED_IP", Meaning::Network),
    ("UNTRUSTED_PAYMENT_PARTY", Meaning::Ours),
    ("WEBHOOK_URI_NOT_ALLOWED", Meaning::Ours),
    // It has gone from the list since that was read.
    ("WRONG_ASPSP_PROVIDED", Meaning::BankDown),
    ("WRONG_AUTHORIZATION_CODE", Meaning::TryLater),
    ("WRONG_CONTINUATION_KEY", Meaning::Ours),
    ("WRONG_CREDENTIALS_PROVIDED", Meaning::LoginRefused),
    ("WRONG_DATE_INTERVAL", Meaning::Ours),
    ("WRONG_REQUEST_PARAMETERS", Meaning::Ours),
    ("WRONG_SESSION_STATUS", Meaning::TryLater),
    ("WRONG_TRANSACTIONS_PERIOD", Meaning::Ours),
];

impl Meaning {
    pub(super) fn of(code: &str) -> Option<Meaning> {
        let mut all = MEANINGS.iter();
        all.find(|(each, _)| *each == code)
            .map(|(_, meaning)| *meaning)
    }
}

/// What became of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Stands,
    Ended(Cause),
}

/// `None`: a status that nobody knows.
pub(super) fn standing(status: &str) -> Option<Standing> {
    Some(match status {
        "AUTHORIZED" => Standing::Stands,
        // Ours were authorized once, so that one which is not any more is renewed.
        "EXPIRED" | "CLOSED" | "REVOKED" | "INVALID" => Standing::Ended(Cause::ConsentEnded),
        "CANCELLED" => Standing::Ended(Cause::Denied),
        "PENDING_AUTHORIZATION" | "RETURNED_FROM_BANK" => Standing::Ended(Cause::TryLater),
        _ => return None,
    })
}

/// `FoundAccount::kind` of a `cash_account_type`; `None`: one that nobody knows.
pub(super) fn kind(cash_account_type: &str) -> Option<&'static str> {
    Some(match cash_account_type {
        "CACC" => "checking",
        "SVGS" => "savings",
        "CARD" => "credit",
        "LOAN" => "loan",
        "CASH" | "OTHR" => "other",
        _ => return None,
    })
}

/// Which balance is shown if there are several: what is booked now, then what was booked, then what is at the user's
/// disposal. The smaller the better; `None`: a type that nobody knows.
pub(super) fn rank(balance_type: &str) -> Option<usize> {
    const ORDER: [&str; 12] = [
        "ITBD", "CLBD", "XPCD", "VALU", "ITAV", "CLAV", "FWAV", "OPBD", "OPAV", "PRCD", "OTHR",
        "INFO",
    ];
    ORDER.iter().position(|each| *each == balance_type)
}
