//! `cargo xtask screens`: a picture of every state of every screen, light and dark, on a phone and a desk.

use crate::process::{self, Problem};
use crate::project;
use crate::setup::{self, Need};

/// With names: only the states whose names begin with one of them.
pub fn run(names: &[String]) -> Result<(), Problem> {
    let tools = setup::ensure(&[
        Need::WasmTarget,
        Need::Node,
        Need::WasmBindgen,
        Need::Trunk,
        Need::Browser,
    ])?;
    let gallery = project::target().join("gallery");
    let mut trunk = tools.command("trunk");
    // Trunk takes only `true` and `false` for NO_COLOR, not the usual 1.
    trunk
        .env_remove("NO_COLOR")
        .env("CONNECT_GALLERY", "1")
        .args(["build", "--features=gallery", "--release=false"])
        .args(["--cargo-profile=dev", "--minify=false"])
        .arg("--dist")
        .arg(&gallery);
    process::quiet("build the gallery", &mut trunk)?;
    let mut node = tools.command("node");
    node.arg("xtask/js/screens.mjs")
        .args(names)
        .env("GALLERY", &gallery)
        .env("REPORTS", project::root().join("reports/screens"));
    process::loud(&mut node)
}
