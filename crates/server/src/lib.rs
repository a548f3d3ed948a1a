//! Serves the connect widget and speaks its backend contract.
//! A library beside a thin `main`, so that tests start the real server on a port of their own.

mod aggregators;
mod app;
mod audit;
mod catalogue;
mod commands;
mod config;
mod crypto;
mod engine;
mod faults;
mod http;
mod limits;
mod logs;
mod metrics;
mod openapi;
mod routes;
mod server;
mod serving;
mod store;
#[cfg(test)]
mod stub_server;
mod tls;
mod traces;
mod webhooks;
mod words;

pub use commands::{Command, CommandLine};
pub use config::Options;
pub use logs::Logs;
pub use server::{Server, StartError};
pub use serving::Counts;
pub use store::{Address, sql};
