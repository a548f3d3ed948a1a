//! One file a screen. Screens draw the state and send events; they know `Flow`, never the browser.

pub mod accounts;
mod approval;
mod bridge;
pub mod connecting;
pub mod consent;
pub mod credentials;
pub mod ended;
pub mod expired;
pub mod failure;
mod hint;
pub mod hold;
pub mod oauth;
pub mod question;
mod safety;
pub mod search;
pub mod starting;
pub mod success;
pub mod warning;
mod way_out;
mod ways;
