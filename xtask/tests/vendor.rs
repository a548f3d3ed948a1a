//! The stand-ins of vendor/ are what is built, and stand for what Leptos asks for: once that moves, this fails.

use std::path::Path;

#[test]
fn each_stand_in_is_the_one_that_is_built() {
    let lock: toml::Table = text("Cargo.lock").parse().expect("TOML");
    // Cargo goes on with the original, and only warns, where a version does not fit any more.
    assert!(
        lock.get("patch").is_none(),
        "a stand-in is not used: {:?}",
        lock["patch"]
    );
    let patches = patches();
    assert!(!patches.is_empty());
    for (name, path) in patches {
        let manifest: toml::Table = text(&format!("{path}/Cargo.toml")).parse().expect("TOML");
        let version = &manifest["package"]["version"];
        let built: Vec<&toml::Value> = lock["package"]
            .as_array()
            .expect("packages")
            .iter()
            .filter(|package| package["name"].as_str() == Some(&name))
            .collect();
        assert_eq!(built.len(), 1, "there are two of {name}");
        assert_eq!(&built[0]["version"], version, "{name}");
        assert!(
            built[0].get("source").is_none(),
            "{name} comes from elsewhere"
        );
    }
}

#[test]
fn each_stand_in_says_why_it_is_there() {
    for (name, path) in patches() {
        let source = text(&format!("{path}/src/lib.rs"));
        assert!(source.starts_with("//! Stands in for "), "{name}");
    }
}

fn patches() -> Vec<(String, String)> {
    let manifest: toml::Table = text("Cargo.toml").parse().expect("TOML");
    let patches = manifest["patch"]["crates-io"].as_table().expect("a table");
    patches
        .iter()
        .map(|(name, patch)| (name.clone(), patch["path"].as_str().expect("a path").into()))
        .collect()
}

fn text(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(path)).expect(path)
}
