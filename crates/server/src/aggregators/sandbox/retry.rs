//! The bank "Retry Bank": a sync breaks off and is put down to be done again within the hour.

use super::{Ending, Profile, Script};
use crate::words::Word;

pub const PROFILE: Profile = Profile {
    id: "retry-bank",
    name: "Retry Bank",
    color: "#1565a0",
    hint: Word::SandboxRetry,
    logo: include_str!("retry.svg"),
};

pub fn login() -> Script {
    Script::breaking(Ending::Crashed)
}
