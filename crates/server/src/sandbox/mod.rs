//! The test banks: what they answer to a login and to an answer. Deterministic, without network, without clock.

mod demo;
mod flinks;
pub mod oauth;
mod script;

pub use demo::Question as DemoQuestion;
pub use flinks::Question as FlinksQuestion;
pub use oauth::OAuthDesk;
pub use script::{Ending, Script};

use connect_core::Secret;
use connect_core::api::{Provider, SyncError, error_name};
use std::collections::BTreeMap;

/// The group that test banks are in, so that a host can offer them alone.
pub const GROUP: &str = "test";

pub const DEMO_LOGO: &str = include_str!("demo.svg");
pub const FLINKS_LOGO: &str = include_str!("flinks.svg");
pub const OAUTH_LOGO: &str = include_str!("oauth.svg");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bank {
    Demo,
    FlinksCapital,
    OAuth,
    /// Its pages cut the way back to the window that has opened them.
    OAuthIsolated,
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    Demo(DemoQuestion),
    Flinks(FlinksQuestion),
}

impl Bank {
    pub const ALL: [Bank; 4] = [
        Bank::Demo,
        Bank::FlinksCapital,
        Bank::OAuth,
        Bank::OAuthIsolated,
    ];

    /// Who answers for a provider; the catalogue's banks behave as Demo does.
    pub fn of(provider: &str) -> Bank {
        Bank::named(provider).unwrap_or(Bank::Demo)
    }

    pub fn named(id: &str) -> Option<Bank> {
        Bank::ALL.into_iter().find(|bank| bank.id() == id)
    }

    pub fn id(self) -> &'static str {
        match self {
            Bank::Demo => "demo",
            Bank::FlinksCapital => "FlinksCapital",
            Bank::OAuth => "oauth-bank",
            Bank::OAuthIsolated => "oauth-bank-coop",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Bank::Demo => "Demo",
            Bank::FlinksCapital => "Flinks Capital",
            Bank::OAuth => "OAuth Bank",
            Bank::OAuthIsolated => "OAuth Bank (isolated)",
        }
    }

    /// Adds what a test bank tells of itself.
    pub fn describe(self, provider: &mut Provider) {
        provider.logo = Some(format!("/logos/{}.svg", self.id()));
        let (color, hint) = match self {
            Bank::Demo => (
                "#2f6b4f",
                "Try wealthica / wealthica. Any other password asks two security questions, to be answered with javascript and ruby.",
            ),
            Bank::FlinksCapital => (
                "#1f4e9c",
                "Username: Greatday, Password: Everyday. The answers are Montreal, Canada and Triangle.",
            ),
            Bank::OAuth | Bank::OAuthIsolated => (
                "#7a2e6d",
                "At the bank: username user_good with any password, then allow or deny.",
            ),
        };
        provider.color = Some(color.into());
        provider.hint = Some(hint.into());
        if self.is_oauth() {
            provider.oauth = true;
            provider.client_id = Some(oauth::CLIENT_ID.into());
            provider.authorize_url = Some(format!("/sandbox/{}/authorize", self.id()));
            provider.scopes = vec![oauth::SCOPE.into()];
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
        }
    }

    /// What a new session begins with, when the bank asks questions.
    pub fn first_question(self) -> Question {
        match self {
            // A bank that never asks does so only when it is told to: then it asks what Demo asks.
            Bank::Demo | Bank::OAuth | Bank::OAuthIsolated => Question::Demo(DemoQuestion::Browser),
            Bank::FlinksCapital => Question::Flinks(FlinksQuestion::FIRST),
        }
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
        }
    }

    pub fn answer(&self, answer: &str) -> Script {
        match self {
            Question::Demo(question) => question.answer(answer.trim()),
            Question::Flinks(question) => question.answer(answer.trim()),
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
    (username == "user_good" && plain).then(|| name.into())
}
