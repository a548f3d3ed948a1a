//! Logins at a bank's own site: where the bank sends its users back to, and what the widget hears of it.

pub mod code;
pub mod endpoints;
mod logins;
mod redirect;
mod resume;
mod state;
mod window;
