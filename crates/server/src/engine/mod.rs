//! What goes on between requests: syncs and their questions, news for those who wait, cleaning up.

mod accounts;
mod causes;
pub mod cleanup;
pub mod course;
pub mod ends;
mod mark;
pub mod news;
pub mod sync;
mod tries;
pub mod unwritten;
pub mod work;
