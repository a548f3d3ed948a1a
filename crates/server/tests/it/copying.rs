//! `connect-server copy`: everything gets from one database into another and back, sealed as it is.

use crate::database;
use crate::running::Running;
use crate::support::Directory;
use reqwest::Method;
use serde_json::Value;
use std::path::Path;
use tokio::process::Command;

async fn copy(from: &str, to: &str, keys: &str) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
    command.args(["copy", "--from", from, "--to", to, "--keys", keys]);
    let ended = command.output().await.expect("it ends");
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8(said).expect("a text");
    (ended.status.success(), said)
}

async fn read(server: &Running, token: &str, id: &str) -> Value {
    let path = format!("/v1/institutions/{id}");
    let answer = server.send(Method::GET, &path, token, "").await;
    answer.json().await.expect("an institution")
}

/// With the keys of another place.
async fn serves(whose: &Path, address: &str) -> Running {
    Running::start_with(whose, address, &[]).await
}

#[tokio::test]
async fn everything_gets_into_another_database_and_back_and_nothing_is_written_over() {
    let (first, last) = (Directory::new(), Directory::new());
    let (from, back) = (database::address(&first.0), database::address(&last.0));
    let (file, keys) = (first.path("copy.db"), database::keys(&first.0));
    let file = file.to_str().expect("a plain path");

    let server = serves(&first.0, &from).await;
    let token = server.token().await;
    let body = r#"{"name":"Demo","type":"demo","credentials":{"username":"wealthica","password":"wealthica"}}"#;
    let begun = server
        .send(Method::POST, "/v1/institutions", &token, body)
        .await;
    let mut told: Value = begun.json().await.expect("an institution");
    let id = told["id"].as_str().expect("an id").to_owned();
    while told["sync_status"] == "syncing" {
        let path = format!("/v1/institutions/{id}/poll?v={}", told["__v"]);
        let answer = server.send(Method::GET, &path, &token, "").await;
        told = answer.json().await.unwrap_or(told);
    }
    assert_eq!(told["sync_status"], "ok");
    server.stop().await;

    let (well, said) = copy(&from, file, &keys).await;
    assert!(well && said.contains("institutions: "), "{said}");
    // What is there already is left alone.
    let (well, said) = copy(&from, file, &keys).await;
    assert!(
        !well && said.contains("has something in it already"),
        "{said}"
    );
    let server = serves(&first.0, file).await;
    assert_eq!(read(&server, &token, &id).await, told);
    server.stop().await;

    let (well, said) = copy(file, &back, &keys).await;
    assert!(well, "{said}");
    let server = serves(&first.0, &back).await;
    assert_eq!(read(&server, &token, &id).await, told);
    server.stop().await;

    let nowhere = first.path("nowhere.db");
    let (well, said) = copy(nowhere.to_str().expect("a plain path"), file, &keys).await;
    assert!(!well && said.contains("there is no database"), "{said}");
}
