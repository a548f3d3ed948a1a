//! What is written in Python, each in an environment of its own that is made once for every checkout.

use std::path::{Path, PathBuf};

use super::{cache, on_path};
use crate::process::{self, Problem};
use crate::project;

/// Everything it needs, each in exactly one version.
const PINNED: &str = "tests/api/requirements.txt";
/// A copy of what the environment was made from: without it, it is not whole.
const STAMP: &str = "made-from-requirements.txt";

/// The program, after installing it where needed.
pub fn schemathesis() -> Result<PathBuf, Problem> {
    let pinned = read(&project::root().join(PINNED))?;
    let version =
        version(&pinned).ok_or_else(|| Problem::new(format!("{PINNED} names no schemathesis.")))?;
    let home = environment(&format!("schemathesis-{version}"), PINNED)?;
    Ok(program(&home, "schemathesis"))
}

/// A Python with exactly what this file of requirements names, kept among the tools.
pub fn with(name: &str, requirements: &str) -> Result<PathBuf, Problem> {
    let home = environment(name, requirements)?;
    Ok(program(&home, "python"))
}

fn environment(name: &str, requirements: &str) -> Result<PathBuf, Problem> {
    let pinned = read(&project::root().join(requirements))?;
    let home = cache::folder()?.join(name);
    let is_made = || read(&home.join(STAMP)).is_ok_and(|made_from| made_from == pinned);
    if !is_made() {
        let _alone = cache::alone_with_the_tools()?;
        if !is_made() {
            install(&home, requirements, &pinned)?;
        }
    }
    Ok(home)
}

fn install(home: &Path, requirements: &str, pinned: &str) -> Result<(), Problem> {
    let python = ["python3", "python"].into_iter().find_map(on_path);
    let python = python.ok_or_else(|| {
        Problem::new("There is no Python, which this check needs: install Python 3.11 or newer.")
    })?;
    let mut venv = process::command(python);
    venv.args(["-m", "venv", "--clear"]).arg(home);
    process::quiet("python -m venv", &mut venv).map_err(|problem| {
        Problem::new(format!(
            "{}\n\nThis check needs Python 3.11 or newer with its module venv (Debian: python3-venv).",
            problem.0
        ))
    })?;
    let mut pip = process::command(program(home, "pip"));
    pip.args(["install", "--no-deps", "--requirement", requirements]);
    process::quiet(&format!("pip install -r {requirements}"), &mut pip).map_err(|problem| {
        Problem::new(format!(
            "{}\n\nWhat {requirements} names could not be fetched from PyPI (pip's own settings name another index or a proxy).",
            problem.0
        ))
    })?;
    let stamp = home.join(STAMP);
    std::fs::write(&stamp, pinned).map_err(|error| process::unwritable(&stamp, &error))
}

fn program(home: &Path, name: &str) -> PathBuf {
    let folder = if cfg!(windows) { "Scripts" } else { "bin" };
    home.join(folder)
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn version(pinned: &str) -> Option<&str> {
    pinned
        .lines()
        .find_map(|line| line.strip_prefix("schemathesis=="))
}

fn read(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path)
        .map_err(|error| Problem::new(format!("Cannot read {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn the_version_is_that_of_the_tool_and_of_no_package_that_is_called_alike() {
        let pinned = "schemathesis-core==1.0\nschemathesis==4.32.5\n";
        assert_eq!(version(pinned), Some("4.32.5"));
        assert_eq!(version("requests==2.34.2\n"), None);
    }
}
