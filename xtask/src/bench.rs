//! `cargo xtask bench`: bytes, requests and frames as counts, because counts are the same on every machine.

use crate::build;
use crate::process::{self, Problem};
use crate::project;
use crate::setup::{self, Need};
use crate::size;

pub fn run() -> Result<(), Problem> {
    build::widget(|| build::server_in("debug"))?;
    size::report()?;
    println!();
    let tools = setup::ensure(&[Need::Node, Need::Browser])?;
    let mut node = tools.command("node");
    node.arg("xtask/js/bench.mjs")
        .env("CONNECT_SERVER", project::server("debug"))
        .env("DIST", project::dist());
    process::loud(&mut node)
}
