//! What is kept of a connection from one step to the next.

use crate::aggregators::{Held, Psu, Upstream};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kept {
    /// The user is at the bank's page, or was and has not come to anything.
    Away(Away),
    Session(Session),
}

#[derive(Serialize, Deserialize)]
pub(super) struct Away {
    /// To be sent when they are back.
    pub headers: Vec<(String, String)>,
    /// What stands until the new login does.
    pub renews: Option<Box<Session>>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Session {
    pub id: String,
    pub accounts: Vec<KeptAccount>,
    /// Unix seconds.
    pub consent_ends: Option<i64>,
    /// Sessions that this one stands for now, to be ended.
    pub replaces: Vec<String>,
    /// Once, while the user who has just logged in waits.
    pub headers: Vec<(String, String)>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct KeptAccount {
    pub stable: String,
    /// All by which it may be known; Enable Banking makes one of each of its numbers.
    #[serde(default)]
    pub hashes: Vec<String>,
    /// Of this session alone; `None`: it cannot be asked about.
    pub uid: Option<String>,
    pub name: String,
    pub kind: String,
    pub mask: Option<String>,
    pub currency: Option<String>,
}

impl Kept {
    pub(super) fn read(held: &Held) -> Result<Kept, Upstream> {
        held.read()
    }

    pub(super) fn held(&self) -> Held {
        Held::of(self)
    }

    /// The session that stands, if there is one.
    pub(super) fn session(self) -> Option<Session> {
        match self {
            Kept::Session(session) => Some(session),
            Kept::Away(away) => away.renews.map(|session| *session),
        }
    }
}

impl Away {
    /// After a login that has come to nothing: as it was before.
    pub(super) fn back(self) -> Held {
        match self.renews {
            Some(session) => Kept::Session(*session).held(),
            None => {
                let headers = Vec::new();
                Kept::Away(Away {
                    headers,
                    renews: None,
                })
                .held()
            }
        }
    }
}

impl Session {
    pub(super) fn held(&self) -> Held {
        Kept::Session(self.clone()).held()
    }

    /// Every session of this connection that may still stand.
    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.id).chain(&self.replaces)
    }
}

/// The headers that say a user is there: all that the bank wants, or none.
pub(super) fn psu_headers(required: &[String], psu: &Psu) -> Vec<(String, String)> {
    let value = |name: &String| {
        let value = match name.to_ascii_lowercase().as_str() {
            "psu-ip-address" => psu.ip.as_ref(),
            "psu-user-agent" => psu.user_agent.as_ref(),
            "psu-accept-language" => psu.language.as_ref(),
            _ => None,
        };
        let value = value.filter(|value| reqwest::header::HeaderValue::from_str(value).is_ok());
        Some((name.clone(), value?.clone()))
    };
    let all: Option<Vec<_>> = required.iter().map(value).collect();
    all.unwrap_or_default()
}
