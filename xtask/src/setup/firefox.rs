//! Finds a Firefox for the browser tests, or installs the system's package.

use std::path::PathBuf;

use super::{apt, chosen, first_that_starts};
use crate::process::Problem;
use crate::project;

/// The long-lived one first: Playwright drives it over WebDriver BiDi, and its versions change less.
const NAMES: [&str; 2] = ["firefox-esr", "firefox"];

pub fn find_or_fetch() -> Result<PathBuf, Problem> {
    if let Some(chosen) = chosen("FIREFOX")? {
        return Ok(chosen);
    }
    if let Some(found) = first_that_starts(&NAMES) {
        return Ok(found);
    }
    println!("There is no Firefox yet.");
    let package = apt::install(&["firefox-esr"]);
    first_that_starts(&NAMES).ok_or_else(|| explain(package.err()))
}

fn explain(problem: Option<Problem>) -> Problem {
    let why = problem
        .map(|Problem(words)| words + "\n\n")
        .unwrap_or_default();
    let logs = project::shown(&project::notes());
    Problem::new(format!(
        "{why}The tests in Firefox need one, and none could be installed (see {logs}/).\n\
         By hand: install firefox-esr or Firefox with your package manager,\n\
         or set FIREFOX to the path of one."
    ))
}
