//! The bank "Reconnect Bank", and the connections that every user of the sandbox has from the start.

use super::{GOOD_USER, Holdings, Profile, Script, demo, login_failed, mfa};
use crate::crypto::digest::sha256_hex;
use connect_core::api::{Institution, SyncDetails, SyncError, SyncStatus, SyncStep};

pub const PROFILE: Profile = Profile {
    id: "reconnect-bank",
    name: "Reconnect Bank",
    color: "#a0365f",
    hint: "Username: user_good. Any password repairs the connection.",
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

/// One that the bank refuses now, one that was asked something long ago, and one that is well. `date` is when that was.
/// The ids tell nothing of others: they come from the owner alone.
pub fn stored(client: &str, user: &str, date: &str) -> [Institution; 3] {
    let hash = sha256_hex(format!("{client}\n{user}").as_bytes());
    let mark = hash.get(..24).unwrap_or(&hash);
    let connection = |start: &str, profile: &Profile, step, error: Option<SyncError>| {
        let id = format!("{start}{mark}");
        Institution {
            name: profile.name.into(),
            provider: profile.id.into(),
            authorized: error.is_none().then_some(true),
            sync_status: error.as_ref().map_or(SyncStatus::Ok, |_| SyncStatus::Error),
            sync_error: error,
            sync_status_details: Some(SyncDetails {
                date: date.into(),
                step: Some(step),
            }),
            accounts: Some(Holdings::Usual.accounts(&id)),
            login_id: None,
            exchange_code: None,
            consent_expires_at: None,
            warnings: Vec::new(),
            version: 1,
            id,
        }
    };
    [
        connection(BROKEN, &PROFILE, SyncStep::Login, Some(login_failed())),
        connection(
            ASKED,
            &mfa::PROFILE,
            SyncStep::TwoFactor,
            Some(mfa::old_question()),
        ),
        connection(HEALTHY, &demo::PROFILE, SyncStep::Documents, None),
    ]
}

/// Whether a connection only shows an old question: its bank can be connected as if it were not there.
pub fn stands_apart(id: &str) -> bool {
    id.starts_with(ASKED)
}
