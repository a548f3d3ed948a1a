//! What goes on between requests: syncs and their questions, news for those who wait, cleaning up.

pub mod accounts;
pub mod beats;
mod call;
mod causes;
mod clean;
pub mod cleanup;
mod due;
pub mod ends;
mod follow;
pub mod mark;
pub mod news;
pub mod others;
mod retry;
#[cfg(test)]
mod stories;
pub mod sync;
mod typed;
pub mod typing;
pub mod unwritten;
#[cfg(test)]
mod waits;
pub mod work;
mod writing;
