//! The test banks: what they answer to a login and to an answer. Deterministic, without network, without clock.

mod accounts;
mod aggregator;
mod demo;
mod fields;
mod flinks;
mod holdings;
mod locked;
mod maintenance;
mod mfa;
pub mod oauth;
mod pictures;
mod profile;
mod reconnect;
mod retry;
mod script;
mod slow;

pub use aggregator::{ID, Sandbox};
use demo::Question as DemoQuestion;
use flinks::Question as FlinksQuestion;
use holdings::Holdings;
use mfa::Question as MfaQuestion;
pub use profile::Profile;
pub use reconnect::stored;
use script::{Ending, Script};

use connect_core::Secret;
use connect_core::api::{Provider, SyncError, SyncStep, error_name};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// The group that test banks are in, so that a host can offer them alone.
pub const GROUP: &str = "test";

/// The user name that most test banks let in.
const GOOD_USER: &str = "user_good";

const WRONG_ANSWER: &str = "That was not right. Please try again.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bank {
    Demo,
    FlinksCapital,
    OAuth,
    /// Its pages cut the way back to the window that has opened them.
    OAuthIsolated,
    Mfa,
    Accounts,
    Fields,
    Locked,
    Maintenance,
    MaintenanceDirect,
    Slow,
    Retry,
    Reconnect,
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    Demo(DemoQuestion),
    Flinks(FlinksQuestion),
    Mfa(MfaQuestion),
}

impl Bank {
    pub const ALL: [Bank; 13] = [
        Bank::Demo,
        Bank::FlinksCapital,
        Bank::OAuth,
        Bank::OAuthIsolated,
        Bank::Mfa,
        Bank::Accounts,
        Bank::Fields,
        Bank::Locked,
        Bank::Maintenance,
        Bank::MaintenanceDirect,
        Bank::Slow,
        Bank::Retry,
        Bank::Reconnect,
    ];

    /// These stand before all others while nothing is searched for; in this order.
    pub const POPULAR: [Bank; 2] = [Bank::Demo, Bank::FlinksCapital];

    /// Who answers for a provider; the catalogue's banks behave as Demo does.
    pub fn of(provider: &str) -> Bank {
        Bank::named(provider).unwrap_or(Bank::Demo)
    }

    pub fn named(id: &str) -> Option<Bank> {
        Bank::ALL.into_iter().find(|bank| bank.profile().id == id)
    }

    pub fn profile(self) -> &'static Profile {
        match self {
            Bank::Demo => &demo::PROFILE,
            Bank::FlinksCapital => &flinks::PROFILE,
            Bank::OAuth => &oauth::PROFILE,
            Bank::OAuthIsolated => &oauth::ISOLATED,
            Bank::Mfa => &mfa::PROFILE,
            Bank::Accounts => &accounts::PROFILE,
            Bank::Fields => &fields::PROFILE,
            Bank::Locked => &locked::PROFILE,
            Bank::Maintenance => &maintenance::PROFILE,
            Bank::MaintenanceDirect => &maintenance::DIRECT,
            Bank::Slow => &slow::PROFILE,
            Bank::Retry => &retry::PROFILE,
            Bank::Reconnect => &reconnect::PROFILE,
        }
    }

    /// Adds what a test bank tells of itself.
    pub fn describe(self, provider: &mut Provider) {
        self.profile().describe(provider);
        match self {
            Bank::Fields => fields::describe(provider),
            Bank::Maintenance => maintenance::describe(provider),
            Bank::MaintenanceDirect => maintenance::describe_direct(provider),
            Bank::Slow => slow::describe(provider),
            Bank::OAuth | Bank::OAuthIsolated => oauth::describe(provider),
            _ => {}
        }
    }

    /// The login is at the bank's own pages.
    pub fn is_oauth(self) -> bool {
        matches!(self, Bank::OAuth | Bank::OAuthIsolated)
    }

    pub fn login(self, credentials: &BTreeMap<String, Secret>) -> Script {
        let text = |field| credentials.get(field).map_or("", Secret::expose);
        let (username, password) = (text("username"), text("password"));
        if let Some(name) = named_error(username, password) {
            return Script::failing(SyncError {
                name,
                message: "The test bank was told to answer this.".into(),
                ..SyncError::default()
            });
        }
        match self {
            Bank::Demo => demo::login(username, password),
            Bank::FlinksCapital => flinks::login(username, password),
            Bank::OAuth | Bank::OAuthIsolated => oauth::login(username),
            Bank::Mfa => mfa::login(username, password),
            Bank::Accounts => accounts::login(username, password),
            Bank::Fields => fields::login(username),
            Bank::Locked => locked::login(),
            Bank::Maintenance => maintenance::login(),
            Bank::MaintenanceDirect => maintenance::login_directly(username),
            Bank::Slow => slow::login(username, password),
            Bank::Retry => retry::login(),
            Bank::Reconnect => reconnect::login(username),
        }
    }

    /// What a new sync of a connection does whose question nobody has answered.
    pub fn asking_again(self, asked: &SyncError) -> Script {
        let question = match self {
            Bank::Mfa => return mfa::asking_again(asked),
            Bank::FlinksCapital => Question::Flinks(FlinksQuestion::FIRST),
            _ => Question::Demo(DemoQuestion::Browser),
        };
        Script::asking(SyncStep::Login, question)
    }

    /// A connection whose very first login was wrong is not kept.
    pub fn removes_refused_logins(self) -> bool {
        self == Bank::FlinksCapital
    }
}

impl Question {
    pub fn asked(&self) -> SyncError {
        match self {
            Question::Demo(question) => question.asked(),
            Question::Flinks(question) => question.asked(),
            Question::Mfa(question) => question.asked(),
        }
    }

    pub fn answer(&self, answer: &str) -> Script {
        match self {
            Question::Demo(question) => question.answer(answer.trim()),
            Question::Flinks(question) => question.answer(answer.trim()),
            Question::Mfa(question) => question.answer(answer.trim()),
        }
    }

    /// The same challenge, whatever is said with it: the bank asks it again because it was answered wrongly.
    pub fn key(&self) -> String {
        match self {
            Question::Demo(question) => format!("demo {question:?}"),
            Question::Flinks(question) => format!("flinks {}", question.key()),
            Question::Mfa(question) => format!("mfa {}", question.key()),
        }
    }

    /// How many wrong answers the bank takes, when it tells so.
    pub fn tries(&self) -> Option<u32> {
        match self {
            Question::Mfa(question) => question.tries(),
            Question::Demo(_) | Question::Flinks(_) => None,
        }
    }

    /// How long the answer is good for, when the bank tells so. `step` is a test bank's usual one.
    pub fn lifetime(&self, step: Duration) -> Option<Duration> {
        match self {
            Question::Mfa(question) => question.lifetime(step),
            Question::Demo(_) | Question::Flinks(_) => None,
        }
    }

    /// The question once its code was sent anew; `None` when the bank has sent nothing.
    pub fn resent(&self) -> Option<Question> {
        match self {
            Question::Mfa(question) => question.resent().map(Question::Mfa),
            Question::Demo(_) | Question::Flinks(_) => None,
        }
    }
}

fn login_failed() -> SyncError {
    SyncError {
        name: error_name::LOGIN_FAILED.into(),
        message: "The login was refused.".into(),
        ..SyncError::default()
    }
}

/// `user_good` with the password `error_{Name}` brings about that error at every test bank.
fn named_error(username: &str, password: &str) -> Option<String> {
    let name = password.strip_prefix("error_")?;
    let plain = (1..=60).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric());
    (username == GOOD_USER && plain).then(|| name.into())
}
