//! Whose a page, a session and a connection are: what a stranger tries, and what comes of it.

mod bound;
mod exchange;
mod framing;
mod open_pages;
mod origins;
mod repair;
