//! The connection flow without a browser: what it decides, what it says, what it asks a backend.
//! Knows no DOM, no clock, no network and no randomness; all of them come in as events and arguments.

mod address;
pub mod api;
mod code;
pub mod flow;
pub mod host;
pub mod json;
pub mod launch;
pub mod search;
mod secret;
pub mod theme;

pub use address::{base64, is_web};
pub use secret::Secret;
