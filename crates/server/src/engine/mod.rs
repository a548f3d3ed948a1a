//! What goes on between requests: syncs and their questions, news for those who wait, cleaning up.

pub mod cleanup;
pub mod ends;
mod mark;
pub mod news;
pub mod sync;
mod tries;
pub mod unwritten;
