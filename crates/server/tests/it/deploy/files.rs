//! How the files are found and read, and that their variables are the server's own.

use clap::CommandFactory;
use connect_server::CommandLine;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn text(file: &str) -> String {
    let path = root().join("deploy").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All documents of a YAML file.
pub fn yaml(file: &str) -> Vec<Value> {
    let text = text(file);
    let documents = serde_yaml_ng::Deserializer::from_str(&text);
    let documents = documents
        .map(|one| Value::deserialize(one).unwrap_or_else(|error| panic!("{file}: {error}")));
    documents.collect()
}

/// Files below deploy/ with one of these endings, by their paths in it.
pub fn all(endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let top = root().join("deploy");
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&top).expect("it is in it");
            let name = name.display().to_string();
            if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}

/// Every variable that the server reads.
pub fn variables() -> BTreeSet<String> {
    let command = CommandLine::command();
    let options = command.get_arguments();
    let named = options.filter_map(|option| option.get_env()?.to_str().map(str::to_owned));
    // This one is no option, so that no list of processes shows it.
    named.chain(["CONNECT_KEYS".to_owned()]).collect()
}

#[test]
fn each_yaml_and_json_file_can_be_read() {
    let files = all(&[".yaml", ".yml"]);
    assert!(files.len() >= 12, "{files:?}");
    for file in files {
        assert!(yaml(&file).iter().all(Value::is_object), "{file}");
    }
    let dashboard: Value = serde_json::from_str(&text("grafana/connect.json")).expect("JSON");
    assert_eq!(dashboard["uid"], "connect");
}

#[test]
fn each_variable_that_is_named_is_the_servers() {
    let known = variables();
    let mut seen = 0;
    for file in all(&["Dockerfile", ".yaml", ".service"]) {
        let text = text(&file);
        for word in text.split(|c: char| !(c.is_ascii_uppercase() || c == '_')) {
            // CONNECT_HOST is what compose.yaml itself and the Caddyfile ask for.
            if !word.starts_with("CONNECT_") || word == "CONNECT_HOST" {
                continue;
            }
            assert!(known.contains(word), "{file}: {word}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn what_kubernetes_and_compose_give_as_configuration_the_server_takes() {
    let config = yaml("kubernetes/config.yaml");
    let clients = config[0]["data"]["clients.json"].as_str().expect("a text");
    let clients: Value = serde_json::from_str(clients).expect("JSON");
    assert_eq!(clients[0]["id"], "shop");
    let list = &yaml("kubernetes/kustomization.yaml")[0]["resources"];
    let mut listed: Vec<&str> = list
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    listed.sort_unstable();
    let there: Vec<String> = all(&[".yaml"])
        .iter()
        .filter_map(|file| file.strip_prefix("kubernetes/"))
        .filter(|file| *file != "kustomization.yaml")
        // The operator makes it of the template.
        .map(|file| file.replace("secrets.template.yaml", "secrets.yaml"))
        .collect();
    let mut there: Vec<&str> = there.iter().map(String::as_str).collect();
    there.sort_unstable();
    there.dedup();
    assert_eq!(listed, there);
}
