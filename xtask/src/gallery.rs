//! Builds the gallery: the widget with every state of every screen by its name.

use std::path::PathBuf;

use crate::fingerprint;
use crate::process::{self, Problem};
use crate::project;
use crate::setup::{self, Need, Tools};

/// The tests that look at it.
pub const CONFIG: &str = "tests/gallery/playwright.config.ts";

/// The folder with the gallery, and the tools that show it.
pub fn build() -> Result<(PathBuf, Tools), Problem> {
    let tools = setup::ensure(&[
        Need::WasmTarget,
        Need::Node,
        Need::WasmBindgen,
        Need::Trunk,
        Need::Browser,
    ])?;
    let folder = project::target().join("gallery");
    let made_from = fingerprint::of_widget(&setup::versions());
    if fingerprint::is("gallery", &[made_from, fingerprint::of_folder(&folder)]) {
        return Ok((folder, tools));
    }
    let mut trunk = tools.command("trunk");
    // Trunk takes only `true` and `false` for NO_COLOR, not the usual 1.
    trunk
        .env_remove("NO_COLOR")
        .env("CONNECT_GALLERY", "1")
        .args(["build", "--features=gallery", "--release=false"])
        .args(["--cargo-profile=dev", "--minify=false"])
        .arg("--dist")
        .arg(&folder);
    process::quiet("build the gallery", &mut trunk)?;
    fingerprint::remember("gallery", &[made_from, fingerprint::of_folder(&folder)])?;
    Ok((folder, tools))
}
