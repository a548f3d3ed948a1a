//! Makes dist/, the built widget, and the release build of the server; starts neither.

use crate::fingerprint;
use crate::process::{self, Problem};
use crate::project;
use crate::sbom;
use crate::setup::{self, Need};
use crate::size;

/// `cargo xtask build`.
pub fn run() -> Result<(), Problem> {
    widget(|| server_in("release"))?;
    size::report()?;
    sbom::write()?;
    println!(
        "\nRun it with\n  {} --sandbox --listen 127.0.0.1:8080 --dist dist --database connect.db",
        project::shown(&project::server("release"))
    );
    Ok(())
}

/// Builds the widget unless dist/ holds just what it would become; `meanwhile` compiles beside it.
pub fn widget(meanwhile: impl FnOnce() -> Result<(), Problem> + Send) -> Result<(), Problem> {
    setup::ensure(&[Need::WasmTarget, Need::Node])?;
    let _alone = setup::alone_in_this_checkout()?;
    let made_from = fingerprint::of_widget(&setup::versions());
    if fingerprint::is(
        "dist",
        &[made_from, fingerprint::of_folder(&project::dist())],
    ) {
        println!("The widget in dist/ is up to date.");
        return meanwhile();
    }
    println!(
        "Building the widget. The first time its tools are compiled too, which takes some minutes."
    );
    // The tools and the sources compile side by side: neither keeps both cores busy all the time.
    let tools = std::thread::scope(|scope| {
        let sources = scope.spawn(|| {
            process::quiet("compile the widget", process::cargo().args(WIDGET))?;
            meanwhile()
        });
        let tools = setup::ensure(&[
            Need::WasmTarget,
            Need::Node,
            Need::WasmBindgen,
            Need::Trunk,
            Need::WasmSplit,
        ]);
        let sources = sources
            .join()
            .unwrap_or_else(|_| Err(Problem::new("Compiling ended in a panic.")));
        sources.and(tools)
    })?;
    let mut trunk = tools.command("trunk");
    // Trunk takes only `true` and `false` for NO_COLOR, not the usual 1.
    trunk.arg("build").env_remove("NO_COLOR");
    process::quiet("trunk build", &mut trunk)?;
    fingerprint::remember(
        "dist",
        &[made_from, fingerprint::of_folder(&project::dist())],
    )
}

/// Builds the server's program in `target/debug` or `target/release`.
pub fn server_in(folder: &str) -> Result<(), Problem> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--package", "connect-server"]);
    if folder == "release" {
        cargo.arg("--release");
    }
    process::quiet("compile the server", &mut cargo)
}

/// Builds the stand-ins for aggregators, for the demo and for tests in the browser.
pub fn fakes() -> Result<(), Problem> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--package", "connect-fakes"]);
    process::quiet("compile the stand-ins", &mut cargo)
}

/// Exactly what Trunk will ask of cargo, so that nothing is compiled twice.
const WIDGET: [&str; 6] = [
    "build",
    "--target=wasm32-unknown-unknown",
    "--profile=widget",
    "--package=connect-widget",
    "--bin=connect-widget",
    "--features=split",
];
