//! The Universal Connect Widget: its page in both versions. Source: its "Connect Accounts" and its published contract.

mod asked;
mod page;

pub use page::page;
