//! The bank "Maintenance Bank", which is down, and the other way to it, which is not.

use super::{GOOD_USER, Profile, Script, login_failed};
use crate::words::Word;
use connect_core::api::{Provider, ProviderStatus, SyncError, SyncStep, error_name};

pub const PROFILE: Profile = Profile {
    id: "maintenance-bank",
    name: "Maintenance Bank",
    color: "#7a5a00",
    hint: Word::SandboxMaintenance,
    logo: include_str!("maintenance.svg"),
};

pub const DIRECT: Profile = Profile {
    id: "maintenance-bank-direct",
    name: "Maintenance Bank (direct)",
    color: "#33691e",
    hint: Word::SandboxMaintenanceDirect,
    logo: include_str!("maintenance_direct.svg"),
};

const MESSAGE: &str = "Maintenance until tomorrow morning.";

pub fn describe(provider: &mut Provider) {
    provider.status = Some(ProviderStatus::Down);
    provider.message = Some(MESSAGE.into());
    provider.alternatives = vec![DIRECT.id.into()];
}

pub fn describe_direct(provider: &mut Provider) {
    provider.status = Some(ProviderStatus::Ok);
}

pub fn login() -> Script {
    Script::failing(SyncError {
        name: error_name::INSTITUTION_UNAVAILABLE.into(),
        message: "The bank is not available.".into(),
        provider_message: Some(MESSAGE.into()),
        ..SyncError::default()
    })
}

pub fn login_directly(username: &str) -> Script {
    match username {
        GOOD_USER => Script::connecting(&[SyncStep::Login]),
        _ => Script::refusing(SyncStep::Login, login_failed()),
    }
}
