//! Stories told to the real server over HTTP.

mod command;
mod demo;
mod errors;
mod flinks;
mod institutions;
mod pages;
mod providers;
mod sessions;
mod support;
