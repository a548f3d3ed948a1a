//! What the release is made of, as CycloneDX: one document for the server and one for the widget, beside the server's program.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::lock;
use crate::process::{self, Problem};
use crate::project;

/// Writes `target/release/connect-server.cdx.json` and `target/release/connect-widget.cdx.json`.
pub fn write() -> Result<(), Problem> {
    let host = answer(process::command("rustc").args(["--print", "host-tuple"]))?;
    for (package, target) in [
        ("connect-server", host.as_str()),
        ("connect-widget", "wasm32-unknown-unknown"),
    ] {
        let folder = project::target().join("release");
        let path = folder.join(format!("{package}.cdx.json"));
        let text = format!("{:#}\n", of(package, target)?);
        std::fs::write(&path, text).map_err(|error| process::unwritable(&path, &error))?;
        println!("  ✓ what is in it: {}", project::shown(&path));
    }
    Ok(())
}

/// The document of one package, built for one target.
fn of(package: &str, target: &str) -> Result<Value, Problem> {
    let metadata = answer(process::cargo().args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--filter-platform",
        target,
    ]))?;
    let metadata = serde_json::from_str(&metadata)
        .map_err(|error| Problem::new(format!("cargo metadata: {error}")))?;
    let lock = std::fs::read_to_string(project::root().join("Cargo.lock"))
        .map_err(|error| Problem::new(format!("Cannot read Cargo.lock: {error}")))?;
    let sources = Sources {
        shipped: built(package, target, "normal,no-proc-macro")?,
        compiled: built(package, target, "normal,build")?,
        metadata,
        lock,
    };
    // The same sources give the same document, so its time is that of the commit.
    let mut git = process::command("git");
    git.args(["log", "-1", "--date=iso-strict-local", "--format=%cd"])
        .env("TZ", "UTC");
    Ok(document(package, &sources, process::answer(&mut git)))
}

/// What cargo makes a package from, each as `name version`.
fn built(package: &str, target: &str, edges: &str) -> Result<BTreeSet<String>, Problem> {
    let tree = answer(process::cargo().args([
        "tree",
        "--locked",
        "--package",
        package,
        "--target",
        target,
        "--edges",
        edges,
        "--prefix=none",
        "--format={p}",
    ]))?;
    // A line is `serde v1.0.228 (proc-macro) (*)`.
    Ok(tree
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(" v")?;
            Some(format!("{name} {}", rest.split(' ').next()?))
        })
        .collect())
}

struct Sources {
    /// Is in what users run.
    shipped: BTreeSet<String>,
    /// Takes part in the compilation.
    compiled: BTreeSet<String>,
    metadata: Value,
    lock: String,
}

fn document(root: &str, sources: &Sources, time: Option<String>) -> Value {
    let packages: Vec<&Value> = list(&sources.metadata["packages"])
        .filter(|package| sources.compiled.contains(&identity(package)))
        .collect();
    let mut whole = Value::Null;
    let (mut components, mut dependencies) = (Vec::new(), Vec::new());
    for package in &packages {
        let mut component = component(package, sources);
        let mut needs = needs(package, &packages, &sources.metadata);
        if let Some(sqlite) = bundled(package) {
            needs.insert(word(&sqlite, "bom-ref").to_owned());
            components.push(sqlite);
        }
        dependencies.push(json!({"ref": component["bom-ref"], "dependsOn": needs}));
        if package["name"] == root {
            component["type"] = json!("application");
            whole = component;
        } else {
            components.push(component);
        }
    }
    let mut about = json!({"component": whole});
    if let Some(time) = time {
        about["timestamp"] = json!(time);
    }
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": about,
        "components": components,
        "dependencies": dependencies,
    })
}

/// A package of this checkout has no address elsewhere and no checksum.
fn component(package: &Value, sources: &Sources) -> Value {
    let (name, version) = (word(package, "name"), word(package, "version"));
    let is_shipped = sources.shipped.contains(&identity(package));
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package),
        "name": name,
        "version": version,
        "scope": if is_shipped { "required" } else { "excluded" },
        "licenses": [{"expression": word(package, "license").replace('/', " OR ")}],
    });
    let pinned = lock::packages(&sources.lock)
        .find(|pinned| pinned.name == name && pinned.version == version)
        .filter(|pinned| !pinned.checksum.is_empty());
    if let Some(pinned) = pinned {
        component["purl"] = json!(reference(package));
        component["hashes"] = json!([{"alg": "SHA-256", "content": pinned.checksum}]);
    }
    component
}

/// The C library whose source one crate carries: what is known against it is known under its own name.
fn bundled(package: &Value) -> Option<Value> {
    if package["name"] != "libsqlite3-sys" {
        return None;
    }
    let crate_folder = Path::new(word(package, "manifest_path")).parent()?;
    let header = std::fs::read_to_string(crate_folder.join("sqlite3").join("sqlite3.h")).ok()?;
    let (_, rest) = header.split_once("#define SQLITE_VERSION ")?;
    let version = rest.split('"').nth(1)?;
    Some(json!({
        "type": "library",
        "bom-ref": format!("pkg:generic/sqlite@{version}"),
        "name": "sqlite",
        "version": version,
        "scope": "required",
        "licenses": [{"license": {"id": "blessing"}}],
        "cpe": format!("cpe:2.3:a:sqlite:sqlite:{version}:*:*:*:*:*:*:*"),
        "purl": format!("pkg:generic/sqlite@{version}"),
    }))
}

fn needs(package: &Value, compiled: &[&Value], metadata: &Value) -> BTreeSet<String> {
    let node = list(&metadata["resolve"]["nodes"]).find(|node| node["id"] == package["id"]);
    node.into_iter()
        .flat_map(|node| list(&node["dependencies"]))
        .filter_map(|id| compiled.iter().find(|package| package["id"] == *id))
        .map(|package| reference(package))
        .collect()
}

fn reference(package: &Value) -> String {
    let (name, version) = (word(package, "name"), word(package, "version"));
    let place = if package["source"].is_string() {
        "pkg:cargo/"
    } else {
        ""
    };
    format!("{place}{name}@{version}")
}

fn identity(package: &Value) -> String {
    format!("{} {}", word(package, "name"), word(package, "version"))
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn answer(command: &mut Command) -> Result<String, Problem> {
    process::answer(command)
        .ok_or_else(|| Problem::new("cargo does not say what the release is made of."))
}

#[cfg(test)]
mod tests {
    use super::{built, list, of, word};
    use serde_json::Value;
    use std::collections::BTreeSet;

    #[test]
    fn it_names_all_that_is_shipped_and_pins_what_is_not_ours() {
        let wasm = "wasm32-unknown-unknown";
        let document = of("connect-widget", wasm).expect("cargo answers");
        let whole = &document["metadata"]["component"];
        assert_eq!(whole["bom-ref"], "connect-widget@0.1.0");
        let shipped: BTreeSet<String> = list(&document["components"])
            .chain([whole])
            .filter(|component| component["scope"] == "required")
            .map(|component| format!("{} {}", word(component, "name"), word(component, "version")))
            .collect();
        let edges = "normal,no-proc-macro";
        assert_eq!(
            shipped,
            built("connect-widget", wasm, edges).expect("cargo answers")
        );
        for component in list(&document["components"]) {
            let ours = [
                "connect-core",
                "connect-languages",
                "send_wrapper",
                "wasm-streams",
            ];
            let is_ours = ours.contains(&word(component, "name"));
            assert_eq!(component["purl"].is_string(), !is_ours, "{component}");
            assert_eq!(component["hashes"].is_array(), !is_ours, "{component}");
        }
        assert!(!names(&document).contains("wasm-bindgen-test"));
    }

    #[test]
    fn the_servers_names_the_c_library_in_it_and_nothing_that_only_tests_use() {
        let document = of("connect-server", "x86_64-unknown-linux-gnu").expect("cargo answers");
        let names = names(&document);
        for there in ["sqlite", "libsqlite3-sys", "connect-core", "axum"] {
            assert!(names.contains(there), "{there}");
        }
        for for_tests in ["connect-fakes", "jsonschema", "proptest"] {
            assert!(!names.contains(for_tests), "{for_tests}");
        }
    }

    #[test]
    fn every_reference_leads_to_a_component() {
        let document = of("connect-server", "x86_64-unknown-linux-gnu").expect("cargo answers");
        let known: BTreeSet<&str> = list(&document["components"])
            .chain([&document["metadata"]["component"]])
            .map(|component| word(component, "bom-ref"))
            .collect();
        for dependency in list(&document["dependencies"]) {
            for needed in list(&dependency["dependsOn"]).chain([&dependency["ref"]]) {
                assert!(known.contains(needed.as_str().expect("a text")), "{needed}");
            }
        }
    }

    fn names(document: &Value) -> BTreeSet<&str> {
        list(&document["components"])
            .map(|component| word(component, "name"))
            .collect()
    }
}
