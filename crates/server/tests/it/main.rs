//! Stories told to the real server over HTTP.

mod command;
mod cors;
mod demo;
mod errors;
mod flinks;
mod headers;
mod institutions;
mod openapi;
mod pages;
mod providers;
mod sessions;
mod support;
