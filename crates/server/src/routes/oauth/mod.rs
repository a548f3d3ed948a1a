//! Logins at a bank's own site: where the bank sends its users back to, and what the widget hears of it.

mod back;
mod brought;
pub mod code;
pub mod endpoints;
mod logins;
mod redirect;
mod resume;
mod start;
mod state;
pub mod ticket;
mod window;
