//! The bank "Retry Bank": a sync breaks off and is put down to be done again within the hour.

use super::{Ending, Profile, Script};

pub const PROFILE: Profile = Profile {
    id: "retry-bank",
    name: "Retry Bank",
    color: "#1565a0",
    hint: "Any login is let in, and its sync is put off.",
    logo: include_str!("retry.svg"),
};

pub fn login() -> Script {
    Script::breaking(Ending::Crashed)
}
