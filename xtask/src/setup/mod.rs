//! Sees to it that what a command needs is there, and is the right version; knows no command.

pub mod apt;
mod cache;
mod cargo_tool;
mod chromium;
mod firefox;
mod loosened;
mod node;
pub mod postgres;
mod python;
mod rust;
mod webkit;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Problem};
use crate::project;

pub use cache::alone_in_this_checkout;
pub use python::{schemathesis, with as python_with};

/// Something a command cannot work without.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// rustfmt and clippy.
    RustComponents,
    /// The standard library for wasm32-unknown-unknown.
    WasmTarget,
    /// Node itself and the npm packages of package-lock.json, wasm-opt among them.
    Node,
    Trunk,
    /// `wasm-bindgen` and its test runner, of the version in Cargo.lock.
    WasmBindgen,
    /// What cuts the widget's program in two.
    WasmSplit,
    CargoDeny,
    /// A Chromium.
    Browser,
    Firefox,
    /// WebKitGTK with its driver and a display.
    WebKit,
}

/// Where the needed programs were found.
pub struct Tools {
    folders: Vec<PathBuf>,
    chromium: Option<PathBuf>,
    /// The other browsers, each by the variable in which a test looks for it.
    browsers: Vec<(&'static str, PathBuf)>,
}

impl Tools {
    /// A program that finds the right tools first on its PATH, and its browsers in CHROMIUM and so on.
    pub fn command(&self, program: &str) -> Command {
        let path = self.path();
        let mut command = process::command(find(program, &path));
        command.env("PATH", path);
        match &self.chromium {
            Some(chromium) => command.env("CHROMIUM", chromium),
            None => command.env_remove("CHROMIUM"),
        };
        command.envs(self.browsers.iter().cloned());
        command
    }

    fn path(&self) -> OsString {
        let mut folders = self.folders.clone();
        folders.push(project::root().join("node_modules").join(".bin"));
        folders.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        std::env::join_paths(folders)
            .unwrap_or_else(|_| std::env::var_os("PATH").unwrap_or_default())
    }
}

/// Fetches what is missing, in an order in which each finds what it needs itself.
pub fn ensure(needs: &[Need]) -> Result<Tools, Problem> {
    let mut tools = Tools {
        folders: Vec::new(),
        chromium: None,
        browsers: Vec::new(),
    };
    let needed = |need| needs.contains(&need);
    if needed(Need::RustComponents) {
        rust::components()?;
    }
    if needed(Need::WasmTarget) {
        rust::wasm_target()?;
    }
    if needed(Need::Node) {
        node::packages()?;
    }
    if needed(Need::WasmBindgen) {
        tools.folders.push(cargo_tool::wasm_bindgen()?.folder()?);
    }
    if needed(Need::Trunk) {
        tools.folders.push(cargo_tool::trunk().folder()?);
    }
    if needed(Need::WasmSplit) {
        tools.folders.push(cargo_tool::wasm_split().folder()?);
    }
    if needed(Need::CargoDeny) {
        tools.folders.push(cargo_tool::cargo_deny().folder()?);
    }
    let compiled = [
        Need::Trunk,
        Need::WasmBindgen,
        Need::WasmSplit,
        Need::CargoDeny,
    ];
    if compiled.into_iter().any(needed) {
        cargo_tool::clean_up()?;
    }
    if needed(Need::Browser) {
        tools.chromium = chromium::find_or_fetch()?;
        if let Some(shell) = chromium::shell(tools.chromium.as_deref())? {
            tools.browsers.push(("CHROMIUM_SHELL", shell));
        }
    }
    if needed(Need::Firefox) {
        tools.browsers.push(("FIREFOX", firefox::find_or_fetch()?));
    }
    if needed(Need::WebKit) {
        let webkit = webkit::find_or_fetch()?;
        tools.browsers.push(("WEBKIT_DRIVER", webkit.driver));
        tools.browsers.push(("MINI_BROWSER", webkit.browser));
    }
    Ok(tools)
}

/// The versions that decide what the same sources become.
pub fn versions() -> Vec<String> {
    let wasm_bindgen = cargo_tool::wasm_bindgen().map(|tool| tool.version);
    vec![
        process::answer(process::command("rustc").arg("--version")).unwrap_or_default(),
        wasm_bindgen.unwrap_or_default(),
        cargo_tool::trunk().version,
        cargo_tool::wasm_split().version,
    ]
}

/// The full path of a program, because Windows looks for `npm.cmd` only when told so.
fn find(program: &str, path: &OsString) -> PathBuf {
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd", ""]
    } else {
        &[""]
    };
    std::env::split_paths(path)
        .flat_map(|folder| {
            endings
                .iter()
                .map(move |ending| folder.join(format!("{program}{ending}")))
        })
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| PathBuf::from(program))
}

/// The program that a variable of the environment names; it must start.
fn chosen(variable: &str) -> Result<Option<PathBuf>, Problem> {
    let named = std::env::var_os(variable).filter(|value| !value.is_empty());
    let Some(path) = named.map(PathBuf::from) else {
        return Ok(None);
    };
    if starts(&path) {
        return Ok(Some(path));
    }
    Err(Problem::new(format!(
        "{variable} is set to {}, which does not start.",
        path.display()
    )))
}

/// The first of these programs that the system has and that starts.
fn first_that_starts(names: &[&str]) -> Option<PathBuf> {
    let mut found = names.iter().filter_map(|name| on_path(name));
    found.find(|path| starts(path))
}

/// Whether a program says its version.
fn starts(program: &Path) -> bool {
    process::answer(process::command(program).arg("--version")).is_some()
}

/// The full path of a program on the user's own PATH.
fn on_path(program: &str) -> Option<PathBuf> {
    let found = find(program, &std::env::var_os("PATH").unwrap_or_default());
    found.is_file().then_some(found)
}
