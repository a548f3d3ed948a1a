//! What rustup adds to the toolchain in use: the wasm32 target, rustfmt, clippy.

use std::path::Path;

use super::on_path;
use crate::process::{self, Problem};

const TARGET: &str = "wasm32-unknown-unknown";

/// The standard library that the widget is compiled against.
pub fn wasm_target() -> Result<(), Problem> {
    if has_target() {
        return Ok(());
    }
    add(
        &["target", "add", TARGET],
        "the standard library for wasm32-unknown-unknown",
    )
}

/// The formatter and the linter.
pub fn components() -> Result<(), Problem> {
    for (name, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if process::answer(process::cargo().args([subcommand, "--version"])).is_none() {
            add(&["component", "add", name], name)?;
        }
    }
    Ok(())
}

fn has_target() -> bool {
    let mut rustc = process::command("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    process::answer(&mut rustc).is_some_and(|folder| Path::new(&folder).is_dir())
}

fn add(arguments: &[&str], what: &str) -> Result<(), Problem> {
    let by_hand = format!("`rustup {}`", arguments.join(" "));
    if on_path("rustup").is_none() {
        return Err(Problem::new(format!(
            "{what} is missing, and there is no rustup to fetch it with.\n\
             With rustup (https://rustup.rs): {by_hand}. Otherwise install it with your Rust packages."
        )));
    }
    let mut rustup = process::command("rustup");
    process::quiet(
        &format!("rustup {}", arguments.join(" ")),
        rustup.args(arguments),
    )
    .map_err(|problem| {
        Problem::new(format!(
            "{}\n\n{what} is missing. By hand: {by_hand}",
            problem.0
        ))
    })
}
