//! The bank "Locked Bank": whoever logs in finds the account locked.

use super::{Profile, Script};
use crate::words::Word;
use connect_core::api::{SyncError, error_name};

pub const PROFILE: Profile = Profile {
    id: "locked-bank",
    name: "Locked Bank",
    color: "#8f1f2f",
    hint: Word::SandboxLocked,
    logo: include_str!("locked.svg"),
};

pub fn login() -> Script {
    Script::failing(SyncError {
        name: error_name::ACCOUNT_LOCKED.into(),
        message: "The access is locked. Unlock it at the bank's own site, then try again.".into(),
        ..SyncError::default()
    })
}
