//! What hosts say and hear, one file a system. Sees reports, never states.

mod native;
mod redirect;
mod wealthica;

use crate::Secret;
use crate::flow::{Failure, Place, Report};
use crate::json::Json;
use crate::launch::{Embedding, Launch, Theme};

/// Whose messages the host page understands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum System {
    #[default]
    Native,
    Wealthica,
}

impl System {
    /// The system that the server named in the page.
    pub fn by_name(name: Option<&str>) -> System {
        match name {
            Some("wealthica") => System::Wealthica,
            _ => System::Native,
        }
    }

    /// What [`System::by_name`] knows it by; our own has no name.
    pub fn name(self) -> Option<&'static str> {
        match self {
            System::Native => None,
            System::Wealthica => Some("wealthica"),
        }
    }

    pub fn default_theme(self) -> Theme {
        match self {
            System::Native => Theme::Auto,
            System::Wealthica => Theme::Light,
        }
    }
}

/// What is sent to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A message, as JSON, to be posted as an object with the host's exact origin.
    Post(String),
    /// The widget's window goes to this address.
    Go(String),
}

/// What a host said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// The first one.
    Token(Secret),
    /// In place of the one before, for a session that goes on.
    NewToken(Secret),
}

/// What a report is in the words of the host's system.
pub fn word(launch: &Launch, report: &Report) -> Vec<Outgoing> {
    let mut outgoing = Vec::new();
    if launch.has_host() {
        let message = match launch.system {
            System::Native => native::word(launch, report),
            System::Wealthica => wealthica::word(report),
        };
        outgoing.extend(message.map(Outgoing::Post));
    }
    if goes_somewhere(launch) {
        outgoing.extend(redirect::address(launch, report).map(Outgoing::Go));
    }
    outgoing
}

/// What a host is told, by whoever still can, when the widget itself has failed.
pub fn last_words(launch: &Launch) -> Vec<String> {
    let place = Place::default;
    let failure = Failure::Internal;
    let failed = Report::Failed {
        failure: failure.clone(),
        place: place(),
    };
    let errored = Report::Errored {
        failure,
        place: place(),
    };
    [failed, errored]
        .iter()
        .flat_map(|report| word(launch, report))
        .filter_map(|outgoing| match outgoing {
            Outgoing::Post(json) => Some(json),
            Outgoing::Go(_) => None,
        })
        .collect()
}

/// The message that asks the host for a token, where its system has one.
pub fn ask_for_token(launch: &Launch) -> Option<String> {
    match launch.system {
        System::Native => Some(native::ready()),
        System::Wealthica => None,
    }
}

/// Understands a host's message; anything else is `None`.
pub fn hear(launch: &Launch, json: &impl Json) -> Option<Incoming> {
    match launch.system {
        System::Native => native::hear(json),
        System::Wealthica => None,
    }
}

/// The result ends in an address: one that was asked for, the system's own, or a last page for somebody without a host.
fn goes_somewhere(launch: &Launch) -> bool {
    redirect::registered(launch).is_some()
        || launch.system == System::Wealthica
        || launch.embedding == Embedding::Alone
}
