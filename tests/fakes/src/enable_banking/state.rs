//! What the stand-in knows, and what a test may tell it.

use super::{APPLICATION, banks};
use crate::serving::Answer;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard};

/// One stand-in. Clones are the same one.
#[derive(Clone)]
pub struct Fake(Arc<Mutex<Inside>>);

pub(super) struct Inside {
    pub application: Value,
    pub banks: Vec<Value>,
    /// How far its clock is ahead, in seconds.
    pub ahead: i64,
    pub next: VecDeque<(String, Answer)>,
    pub requests: Vec<Value>,
    pub authorizations: BTreeMap<String, Authorization>,
    pub codes: BTreeMap<String, Code>,
    pub sessions: BTreeMap<String, Session>,
}

/// A user who was sent to the bank's page.
#[derive(Clone)]
pub(super) struct Authorization {
    pub bank: String,
    pub country: String,
    pub redirect_url: String,
    pub state: String,
    pub access: Value,
    pub psu_type: String,
}

pub(super) struct Code {
    pub authorization: Authorization,
    pub without_accounts: bool,
    pub is_expired: bool,
    pub is_used: bool,
}

pub(super) struct Session {
    pub status: String,
    pub authorization: Authorization,
    pub accounts: Vec<Value>,
}

impl Fake {
    /// Of an application with these addresses registered.
    pub fn new(redirect_urls: &[&str]) -> Fake {
        let application = json!({
            "name": "Connect",
            "description": "An application of the stand-in",
            "kid": APPLICATION,
            "environment": "SANDBOX",
            "redirect_urls": redirect_urls,
            "active": true,
            "countries": ["FI", "DE", "SE"],
            "services": ["AIS"],
        });
        Fake(Arc::new(Mutex::new(Inside {
            application,
            banks: banks::all(),
            ahead: 0,
            next: VecDeque::new(),
            requests: Vec::new(),
            authorizations: BTreeMap::new(),
            codes: BTreeMap::new(),
            sessions: BTreeMap::new(),
        })))
    }

    /// With one bank of this name, at which all goes well, instead of those that are named for what happens at them.
    pub fn with_only_bank(self, name: &str) -> Fake {
        self.lock().banks = vec![banks::plain(name)];
        self
    }

    /// Changes one member of what `GET /application` says.
    pub fn application(&self, member: &str, value: Value) {
        self.lock().application[member] = value;
    }

    /// Its clock is this many seconds ahead of ours.
    pub fn ahead(&self, seconds: i64) {
        self.lock().ahead = seconds;
    }

    /// The next request whose method and path end like this (`GET /aspsps`, `/balances`) gets this answer.
    pub fn next(&self, ends: &str, answer: Answer) {
        self.lock().next.push_back((ends.to_owned(), answer));
    }

    /// Codes that were given out and are not used yet are too old now.
    pub fn expire_codes(&self) {
        for code in self.lock().codes.values_mut() {
            code.is_expired = true;
        }
    }

    /// Every session that stands has this status now.
    pub fn turn_sessions(&self, status: &str) {
        for session in self.lock().sessions.values_mut() {
            session.status = status.to_owned();
        }
    }

    /// Ids and status of all sessions.
    pub fn sessions(&self) -> BTreeMap<String, String> {
        let inside = self.lock();
        let all = inside.sessions.iter();
        all.map(|(id, session)| (id.clone(), session.status.clone()))
            .collect()
    }

    /// What it was asked and what it has answered, since this was called last; each as it is written to the file that
    /// `ENABLE_BANKING_RECORD` names.
    pub fn take_requests(&self) -> Vec<Value> {
        std::mem::take(&mut self.lock().requests)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("nobody panics while holding it")
    }
}

impl Answer {
    /// As Enable Banking says that something is wrong.
    pub fn error(status: u16, code: &str) -> Answer {
        Answer::json(status, super::answers::error_body(status, code).to_string())
    }
}

/// A UUID, version 4.
pub(super) fn uuid() -> String {
    let random = || RandomState::new().build_hasher().finish();
    let (high, low) = (random(), random());
    let (a, b, c) = (high >> 32, (high >> 16) & 0xffff, high & 0xfff);
    let (d, e) = ((low >> 48) & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}
