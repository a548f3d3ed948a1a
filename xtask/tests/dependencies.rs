//! Whose our dependencies are and on what terms: deny.toml's rules that need neither the network nor cargo-deny.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq, Licensee, ParseMode};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_crate_has_a_licence_that_deny_toml_allows() {
    let allowed = allowed();
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !may_be_used(package["license"].as_str().unwrap_or_default(), &allowed))
        .map(|package| {
            format!(
                "{} {}: {}",
                package["name"], package["version"], package["license"]
            )
        })
        .collect();
    assert!(
        refused.is_empty(),
        "deny.toml allows none of these: {refused:#?}"
    );
}

#[test]
fn every_crate_comes_from_crates_io_and_is_pinned_by_its_checksum() {
    let lock: toml::Table = text("Cargo.lock").parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages");
    let others: Vec<String> = packages
        .iter()
        .filter(|package| package.get("source").is_some() || package.get("checksum").is_some())
        .filter(|package| {
            let source = package.get("source").and_then(toml::Value::as_str);
            source != Some(CRATES_IO) || package.get("checksum").is_none()
        })
        .map(|package| package["name"].to_string())
        .collect();
    assert!(
        others.is_empty(),
        "not from crates.io, or not pinned: {others:#?}"
    );
    // What has no source is in this checkout.
    let metadata = metadata();
    let ours = metadata["workspace_members"].as_array().expect("members");
    let here = packages
        .iter()
        .filter(|package| package.get("source").is_none());
    assert_eq!(here.count(), ours.len());
}

/// Beside deny.toml's, for what runs here and is a part of nothing: the one asks something only of who changes its own
/// files, the other is as permissive as the rest.
const FOR_TOOLS: [&str; 2] = ["MPL-2.0", "BlueOak-1.0.0"];

#[test]
fn every_npm_package_is_pinned_allowed_and_for_development_only() {
    let mut allowed = allowed();
    allowed.extend(FOR_TOOLS.map(licensee));
    let lock: Value = serde_json::from_str(&text("package-lock.json")).expect("JSON");
    let packages = lock["packages"].as_object().expect("packages");
    let refused: Vec<&String> = packages
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .filter(|(_, package)| {
            let pinned = package["integrity"].is_string();
            let elsewhere = package["resolved"]
                .as_str()
                .is_some_and(|from| !from.starts_with("https://registry.npmjs.org/"));
            // npm writes no licence down where a package names none.
            let licence = package["license"].as_str().unwrap_or("MIT");
            !pinned || elsewhere || package["dev"] != true || !may_be_used(licence, &allowed)
        })
        .map(|(path, _)| path)
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn a_licence_is_allowed_as_a_whole() {
    let allowed = [licensee("MIT")];
    for (expression, may) in [
        ("MIT", true),
        ("MIT OR GPL-3.0", true),
        ("MIT/GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("GPL-3.0", false),
        ("", false),
    ] {
        assert_eq!(may_be_used(expression, &allowed), may, "{expression}");
    }
}

fn may_be_used(expression: &str, allowed: &[Licensee]) -> bool {
    let satisfied = |required: &LicenseReq| allowed.iter().any(|one| one.satisfies(required));
    Expression::parse_mode(expression, ParseMode::LAX)
        .is_ok_and(|expression| expression.evaluate(satisfied))
}

fn allowed() -> Vec<Licensee> {
    let deny: toml::Table = text("deny.toml").parse().expect("TOML");
    let names = deny["licenses"]["allow"].as_array().expect("a list");
    names
        .iter()
        .map(|name| licensee(name.as_str().expect("a licence's name")))
        .collect()
}

fn licensee(name: &str) -> Licensee {
    Licensee::parse(name).expect("a licence of the SPDX list")
}

fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["metadata", "--format-version=1", "--locked"])
        .output()
        .expect("cargo runs");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).expect("a file of this checkout")
}

fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the workspace's folder")
}
