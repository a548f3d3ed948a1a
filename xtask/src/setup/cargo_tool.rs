//! Trunk, wasm-bindgen, wasm-split-cli and cargo-deny: used as they are where the right version is found, else compiled once.

use std::path::{Path, PathBuf};

use super::{cache, loosened, on_path};
use crate::lock;
use crate::process::{self, Problem};
use crate::project;

/// Where tools are compiled, inside the tools' folder.
const BUILD: &str = "build";

/// A command-line tool from crates.io.
pub struct CargoTool {
    package: &'static str,
    pub version: String,
    /// All must be there for the tool to count as installed; the first tells the version.
    programs: &'static [&'static str],
    /// It tells its version: one found on PATH can be trusted to be the right one.
    tells_version: bool,
    arguments: &'static [&'static str],
    by_hand: &'static str,
}

/// Trunk 0.21.14 is the newest that Rust 1.95 compiles. It downloads nothing for us, so it needs no TLS.
pub fn trunk() -> CargoTool {
    CargoTool {
        package: "trunk",
        version: "0.21.14".to_owned(),
        programs: &["trunk"],
        tells_version: true,
        arguments: &["--no-default-features"],
        by_hand: "https://github.com/trunk-rs/trunk/releases/tag/v0.21.14",
    }
}

/// wasm-bindgen works only with exactly the version that the widget was compiled with.
pub fn wasm_bindgen() -> Result<CargoTool, Problem> {
    let lock = project::root().join("Cargo.lock");
    let text = std::fs::read_to_string(&lock)
        .map_err(|error| Problem::new(format!("Cannot read {}: {error}", lock.display())))?;
    let found = lock::packages(&text)
        .find(|package| package.name == "wasm-bindgen")
        .ok_or_else(|| Problem::new("Cargo.lock names no version of wasm-bindgen."))?;
    Ok(CargoTool {
        package: "wasm-bindgen-cli",
        version: found.version.to_owned(),
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        tells_version: true,
        arguments: &[],
        by_hand: "https://github.com/wasm-bindgen/wasm-bindgen/releases",
    })
}

/// Cuts the widget's program in two. It does not tell its version, so it is the one of our own folder, by that folder's name.
pub fn wasm_split() -> CargoTool {
    CargoTool {
        package: "wasm_split_cli_support",
        version: "0.2.4".to_owned(),
        programs: &["wasm-split-cli"],
        tells_version: false,
        arguments: &["--features", "build-binary"],
        by_hand: "https://crates.io/crates/wasm_split_cli_support",
    }
}

/// Looks at our dependencies: advisories, licences, sources.
pub fn cargo_deny() -> CargoTool {
    CargoTool {
        package: "cargo-deny",
        version: "0.20.2".to_owned(),
        programs: &["cargo-deny"],
        tells_version: true,
        arguments: &[],
        by_hand: "https://github.com/EmbarkStudios/cargo-deny/releases/tag/0.20.2",
    }
}

impl CargoTool {
    /// The folder that holds the tool's programs, after installing them where needed.
    pub fn folder(&self) -> Result<PathBuf, Problem> {
        if self.tells_version
            && let Some(folder) = self.found_on_path()
        {
            return Ok(folder);
        }
        let home = cache::folder()?.join(self.name());
        let folder = home.join("bin");
        if self.works_in(&folder) {
            return Ok(folder);
        }
        let _alone = cache::alone_with_the_tools()?;
        if !self.works_in(&folder) {
            self.install(&home)?;
        }
        Ok(folder)
    }

    fn name(&self) -> String {
        format!("{}-{}", self.package, self.version)
    }

    fn found_on_path(&self) -> Option<PathBuf> {
        let folder = on_path(self.programs[0])?.parent()?.to_path_buf();
        self.works_in(&folder).then_some(folder)
    }

    fn works_in(&self, folder: &Path) -> bool {
        let there = self
            .programs
            .iter()
            .map(|program| folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
            .all(|program| program.is_file());
        // The answer is `trunk 0.21.14` or `wasm-bindgen 0.2.130 (1a2b3c)`.
        let version =
            || process::answer(process::command(folder.join(self.programs[0])).arg("--version"));
        let right =
            || version().is_some_and(|answer| answer.split(' ').nth(1) == Some(&self.version));
        there && (!self.tells_version || right())
    }

    /// Installs beside its final place and moves it there when whole, so that half an install never counts.
    fn install(&self, home: &Path) -> Result<(), Problem> {
        let tools = cache::folder()?;
        let part = tools.join(format!("{}.part", self.name()));
        remove(&part)?;
        remove(home)?;
        println!(
            "Compiling {} {}, once for this machine.",
            self.package, self.version
        );
        let registry = [self.package, "--version", &self.version, "--locked"];
        if let Err(problem) = self.compile(&self.name(), &part, &registry) {
            self.compile_loosened(&part, problem)
                .map_err(|problem| self.explain(&problem))?;
        }
        std::fs::rename(&part, home).map_err(|error| process::unwritable(home, &error))
    }

    /// First all that the tool's lock file pins but what the registry lacks; where that fails too, none of it.
    fn compile_loosened(&self, part: &Path, problem: Problem) -> Result<(), Problem> {
        println!("  Its lock file could not be followed.");
        let name = self.name();
        let copy = cache::folder()?.join(BUILD).join("sources").join(&name);
        let mut sources = loosened::Sources::copied(&name, copy)?;
        let folder = sources.folder().to_string_lossy().into_owned();
        let from_here = ["--path", &folder, "--locked"];
        let nearly = sources
            .without_what_is_missing(problem)
            .and_then(|()| self.compile(&format!("{name} with a loosened lock"), part, &from_here));
        if let Err(Problem(words)) = nearly {
            println!("{words}\n  Trying with what the registry has.");
            sources.without_its_lock()?;
            self.compile(&format!("{name} without its lock"), part, &from_here)?;
        }
        sources.tell_what_differs(&self.name(), part)
    }

    /// Without optimisation: it takes a third of the time, and the tool is fast enough for one widget.
    fn compile(&self, said: &str, part: &Path, what: &[&str]) -> Result<(), Problem> {
        let tools = cache::folder()?;
        let mut cargo = process::cargo();
        cargo
            .current_dir(&tools)
            .args(["install", "--no-track"])
            .args(what)
            .args(self.arguments)
            .arg("--root")
            .arg(part)
            .env("CARGO_TARGET_DIR", tools.join(BUILD))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
            .env_remove("RUSTFLAGS");
        process::quiet(said, &mut cargo)
    }

    fn explain(&self, problem: &Problem) -> Problem {
        let (package, version, by_hand) = (self.package, &self.version, self.by_hand);
        let by_hand = match cache::folder() {
            // It counts by the folder that it is in.
            Ok(tools) if !self.tells_version => format!(
                "By hand: `cargo install {package} --version {version} {} --root {}`.",
                self.arguments.join(" "),
                tools.join(self.name()).display()
            ),
            _ => format!(
                "By hand: `cargo install {package} --version {version} {}`,\n\
                 or put the programs of {by_hand} on your PATH.",
                self.arguments.join(" ")
            ),
        };
        Problem::new(format!(
            "{}\n\n{package} {version} is missing and could not be installed.\n{by_hand}",
            problem.0
        ))
    }
}

/// Removes what was only needed to compile the tools. It is kept that long because they share crates,
/// and after an interruption the next run goes on from there.
pub fn clean_up() -> Result<(), Problem> {
    let build = cache::folder()?.join(BUILD);
    if !build.exists() {
        return Ok(());
    }
    let _alone = cache::alone_with_the_tools()?;
    remove(&build)
}

pub(super) fn remove(folder: &Path) -> Result<(), Problem> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(process::unwritable(folder, &error))
        }
        _ => Ok(()),
    }
}
