//! Whose a page, a session and a connection are: what a stranger tries, and what comes of it.

mod bound;
mod open_pages;
mod repair;
