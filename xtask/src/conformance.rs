//! `cargo xtask conformance`: pages made for other systems in a browser, and the table of what works; knows none of the systems.

use std::process::Command;

use crate::build;
use crate::process::{self, Problem};
use crate::project;
use crate::setup::{self, Need, Tools};

pub const CONFIG: &str = "tests/conformance/playwright.config.ts";
const REPORT: &str = "reports/conformance.json";

pub fn run() -> Result<(), Problem> {
    let tools = prepare()?;
    let suite = process::loud(&mut suite(&tools)?);
    table(&tools).and(suite)
}

/// Builds the widget and the server.
pub fn prepare() -> Result<Tools, Problem> {
    let tools = setup::ensure(&[Need::Node, Need::Browser])?;
    build::widget(|| build::server_in("debug"))?;
    Ok(tools)
}

/// Runs the tests, which write the report; that of an earlier run is gone.
pub fn suite(tools: &Tools) -> Result<Command, Problem> {
    let report = project::root().join(REPORT);
    match std::fs::remove_file(&report) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(process::unwritable(&report, &error));
        }
        _ => {}
    }
    let mut playwright = tools.command("playwright");
    playwright
        .args(["test", "--project=chromium*", "--config", CONFIG])
        .env("CONNECT_SERVER", project::server("debug"))
        .env("DIST", project::dist());
    Ok(playwright)
}

/// Prints the report as a table; a cell that is empty or failed is an error.
pub fn table(tools: &Tools) -> Result<(), Problem> {
    let mut node = tools.command("node");
    process::loud(node.args(["xtask/js/conformance.mjs", REPORT]))
        .map_err(|_| Problem::new("Not every cell of the table holds."))
}
