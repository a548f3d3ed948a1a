//! One file a screen. Screens draw the state and send events; they know `Flow`, never the browser.

pub mod connecting;
pub mod credentials;
pub mod ended;
pub mod failure;
pub mod question;
pub mod search;
pub mod starting;
pub mod success;
