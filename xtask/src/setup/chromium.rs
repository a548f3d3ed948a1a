//! Finds a Chromium for the browser tests, or fetches one: Playwright's, else the system's package.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{apt, chosen, find, first_that_starts, starts};
use crate::process::{self, Problem};
use crate::project;

const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Chromium without a surface: the same engine at a third of the cost.
const SHELLS: [&str; 2] = ["chromium-headless-shell", "chrome-headless-shell"];

/// The path of a Chromium, or nothing when Playwright finds its own.
pub fn find_or_fetch() -> Result<Option<PathBuf>, Problem> {
    static FOUND: OnceLock<Result<Option<PathBuf>, Problem>> = OnceLock::new();
    FOUND.get_or_init(look_everywhere).clone()
}

/// The shell that goes with it, empty when that is Playwright's own too. Without one the whole browser runs every test.
pub fn shell(whole: Option<&Path>) -> Result<Option<PathBuf>, Problem> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    if let Some(chosen) = chosen("CHROMIUM_SHELL")? {
        return Ok(Some(chosen));
    }
    if whole.is_none() {
        return Ok(Some(PathBuf::new()));
    }
    if std::env::var_os("CHROMIUM").is_some() {
        return Ok(None);
    }
    let found = FOUND.get_or_init(|| {
        first_that_starts(&SHELLS).or_else(|| {
            println!("There is no {} yet.", SHELLS[0]);
            let package = apt::install(&SHELLS[..1]);
            let found = package.ok().and_then(|()| first_that_starts(&SHELLS));
            if found.is_none() {
                println!("It could not be installed: the whole browser runs every test, which takes longer.");
            }
            found
        })
    });
    Ok(found.clone())
}

fn look_everywhere() -> Result<Option<PathBuf>, Problem> {
    if let Some(chosen) = chosen("CHROMIUM")? {
        return Ok(Some(chosen));
    }
    if let Some(system) = first_that_starts(&NAMES) {
        return Ok(Some(system));
    }
    if of_playwright() {
        return Ok(None);
    }
    println!("There is no Chromium yet.");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut playwright = process::command(find("npx", &path));
    playwright.args(["playwright", "install", "chromium"]);
    let download = process::quiet("playwright install chromium", &mut playwright);
    if download.is_ok() && of_playwright() {
        return Ok(None);
    }
    println!("Playwright's own could not be fetched; trying the system's package.");
    let package = apt::install(&["chromium"]);
    first_that_starts(&NAMES)
        .map(Some)
        .ok_or_else(|| explain(package.err()))
}

/// Whether Playwright has downloaded a browser and the libraries that it needs are there.
fn of_playwright() -> bool {
    let ask =
        "import('@playwright/test').then(({ chromium }) => console.log(chromium.executablePath()))";
    process::answer(process::command("node").args(["--input-type=module", "-e", ask]))
        .is_some_and(|path| starts(Path::new(&path)))
}

fn explain(problem: Option<Problem>) -> Problem {
    let why = problem
        .map(|Problem(words)| words + "\n\n")
        .unwrap_or_default();
    let logs = project::shown(&project::notes());
    Problem::new(format!(
        "{why}The browser tests need a Chromium, and none could be fetched (see {logs}/).\n\
         By hand: install chromium or Google Chrome with your package manager,\n\
         or set CHROMIUM to the path of one."
    ))
}
