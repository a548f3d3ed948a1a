//! The bank "Accounts Bank": what a choice of accounts can be about, from many to none.

use super::{Ending, GOOD_USER, Holdings, Profile, Script, login_failed};
use crate::words::Word;
use connect_core::api::{SyncError, SyncStep, error_name};

pub const PROFILE: Profile = Profile {
    id: "accounts-bank",
    name: "Accounts Bank",
    color: "#8a4b12",
    hint: Word::SandboxAccounts,
    logo: include_str!("accounts.svg"),
};

pub fn login(username: &str, password: &str) -> Script {
    let holdings = match (username, password) {
        (GOOD_USER, "many") => Holdings::Many,
        (GOOD_USER, "one") => Holdings::One,
        (GOOD_USER, "mortgage") => Holdings::Mortgage,
        (GOOD_USER, "none") => return nothing_there(),
        _ => return Script::refusing(SyncStep::Login, login_failed()),
    };
    Script {
        ending: Ending::Connected(holdings),
        ..Script::connecting(&[SyncStep::Login])
    }
}

fn nothing_there() -> Script {
    let error = SyncError {
        name: error_name::NO_ACCOUNTS.into(),
        message: "There is no account behind this login.".into(),
        ..SyncError::default()
    };
    let steps = vec![SyncStep::Login, SyncStep::Accounts];
    Script::new(steps, Ending::Failed(error))
}
