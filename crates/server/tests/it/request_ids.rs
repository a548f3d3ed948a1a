//! Each request has one name: in its answer, in the log, in the audit log and in refusals.

use crate::running::Running;
use crate::support::{TestServer, header};
use reqwest::Method;
use serde_json::{Value, json};

const GIVEN: &str = "0af7651916cd43dd-8448.eb211c80319c";

async fn named(server: &TestServer, name: &str) -> String {
    let request = server.request(Method::GET, "/v1/nowhere");
    let answer = request.header("x-request-id", name).send().await;
    let answer = answer.expect("an answer");
    let id = header(&answer, "x-request-id").to_owned();
    let problem: Value = answer.json().await.expect("a problem");
    assert_eq!(problem["request_id"], *id);
    id
}

#[tokio::test]
async fn a_trusted_proxys_name_is_kept_and_nobody_elses() {
    let server = TestServer::with(&["--trusted-proxy", "127.0.0.1"]).await;
    assert_eq!(named(&server, GIVEN).await, GIVEN);
    let long = "a".repeat(129);
    for odd in [
        "short",
        "no spaces in it",
        "a\"quote\"d name",
        long.as_str(),
    ] {
        let id = named(&server, odd).await;
        assert!(id.len() == 16 && id != odd, "{id}");
    }
    let server = TestServer::start().await;
    assert_eq!(named(&server, GIVEN).await.len(), 16);
}

#[tokio::test]
async fn the_log_is_json_and_each_line_of_a_request_has_its_name() {
    let mut server = Running::start(&[
        "--log-format",
        "json",
        "--trusted-proxy",
        "127.0.0.1",
        "--log",
        "debug",
    ])
    .await;
    // The line before, cut at the address, has the rest of its JSON.
    let address = server.address.split('"').next().expect("an address");
    let url = format!("{address}/v1/tokens");
    let request = server.http.post(url).header("x-request-id", GIVEN);
    let request = request.basic_auth("demo", Some("wrong-secret"));
    let answer = request.json(&json!({"user_id": "ann"})).send().await;
    assert_eq!(answer.expect("an answer").status(), 401);
    server.read_until("\"answered\"").await;
    let log = server.stop().await;
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let said = |message: &str| {
        let mut lines = lines.iter();
        let line = lines.find(|line| {
            line["message"]
                .as_str()
                .is_some_and(|m| m.starts_with(message))
        });
        line.unwrap_or_else(|| panic!("no {message} in {log}"))
    };
    for message in ["refused", "answered"] {
        let line = said(message);
        assert_eq!(line["span"]["id"], GIVEN, "{line}");
        assert_eq!(line["span"]["route"], "/v1/tokens");
        assert_eq!(line["status"], 401);
    }
    let audit = said("audit ")["message"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert!(
        lines.iter().any(|line| {
            let message = line["message"].as_str().unwrap_or_default();
            message.contains(&format!("\"request_id\":\"{GIVEN}\""))
        }),
        "{audit}"
    );
    assert!(!log.contains("wrong-secret"));
}
