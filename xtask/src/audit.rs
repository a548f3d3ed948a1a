//! `cargo xtask audit`: what is known against our dependencies, and whose they are; says what it could not ask.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::process::{self, Problem};
use crate::setup::{self, Need, Tools};

/// A checkout of the advisories, for where theirs cannot be reached.
const DATABASE: &str = "ADVISORY_DB";
/// Where cargo-deny fetches them from.
const ORIGIN: &str = "https://github.com/RustSec/advisory-db";
/// A checkout that is older says too little about today.
const RECENT: &str = "30.days";

/// The exit code under `--strict` when nothing was found but not everything could be asked.
const NOT_ALL_CHECKED: i32 = 3;

/// What became of one check.
enum Verdict {
    Clean,
    Found,
    /// Why nobody knows.
    Unknown(String),
}

/// `cargo xtask audit [--strict]`.
pub fn run(arguments: &[String]) -> Result<(), Problem> {
    let strict = match arguments {
        [] => false,
        [flag] if flag == "--strict" => true,
        _ => return Err(Problem::new("It is: cargo xtask audit [--strict]")),
    };
    let tools = setup::ensure(&[Need::Node, Need::CargoDeny])?;
    let checks = [
        ("licences, sources, bans", rules(&tools)?),
        ("advisories for Rust", advisories(&tools)?),
        ("advisories for npm", npm(&tools)?),
    ];
    println!();
    let (mut found, mut unknown) = (false, false);
    for (name, verdict) in checks {
        match verdict {
            Verdict::Clean => println!("✓ {name}: nothing found"),
            Verdict::Found => {
                found = true;
                println!("✗ {name}: see above");
            }
            Verdict::Unknown(why) => {
                unknown = true;
                println!("? {name}: NOT CHECKED. {why}");
            }
        }
    }
    if found {
        return Err(Problem::new("Something was found."));
    }
    if unknown {
        println!("\nNothing was found, but NOT EVERYTHING WAS CHECKED.");
        if strict {
            std::process::exit(NOT_ALL_CHECKED);
        }
        return Ok(());
    }
    println!("\nNothing was found.");
    Ok(())
}

fn rules(tools: &Tools) -> Result<Verdict, Problem> {
    let mut deny = deny(tools, &["check", "bans", "licenses", "sources"]);
    Ok(if process::loud(&mut deny).is_ok() {
        Verdict::Clean
    } else {
        Verdict::Found
    })
}

fn advisories(tools: &Tools) -> Result<Verdict, Problem> {
    let named = std::env::var_os(DATABASE).filter(|path| !path.is_empty());
    let checkout = named.and_then(|path| std::path::absolute(path).ok());
    let mut fetch = deny(tools, &["fetch", "db"]);
    from_checkout(&mut fetch, checkout.as_deref());
    let fetched = output(&mut fetch)?;
    if !fetched.status.success() {
        let said = String::from_utf8_lossy(&fetched.stderr).trim().to_owned();
        println!("{said}");
        return Ok(Verdict::Unknown(format!(
            "There is no advisory database: {ORIGIN} could not be fetched (see above).\n  \
             With a checkout of it, its branch `main`: {DATABASE}=/path/to/advisory-db cargo xtask audit"
        )));
    }
    let mut check = deny(tools, &["check", "advisories"]);
    from_checkout(&mut check, checkout.as_deref());
    if process::loud(&mut check).is_err() {
        return Ok(Verdict::Found);
    }
    Ok(match checkout {
        Some(path) if !is_recent(&path) => Verdict::Unknown(format!(
            "Nothing was found, but the checkout in {} has nothing of the last {}.",
            path.display(),
            RECENT.replace('.', " ")
        )),
        _ => Verdict::Clean,
    })
}

/// The widget, the server and this program, with every feature and for every system.
fn deny(tools: &Tools, arguments: &[&str]) -> Command {
    let mut deny = tools.command("cargo-deny");
    deny.arg("--workspace").args(arguments);
    if arguments.contains(&"check") {
        deny.arg("--hide-inclusion-graph");
    }
    deny
}

/// Lets git take the checkout for the origin; cargo-deny knows no other way to be handed one.
fn from_checkout(command: &mut Command, checkout: Option<&Path>) {
    if let Some(path) = checkout {
        let instead = format!("url.file://{}.insteadOf", path.display());
        command
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", instead)
            .env("GIT_CONFIG_VALUE_0", ORIGIN);
    }
}

fn is_recent(checkout: &Path) -> bool {
    let mut git = process::command("git");
    git.arg("-C")
        .arg(checkout)
        .args(["log", "-1", "--format=%h", "main"])
        .arg(format!("--since={RECENT}"));
    process::answer(&mut git).is_some_and(|commit| !commit.is_empty())
}

/// Registries that are mirrors often answer no audit at all.
fn npm(tools: &Tools) -> Result<Verdict, Problem> {
    let answer = output(tools.command("npm").args(["audit", "--json"]))?;
    let report: Value = serde_json::from_slice(&answer.stdout).unwrap_or_default();
    match report["metadata"]["vulnerabilities"]["total"].as_u64() {
        Some(0) => Ok(Verdict::Clean),
        Some(_) => {
            // It ends with an error because it finds something; its words are what counts.
            let _ = process::loud(tools.command("npm").arg("audit"));
            Ok(Verdict::Found)
        }
        None => Ok(Verdict::Unknown(format!(
            "The npm registry answers no audit: {}",
            report["message"].as_str().unwrap_or("it gave no reason")
        ))),
    }
}

fn output(command: &mut Command) -> Result<Output, Problem> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Problem::new(format!("Cannot start an audit: {error}")))
}
