//! What the flow tells a host, in words of no particular system; `host` words it for each.

use super::{Connection, Failure, Screen};
use crate::api::{Account, ChallengeKind, Provider};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The session is good and the widget is usable.
    Opened,
    ScreenShown(Screen),
    ConsentGiven,
    InstitutionSelected(Bank),
    CredentialsSubmitted(Bank),
    /// The user is on the way to the bank's own site.
    OAuthOpened(Bank),
    /// The browser did not open a window for it.
    OAuthBlocked(Bank),
    /// The bank's own site has answered.
    OAuthReturned(Bank),
    QuestionAsked {
        bank: Bank,
        kind: ChallengeKind,
    },
    AnswerSubmitted(Bank),
    AccountsSelected {
        bank: Bank,
        count: usize,
    },
    /// The connection stands; the user still sees the success screen.
    Connected {
        bank: Bank,
        institution: String,
        accounts: Vec<AccountSummary>,
    },
    /// A failure is on the screen; the user may still go on.
    Failed {
        failure: Failure,
        place: Place,
    },
    /// Terminal: the user left with a connection.
    Succeeded {
        bank: Bank,
        institution: String,
        accounts: Vec<AccountSummary>,
    },
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
}

impl Reason {
    /// The stable name that hosts see.
    pub fn name(self) -> &'static str {
        match self {
            Reason::UserClosed => "user_closed",
            Reason::DeniedConsent => "denied_consent",
            Reason::DeniedOAuth => "denied_oauth",
        }
    }
}

/// A provider, as far as hosts are told about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
    pub id: String,
    pub name: String,
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
            Report::Succeeded { .. } | Report::Errored { .. } | Report::Left { .. } => true,
            Report::Opened
            | Report::ScreenShown(_)
            | Report::ConsentGiven
            | Report::InstitutionSelected(_)
            | Report::CredentialsSubmitted(_)
            | Report::OAuthOpened(_)
            | Report::OAuthBlocked(_)
            | Report::OAuthReturned(_)
            | Report::QuestionAsked { .. }
            | Report::AnswerSubmitted(_)
            | Report::AccountsSelected { .. }
            | Report::Connected { .. }
            | Report::Failed { .. } => false,
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
