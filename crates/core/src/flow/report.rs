//! What the flow tells a host, in words of no particular system; `host` words it for each.

use super::{Connection, Failure, Screen};
use crate::Secret;
use crate::api::{self, Account, ChallengeKind, Provider};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The session is good and the widget is usable.
    Opened,
    /// The token is none that the backend knows, or has ended. Told to a page that nobody has vouched for as well:
    /// it says nothing about anybody.
    TokenRefused,
    ScreenShown(Screen),
    /// What the user searches for, once the typing has paused.
    Searched(String),
    ConsentGiven,
    InstitutionSelected(Bank),
    /// The user goes on in spite of what was said about the bank before its login.
    WarningAccepted(Bank),
    WarningDismissed(Bank),
    LinkOpened {
        bank: Option<Bank>,
        link: Link,
    },
    CredentialsSubmitted {
        bank: Bank,
        /// The connection that is logged in to anew.
        institution: Option<String>,
    },
    /// The user is on the way to the bank's own site.
    OAuthOpened {
        bank: Bank,
        address: String,
    },
    /// The browser gave no handle of a window for it.
    OAuthBlocked(Bank),
    /// The bank's own site has answered.
    OAuthReturned(Bank),
    /// In another window, to which the user has gone back; this one has nothing left to do.
    OAuthHandedBack,
    /// The backend has the connection, and its sync has begun.
    Syncing {
        bank: Bank,
        institution: String,
        /// It was made just now.
        fresh: bool,
    },
    QuestionAsked {
        bank: Bank,
        institution: String,
        kind: ChallengeKind,
        /// The answer before was refused.
        again: bool,
    },
    AnswerSubmitted {
        bank: Bank,
        institution: String,
        kind: ChallengeKind,
    },
    AccountsAsked {
        bank: Bank,
        /// How many there are, and how many of them the user sees.
        found: usize,
        shown: usize,
    },
    AccountsSelected {
        bank: Bank,
        /// Their ids.
        accounts: Vec<String>,
    },
    /// The connection stands; the user still sees the success screen.
    Connected(Made),
    /// A failure is on the screen; the user may still go on.
    Failed {
        failure: Failure,
        place: Place,
    },
    WentOffline,
    CameOnline,
    /// The host has asked for one step back: whether there was one.
    WentBack(bool),
    /// Terminal: the user left with a connection.
    Succeeded(Made),
    /// Terminal: the user left from a failure.
    Errored {
        failure: Failure,
        place: Place,
    },
    /// Terminal: the user left before there was a result.
    Left {
        place: Place,
        reason: Reason,
    },
}

/// Why the user left without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    UserClosed,
    /// The user declined the client's consent screen.
    DeniedConsent,
    /// The user denied the access at the bank's own site.
    DeniedOAuth,
    /// The user's bank is not in the list.
    InstitutionNotFound,
}

impl Reason {
    /// The stable name that hosts see.
    pub fn name(self) -> &'static str {
        match self {
            Reason::UserClosed => "user_closed",
            Reason::DeniedConsent => "denied_consent",
            Reason::DeniedOAuth => "denied_oauth",
            Reason::InstitutionNotFound => "institution_not_found",
        }
    }
}

/// A provider, as far as hosts are told about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
    pub id: String,
    pub name: String,
    pub url: Option<String>,
    pub logo: Option<String>,
    pub color: Option<String>,
    pub country: Option<String>,
    pub aggregator: Option<String>,
    pub popular: bool,
}

/// A connection that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub bank: Bank,
    /// The connection's id.
    pub institution: String,
    /// See `Institution::login_id`.
    pub login_id: Option<String>,
    /// See `Institution::exchange_code`.
    pub exchange_code: Option<Secret>,
    pub accounts: Vec<AccountSummary>,
    /// See `Institution::warnings`.
    pub warnings: Vec<api::Warning>,
}

/// What a link out of the widget is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Website,
    ForgottenPassword,
    ForgottenUsername,
    /// The client's.
    Terms,
}

/// How far the user had come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub bank: Option<Bank>,
    /// The connection's id, if there is one.
    pub institution: Option<String>,
}

/// An account without its balance: hosts read balances on their servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSummary {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub mask: Option<String>,
}

impl Place {
    pub(crate) fn bank_id(&self) -> Option<&str> {
        self.bank.as_ref().map(|bank| bank.id.as_str())
    }

    pub(super) fn of(provider: Option<&Provider>, connection: Option<&Connection>) -> Place {
        Place {
            bank: provider.map(Provider::bank),
            institution: connection.map(|connection| connection.id.clone()),
        }
    }
}

impl Report {
    /// The last thing that a host hears.
    pub fn is_terminal(&self) -> bool {
        match self {
            Report::Succeeded(_)
            | Report::Errored { .. }
            | Report::Left { .. }
            | Report::OAuthHandedBack => true,
            Report::Opened
            | Report::TokenRefused
            | Report::ScreenShown(_)
            | Report::Searched(_)
            | Report::ConsentGiven
            | Report::InstitutionSelected(_)
            | Report::WarningAccepted(_)
            | Report::WarningDismissed(_)
            | Report::LinkOpened { .. }
            | Report::CredentialsSubmitted { .. }
            | Report::OAuthOpened { .. }
            | Report::OAuthBlocked(_)
            | Report::OAuthReturned(_)
            | Report::Syncing { .. }
            | Report::QuestionAsked { .. }
            | Report::AnswerSubmitted { .. }
            | Report::AccountsAsked { .. }
            | Report::AccountsSelected { .. }
            | Report::Connected(_)
            | Report::Failed { .. }
            | Report::WentOffline
            | Report::CameOnline
            | Report::WentBack(_) => false,
        }
    }
}

impl From<&Account> for AccountSummary {
    fn from(account: &Account) -> AccountSummary {
        AccountSummary {
            id: account.id.clone(),
            name: account.name.clone(),
            kind: account.kind.clone(),
            mask: account.mask.clone(),
        }
    }
}
