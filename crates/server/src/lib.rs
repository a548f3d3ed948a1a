//! Serves the connect widget and speaks its backend contract.
//! A library beside a thin `main`, so that tests start the real server on a port of their own.

mod app;
mod catalogue;
mod cleanup;
mod clients;
mod config;
mod cors;
mod digest;
mod faults;
mod identity;
mod import;
mod news;
mod nonce;
mod oauth_redirect;
mod openapi;
mod origin;
mod page;
mod panics;
mod problem;
mod random;
mod request_log;
mod routes;
mod sandbox;
mod security_headers;
mod server;
mod store;
mod sync;
mod widget;

pub use config::Options;
pub use server::{Server, StartError};
