//! Runs the widget's wasm tests in a Chromium: wasm-bindgen's runner serves them, Playwright opens them.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::http;
use crate::process::{self, Problem};
use crate::setup::Tools;

/// Compiles tests/web.rs, serves it, and lets `watch` run the script that opens it in the browser.
pub fn run(
    tools: &Tools,
    watch: impl FnOnce(&mut Command) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let program = compile()?;
    let port = http::free_port()?;
    let address = format!("127.0.0.1:{port}");
    let mut runner = tools.command("wasm-bindgen-test-runner");
    runner
        .arg(program)
        .env("NO_HEADLESS", "1")
        .env("WASM_BINDGEN_TEST_ADDRESS", &address)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let _served = Ended(runner.spawn().map_err(|error| {
        Problem::new(format!("Cannot start wasm-bindgen-test-runner: {error}"))
    })?);
    let mut node = tools.command("node");
    watch(node.args(["xtask/js/web-tests.mjs", &format!("http://{address}/")]))
}

/// The path of the compiled tests.
fn compile() -> Result<PathBuf, Problem> {
    let arguments = [
        "test",
        "--target=wasm32-unknown-unknown",
        "--package=connect-widget",
        "--test=web",
        "--no-run",
    ];
    process::quiet(
        "compile the browser tests",
        process::cargo().args(arguments),
    )?;
    let output = process::cargo()
        .args(arguments)
        .args(["--quiet", "--message-format=json"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Problem::new(format!("Cannot start cargo: {error}")))?;
    let messages = String::from_utf8_lossy(&output.stdout);
    messages
        .lines()
        .filter_map(|line| line.split_once("\"executable\":\""))
        .filter_map(|(_, rest)| rest.split_once('"'))
        .map(|(path, _)| PathBuf::from(path.replace("\\\\", "\\")))
        .next_back()
        .ok_or_else(|| Problem::new("The widget's tests do not compile."))
}

/// A child that does not outlive its owner.
pub struct Ended(pub Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
