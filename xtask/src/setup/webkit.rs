//! Finds WebKitGTK, its driver and a display to draw on, or installs the system's packages.

use std::path::PathBuf;

use super::{apt, on_path};
use crate::process::Problem;
use crate::project;

const DRIVER: &str = "WebKitWebDriver";
const DISPLAY: &str = "Xvfb";
/// Where the packages of Debian, Fedora and Arch put the library's programs, with the machine's name in between.
const LIBRARIES: [&str; 3] = ["/usr/lib", "/usr/libexec", "/usr/lib64"];
const BROWSER: &str = "webkit2gtk-4.1/MiniBrowser";

/// The driver, and the browser that it starts.
pub struct WebKit {
    pub driver: PathBuf,
    pub browser: PathBuf,
}

pub fn find_or_fetch() -> Result<WebKit, Problem> {
    if let Some(found) = find() {
        return Ok(found);
    }
    println!("There is no WebKit with a driver yet.");
    let packages = apt::install(&["webkit2gtk-driver", "libwebkit2gtk-4.1-0", "xvfb"]);
    find().ok_or_else(|| explain(packages.err()))
}

fn find() -> Option<WebKit> {
    on_path(DISPLAY)?;
    Some(WebKit {
        driver: on_path(DRIVER)?,
        browser: mini_browser()?,
    })
}

fn mini_browser() -> Option<PathBuf> {
    LIBRARIES
        .iter()
        .flat_map(|folder| {
            let within = std::fs::read_dir(folder).into_iter().flatten().flatten();
            std::iter::once(PathBuf::from(folder)).chain(within.map(|entry| entry.path()))
        })
        .map(|folder| folder.join(BROWSER))
        .find(|path| path.is_file())
}

fn explain(problem: Option<Problem>) -> Problem {
    let why = problem
        .map(|Problem(words)| words + "\n\n")
        .unwrap_or_default();
    let browser = format!("a {BROWSER}");
    let missing: Vec<&str> = [
        (DRIVER, on_path(DRIVER).is_none()),
        (&browser, mini_browser().is_none()),
        (DISPLAY, on_path(DISPLAY).is_none()),
    ]
    .into_iter()
    .filter_map(|(name, is_missing)| is_missing.then_some(name))
    .collect();
    let logs = project::shown(&project::notes());
    Problem::new(format!(
        "{why}The tests in WebKit need {} (see {logs}/).\n\
         By hand, on Debian: apt-get install webkit2gtk-driver libwebkit2gtk-4.1-0 xvfb\n\
         There is none for macOS and Windows.",
        missing.join(", ")
    ))
}
