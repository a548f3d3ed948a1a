//! The bank "Reconnect Bank", and the connections that every user of the sandbox has from the start.

use super::aggregator::Played;
use super::{Ending, GOOD_USER, Holdings, Profile, Question, Script, demo, login_failed, mfa};
use crate::aggregators::{FoundAccount, Held};
use crate::crypto::digest::sha256_hex;
use crate::words::Word;
use connect_core::api::{Institution, SyncDetails, SyncStatus, SyncStep};

pub const PROFILE: Profile = Profile {
    id: "reconnect-bank",
    name: "Reconnect Bank",
    color: "#a0365f",
    hint: Word::SandboxReconnect,
    logo: include_str!("reconnect.svg"),
};

const BROKEN: &str = "reconnect-";
const ASKED: &str = "reconnect-question-";
const HEALTHY: &str = "reconnect-healthy-";

pub fn login(username: &str) -> Script {
    match username {
        GOOD_USER => Script::connecting(&[SyncStep::Login]),
        _ => Script::refusing(SyncStep::Login, login_failed()),
    }
}

/// A connection that stands before anybody has made it.
pub struct Stored {
    pub institution: Institution,
    /// Behind the login; the institution does not have them yet.
    pub accounts: Vec<FoundAccount>,
    pub held: Held,
    /// It only shows an old question: its bank can be connected as if it were not there.
    pub apart: bool,
}

/// One that the bank refuses now, one that was asked something long ago, and one that is well. `date` is when that was.
/// The ids tell nothing of others: they come from the owner alone.
pub fn stored(client: &str, user: &str, date: &str) -> [Stored; 3] {
    let hash = sha256_hex(format!("{client}\n{user}").as_bytes());
    let mark = hash.get(..24).unwrap_or(&hash);
    let connection = |start: &str, profile: &Profile, step, ending: Ending| {
        let error = match &ending {
            Ending::Asked(question) => Some(question.asked()),
            Ending::LoginRefused(error) | Ending::Failed(error) => Some(error.clone()),
            Ending::Connected(_) | Ending::Crashed => None,
        };
        let held = Held::of(&Played {
            bank: profile.id.into(),
            script: Script::new(vec![step], ending),
            over: 1,
        });
        let institution = Institution {
            id: format!("{start}{mark}"),
            name: profile.name.into(),
            provider: profile.id.into(),
            authorized: error.is_none().then_some(true),
            sync_status: error.as_ref().map_or(SyncStatus::Ok, |_| SyncStatus::Error),
            sync_error: error,
            sync_status_details: Some(SyncDetails {
                date: date.into(),
                step: Some(step),
            }),
            version: 1,
            ..Institution::default()
        };
        Stored {
            institution,
            accounts: Holdings::Usual.found(),
            held,
            apart: start == ASKED,
        }
    };
    let old_question = Question::Mfa(mfa::old_question());
    [
        connection(
            BROKEN,
            &PROFILE,
            SyncStep::Login,
            Ending::LoginRefused(login_failed()),
        ),
        connection(
            ASKED,
            &mfa::PROFILE,
            SyncStep::TwoFactor,
            Ending::Asked(old_question),
        ),
        connection(
            HEALTHY,
            &demo::PROFILE,
            SyncStep::Documents,
            Ending::Connected(Holdings::Usual),
        ),
    ]
}
