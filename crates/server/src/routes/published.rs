//! What several routes say in the published contract.

pub use crate::openapi::HTML;

pub const SANDBOX: &str = "Sandbox";
pub const SCRIPT: &str = "text/javascript";
pub const TOO_MANY_TOKENS: &str = "Too many tokens were made for this client or this user.";
pub const NO_ROOM_TO_WAIT: &str = "As many requests wait for news as the server has room for.";
pub const TOO_MANY_WAIT: &str =
    "As many requests of this user, or from this address, wait for news as may.";
