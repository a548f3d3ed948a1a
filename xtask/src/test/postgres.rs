//! The server's stories over PostgreSQL, with a server that is found or started for them.

use super::parts::counted;
use super::tally::Tally;
use crate::process::{self, Problem};
use crate::setup::postgres::{Cluster, VARIABLE, Writes};

/// Those that say the most of a database: what is counted, done once, sealed, taken back, and all of several servers.
const OVER_POSTGRES: [&str; 14] = [
    "at_rest::",
    "demo::",
    "duplicates::",
    "hosts::ucw::",
    "idempotency::",
    "institutions::",
    "keys::",
    "limits::connections::",
    "nodes::",
    "oauth::",
    "providers::",
    "revoke::",
    "whose::open_pages::",
    "writes::",
];

pub fn some(tally: &mut Tally) -> Result<(), Problem> {
    told(tally, &OVER_POSTGRES)
}

pub fn all(tally: &mut Tally) -> Result<(), Problem> {
    told(tally, &[])
}

fn told(tally: &mut Tally, which: &[&str]) -> Result<(), Problem> {
    let cluster = Cluster::find_or_start(Writes::Hurried)?;
    let mut cargo = process::cargo();
    cargo
        .args(["test", "--no-fail-fast", "--package", "connect-server"])
        .args(["--test", "it", "--quiet", "--"])
        .args(which)
        .env(VARIABLE, &cluster.url);
    counted(tally, Tally::of_rust, &mut cargo)
}
