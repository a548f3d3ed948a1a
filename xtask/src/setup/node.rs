//! Node and the npm packages of package-lock.json.

use super::{cache, find};
use crate::process::{self, Problem};
use crate::project;

const OLDEST: u32 = 20;
/// A copy of the lock file that node_modules was made from, kept in node_modules itself.
const STAMP: &str = ".made-from-package-lock.json";

/// Runs `npm ci` unless node_modules was made from the very lock file that lies here.
pub fn packages() -> Result<(), Problem> {
    node_is_new_enough()?;
    if are_current() {
        return Ok(());
    }
    let _alone = cache::alone_in_this_checkout()?;
    if are_current() {
        return Ok(());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut npm = process::command(find("npm", &path));
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    process::quiet("npm ci", &mut npm).map_err(|problem| {
        Problem::new(format!(
            "{}\n\nThe npm packages are missing. By hand, in this folder: `npm ci`",
            problem.0
        ))
    })?;
    let root = project::root();
    let stamp = root.join("node_modules").join(STAMP);
    std::fs::copy(root.join("package-lock.json"), &stamp)
        .map_err(|error| process::unwritable(&stamp, &error))?;
    Ok(())
}

fn are_current() -> bool {
    let root = project::root();
    let made_from = std::fs::read(root.join("node_modules").join(STAMP));
    let wanted = std::fs::read(root.join("package-lock.json"));
    matches!((made_from, wanted), (Ok(made_from), Ok(wanted)) if made_from == wanted)
}

fn node_is_new_enough() -> Result<(), Problem> {
    let missing = |found: &str| {
        Problem::new(format!(
            "Node {OLDEST} or newer is needed, with npm; {found}.\n\
             Get it from https://nodejs.org or with your package manager."
        ))
    };
    let version = process::answer(process::command("node").arg("--version"))
        .ok_or_else(|| missing("there is none on your PATH"))?;
    match major(&version) {
        Some(number) if number >= OLDEST => Ok(()),
        _ => Err(missing(&format!("the one on your PATH is {version}"))),
    }
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn node_tells_its_version_with_a_v() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20.20.2"), None);
    }
}
