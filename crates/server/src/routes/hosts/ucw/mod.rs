//! The Universal Connect Widget: its page in both versions, and the one-time tokens that open it.
//! Source: its "Connect Accounts" and its published contract.

mod asked;
mod entry;
mod page;

pub use asked::JOB_TYPES;
pub use entry::{EntryToken, WidgetUrl, WidgetUrlRequest, token, widget_url};
pub use page::page;
