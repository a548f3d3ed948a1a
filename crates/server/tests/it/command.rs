//! The command itself: how it starts, how it refuses to, what it logs, how it ends.

use crate::support::{Directory, options};
use connect_server::{Server, StartError};
use sha2::{Digest, Sha256};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

async fn refused(directory: &Directory, more: &[&str]) -> String {
    match Server::start(options(&directory.0, more)).await {
        Ok(_) => String::from("it has started"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn what_is_wrong_at_the_start_is_said_clearly() {
    let directory = Directory::new();
    assert!(refused(&directory, &[]).await.contains("--sandbox"));
    assert!(
        refused(&directory, &["--sandbox", "--dist", "/nowhere"])
            .await
            .contains("cargo xtask build")
    );
    assert!(
        refused(
            &directory,
            &["--sandbox", "--public-url", "connect.example"]
        )
        .await
        .contains("--public-url")
    );
    let text = directory.write("text.db", &"this is no database ".repeat(100));
    let text = text.to_str().expect("a plain path");
    assert!(
        refused(&directory, &["--sandbox", "--database", text])
            .await
            .contains("cannot be opened")
    );
    assert!(
        refused(
            &directory,
            &["--sandbox", "--database", "/nowhere/connect.db"]
        )
        .await
        .contains("cannot be opened")
    );
    let broken = directory.write("broken.csv", "country,name\nDE,Bank\nGermany,Bank\n");
    let broken = broken.to_str().expect("a plain path");
    assert!(
        refused(&directory, &["--sandbox", "--catalogue", broken])
            .await
            .contains("line 3")
    );
}

#[tokio::test]
async fn clients_are_checked_at_the_start() {
    let directory = Directory::new();
    let secret = Sha256::digest("s")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    let client =
        |more: &str| format!(r#"[{{"id":"shop","name":"Shop","secret_sha256":"{secret}"{more}}}]"#);
    for (text, said) in [
        ("{}".to_owned(), "not a list of clients"),
        (client(r#","origins":["shop.example"]"#), "is not an origin"),
        (
            client(r#","redirect_uris":["javascript:alert(1)"]"#),
            "scheme",
        ),
        (
            client(r#","redirect_uris":["https://shop.example/#a"]"#),
            "fragment",
        ),
        (client("").replace(&secret, "abc"), "64 hex digits"),
        (client("").replace("shop", "sh:op"), "colon"),
    ] {
        let file = directory.write("clients.json", &text);
        let message = refused(
            &directory,
            &["--clients", file.to_str().expect("a plain path")],
        )
        .await;
        assert!(message.contains(said), "{text}: {message}");
    }
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let directory = Directory::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let error = Server::start(options(
        &directory.0,
        &["--sandbox", "--listen", &address.to_string()],
    ))
    .await;
    assert!(matches!(error, Err(StartError::PortTaken { .. })));
}

#[tokio::test]
async fn the_log_has_no_secret_and_a_signal_ends_the_command() {
    let directory = Directory::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_connect-server"))
        .args([
            "--sandbox",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "trace",
            "--sandbox-step-ms",
            "1",
        ])
        .arg("--dist")
        .arg(directory.path("dist"))
        .arg("--catalogue")
        .arg(directory.path("catalogue.csv"))
        .arg("--database")
        .arg(directory.path("connect.db"))
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the command starts");
    let mut lines = BufReader::new(child.stderr.take().expect("its stderr")).lines();
    let mut log = String::new();
    let address = loop {
        let line = lines
            .next_line()
            .await
            .expect("a line")
            .expect("the address is logged");
        log.push_str(&line);
        if let Some((_, address)) = line.split_once("listening on ") {
            break address.trim().to_owned();
        }
    };
    let http = reqwest::Client::new();
    let request = http
        .post(format!("{address}/v1/tokens"))
        .basic_auth("demo", Some("demo-secret"));
    let answer = request
        .body(r#"{"user_id":"ann"}"#)
        .header("content-type", "application/json")
        .send()
        .await;
    let answer: serde_json::Value = answer.expect("an answer").json().await.expect("a token");
    let token = answer["token"].as_str().expect("a token");
    let body = r#"{"name":"Demo","type":"demo","credentials":{"username":"my-username","password":"my-password"}}"#;
    let request = http
        .post(format!("{address}/v1/institutions"))
        .bearer_auth(token)
        .body(body);
    let created = request
        .header("content-type", "application/json")
        .send()
        .await
        .expect("an answer");
    assert_eq!(created.status(), 202);
    let page = http
        .get(format!("{address}/connect?token={token}&state=my-state"))
        .send()
        .await;
    assert_eq!(page.expect("an answer").status(), 200);
    terminate(child.id().expect("it runs"));
    assert!(child.wait().await.expect("it ends").success());
    lines
        .into_inner()
        .read_to_string(&mut log)
        .await
        .expect("the rest of its log");
    assert!(log.contains("stopping"));
    for secret in [
        token,
        "my-username",
        "my-password",
        "my-state",
        "ZGVtbzpkZW1vLXNlY3JldA",
    ] {
        assert!(!log.contains(secret), "{secret} in the log");
    }
}

fn terminate(process: u32) {
    let done = std::process::Command::new("kill")
        .arg(process.to_string())
        .status();
    assert!(done.is_ok_and(|status| status.success()));
}
