//! Writes down who did what: JSON lines for an auditor, with nothing in them that a caller has written.

mod refusals;
mod trail;
mod writer;

pub use refusals::Refused;
pub use trail::{Trail, Who};

use self::refusals::{Refusals, Rest};
use crate::metrics::Metrics;
use connect_core::api::{Institution, error_name};
use jiff::Timestamp;
use serde::Serialize;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use writer::Writer;

#[derive(Clone)]
pub struct Audit {
    /// Without a file what happens goes into the ordinary log.
    writer: Option<Arc<Writer>>,
    refusals: Arc<Refusals>,
    /// Of what happens the most part is counted where it is written down.
    pub metrics: Metrics,
}

/// What an auditor asks for of refusals: who was not let in, and who tried too much.
const REFUSED: [u16; 4] = [401, 403, 409, 429];

/// What has happened. Each has a row in the operators' table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    ServerStarted,
    ServerStopped,
    ClientsReloaded,
    TokenMinted,
    TokenRevoked,
    UserRevoked,
    AllRevoked,
    PageOpened,
    LoginSent,
    AnswerSent,
    CodeResent,
    SyncEnded,
    AccountsSelected,
    ConnectionDeleted,
    ConnectionForgotten,
    ConnectionExchanged,
    LoginLookedUp,
    OauthAnswered,
    BankReturned,
    UserErased,
    Refused,
}

/// What is said of it beside what the request itself says. Words of ours, and ids that were found: never a caller's text.
pub struct Event<'a> {
    kind: Kind,
    who: Option<&'a Who>,
    institution: Option<&'a str>,
    provider: Option<&'a str>,
    outcome: Option<&'static str>,
    status: Option<u16>,
    code: Option<&'static str>,
    times: Option<u64>,
}

impl Kind {
    /// Who has begun a session, where it tells of one.
    fn minted_by(self) -> Option<&'static str> {
        match self {
            Kind::TokenMinted => Some("server"),
            Kind::PageOpened => Some("page"),
            _ => None,
        }
    }

    pub fn event(self) -> Event<'static> {
        Event {
            kind: self,
            who: None,
            institution: None,
            provider: None,
            outcome: None,
            status: None,
            code: None,
            times: None,
        }
    }

    pub fn with(self, outcome: &'static str) -> Event<'static> {
        Event {
            outcome: Some(outcome),
            ..self.event()
        }
    }

    pub fn about(self, institution: &Institution) -> Event<'_> {
        Event {
            institution: Some(&institution.id),
            provider: Some(&institution.provider),
            ..self.event()
        }
    }
}

impl<'a> Event<'a> {
    /// Where no request says it.
    pub fn by(self, who: &'a Who) -> Event<'a> {
        let who = Some(who);
        Event { who, ..self }
    }

    pub fn outcome(self, outcome: &'static str) -> Event<'a> {
        let outcome = Some(outcome);
        Event { outcome, ..self }
    }

    pub fn institution(self, id: &'a str) -> Event<'a> {
        let institution = Some(id);
        Event {
            institution,
            ..self
        }
    }

    /// One line for so many that are alike.
    fn refused(refused: Refused, times: u64) -> Event<'a> {
        Event {
            status: Some(refused.status),
            code: refused.code,
            times: Some(times).filter(|times| *times > 1),
            ..Kind::Refused.event()
        }
    }
}

/// The contract's names of what went wrong in a sync. A bank behind a backend may have others, in words of its own.
const ERRORS: [&str; 11] = [
    error_name::LOGIN_FAILED,
    error_name::SECURITY_QUESTION,
    error_name::USER_ACTION_REQUIRED,
    error_name::TEMPORARY_FAILURE,
    error_name::ACCOUNT_LOCKED,
    error_name::NO_ACCOUNTS,
    error_name::INSTITUTION_UNAVAILABLE,
    error_name::CONSENT_DENIED,
    error_name::CONSENT_EXPIRED,
    error_name::SESSION_EXPIRED,
    error_name::DUPLICATE_CONNECTION,
];

pub fn error_outcome(name: &str) -> &'static str {
    let known = ERRORS.into_iter().find(|known| *known == name);
    known.unwrap_or("OtherError")
}

/// As it stands in the log; what is not known is left out.
#[derive(Serialize)]
struct Line<'a> {
    /// RFC 3339, in milliseconds.
    time: String,
    event: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
}

impl Audit {
    /// `-` is standard error; without a file the ordinary log takes it.
    pub fn open(file: Option<&Path>) -> io::Result<Audit> {
        let writer = file.map(Writer::open).transpose()?;
        Ok(Audit {
            writer: writer.map(Arc::new),
            refusals: Arc::default(),
            metrics: Metrics::default(),
        })
    }

    pub fn record(&self, event: Event<'_>) {
        self.write(event, Trail::current().as_deref());
    }

    /// The request that is being answered was refused. Tells for how many that are alike this one is to be written;
    /// `None`: one like it was written just before, and the next one says how many there were.
    pub fn refused(&self, refused: Refused) -> Option<u64> {
        let Some(trail) = Trail::current() else {
            return Some(1);
        };
        let times = self.refusals.count(refused, &trail, Instant::now())?;
        self.tell(refused, times, &trail);
        Some(times)
    }

    /// Tells of refusals that no other one like them has followed.
    pub fn clean(&self) {
        self.tell_all(self.refusals.ended(Instant::now()));
    }

    /// Tells of all that are only counted so far.
    pub fn settle(&self) {
        self.tell_all(self.refusals.all_ended());
    }

    fn tell_all(&self, rests: Vec<Rest>) {
        for rest in rests {
            self.tell(rest.refused, rest.times, &rest.trail);
        }
    }

    fn tell(&self, refused: Refused, times: u64, trail: &Trail) {
        if REFUSED.contains(&refused.status) {
            self.write(Event::refused(refused, times), Some(trail));
        }
    }

    fn write(&self, event: Event<'_>, trail: Option<&Trail>) {
        let named = trail.and_then(Trail::who);
        let who = event.who.or(named.as_ref());
        if let (Some(by), Some(who)) = (event.kind.minted_by(), who) {
            self.metrics.minted(&who.client, by);
        }
        let line = Line {
            time: format!("{:.3}", Timestamp::now()),
            event: event.kind,
            request_id: trail.map(|trail| trail.request_id.as_str()),
            client: who.map(|who| who.client.as_str()),
            user: who.and_then(|who| who.user.as_deref()),
            address: trail.and_then(|trail| trail.address),
            method: trail.map(|trail| trail.method),
            route: trail.and_then(|trail| trail.route.as_deref()),
            institution: event.institution,
            provider: event.provider,
            outcome: event.outcome,
            status: event.status,
            code: event.code,
            times: event.times,
        };
        let line = serde_json::to_string(&line).expect("a line holds texts and numbers only");
        match &self.writer {
            Some(writer) => writer.write(line),
            None => tracing::info!(target: "audit", "audit {line}"),
        }
    }

    /// The file was moved away: from now on another one of its name is written to.
    pub fn reopen(&self) {
        self.writer.iter().for_each(|writer| writer.reopen());
    }

    /// Waits until everything is written.
    pub async fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }
}
