//! The bank "Slow Bank": everything goes well, and takes its time.

use super::{GOOD_USER, Profile, Script, demo, login_failed};
use crate::words::Word;
use connect_core::api::{Provider, ProviderStatus, SyncStep};

pub const PROFILE: Profile = Profile {
    id: "slow-bank",
    name: "Slow Bank",
    color: "#455a64",
    hint: Word::SandboxSlow,
    logo: include_str!("slow.svg"),
};

const PACE: u32 = 10;

pub fn describe(provider: &mut Provider) {
    provider.status = Some(ProviderStatus::Degraded);
    provider.message = Some("Answers may take a minute.".into());
}

pub fn login(username: &str, password: &str) -> Script {
    if username != GOOD_USER {
        return Script::refusing(SyncStep::Login, login_failed());
    }
    demo::waiting(password).unwrap_or_else(|| Script {
        pace: PACE,
        ..Script::connecting(&[SyncStep::Login])
    })
}
