//! `cargo xtask screens`: a picture of every state of every screen, and a page to look through them; or keeps how screens look now.

use std::process::Command;

use crate::gallery;
use crate::process::{self, Problem};
use crate::project;

const ACCEPT: &str = "--accept";

/// With names: only the states whose names begin with one of them.
pub fn run(arguments: &[String]) -> Result<(), Problem> {
    let (folder, tools) = gallery::build()?;
    let (accept, arguments): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|word| *word == ACCEPT);
    let mut command = if accept.is_empty() {
        pictures(tools.command("node"), &arguments)
    } else {
        keep(tools.command("playwright"), &arguments)
    };
    process::loud(command.env("GALLERY", folder))
}

fn pictures(mut node: Command, arguments: &[&String]) -> Command {
    node.arg("xtask/js/screens.mjs")
        .args(arguments)
        .env("REPORTS", project::root().join("reports/screens"));
    node
}

/// The tests that compare write down what they see.
fn keep(mut playwright: Command, names: &[&String]) -> Command {
    let begins: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    let of_these = format!(
        r"spec\.ts ({}).*(looks as it did|is given what it was)",
        begins.join("|")
    );
    playwright
        .args(["test", "--reporter=line", "--config", gallery::CONFIG])
        .args(["--update-snapshots=changed", "--grep", &of_these])
        .env("ACCEPT", "1");
    playwright
}
