//! The command itself: how it starts, how it refuses to, what it logs, how it ends.

use crate::running::Running;
use crate::support::{Directory, options, refused, sha256_hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect_server::{Server, StartError};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::process::Command;

#[tokio::test]
async fn what_is_wrong_at_the_start_is_said_clearly() {
    let directory = Directory::new();
    assert!(refused(&directory, &[]).await.contains("--sandbox"));
    assert!(
        refused(&directory, &["--sandbox", "--dist", "/nowhere"])
            .await
            .contains("cargo xtask build")
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
    let secret = sha256_hex("s");
    let one =
        |more: &str| format!(r#"{{"id":"shop","name":"Shop","secret_sha256":"{secret}"{more}}}"#);
    let client = |more: &str| format!("[{}]", one(more));
    for (text, said) in [
        ("{}".to_owned(), "not a list of clients"),
        (client(r#","origins":["shop.example"]"#), "is not an origin"),
        (
            client(r#","origins":["capacitor://localhost"]"#),
            "in a window of its own, see docs/redirect-flow.md",
        ),
        (
            client(r#","ancestors":["*"]"#),
            "ancestors: \"*\" is not an origin",
        ),
        (client(r#","logo":"javascript:alert(1)""#), "logo must be"),
        (
            client(r#","logo":"http://shop.example/a.png""#),
            "logo must be",
        ),
        (client(r#","logo":"data:text/html,a""#), "logo must be"),
        (client(r#","logo":"/a.png""#), "logo must be"),
        (
            client("").replace("Shop", &"x".repeat(129)),
            "name must have",
        ),
        (client("").replace("Shop", "S\\u0000"), "name must have"),
        (client(r#","origins":["https://*"]"#), "is not an origin"),
        (
            client(r#","origins":["https://*.shop.example"]"#),
            "is not an origin",
        ),
        (
            client(r#","origins":["https://shop.example;sandbox"]"#),
            "is not an origin",
        ),
        (
            client(r#","origins":["https://shop.example,b"]"#),
            "is not an origin",
        ),
        (
            client(r#","redirect_uris":["javascript:alert(1)"]"#),
            "scheme",
        ),
        (
            client(r#","redirect_uris":["view-source:https://shop.example"]"#),
            "scheme",
        ),
        (
            client(r#","redirect_uris":["https://u:p@shop.example/"]"#),
            "user name",
        ),
        (
            client(r#","redirect_uris":["https://shop.example/#a"]"#),
            "fragment",
        ),
        (
            client(r#","oauth_redirects":[{"sub":"widget","uri":"https://shop.example"}]"#),
            "the widget's own",
        ),
        (
            client(r#","oauth_redirects":[{"sub":"a","uri":"shop.example"}]"#),
            "absolute URL",
        ),
        (
            client(r#","oauth_redirects":[{"sub":"","uri":"https://shop.example"}]"#),
            "1 to 128 characters",
        ),
        (
            client(
                r#","oauth_redirects":[{"sub":"a","uri":"a:b"},{"sub":"a","uri":"https://shop.example"}]"#,
            ),
            "twice",
        ),
        (
            format!(
                "[{},{}]",
                one(r#","oauth_redirects":[{"sub":"a","uri":"https://shop.example"}]"#),
                one(r#","oauth_redirects":[{"sub":"a","uri":"https://shop.example"}]"#)
                    .replace(r#""id":"shop""#, r#""id":"other""#)
                    .replace(&secret, &"0".repeat(64)),
            ),
            "another client has the sub",
        ),
        (
            format!(
                "[{},{}]",
                one(""),
                one("").replace(r#""id":"shop""#, r#""id":"other""#),
            ),
            "the same secret",
        ),
        (client(r#","open_systems":["wealthica"]"#), "not a list"),
        (client(r#","theme":{"accent":"url(x)"}"#), "accent"),
        (client(r#","theme":{"accents":"red"}"#), "accents"),
        (client("").replace(&secret, "abc"), "64 hex digits"),
        (
            client("").replace(&format!("\"{secret}\""), "[]"),
            "one or two",
        ),
        (
            client("").replace(
                &format!("\"{secret}\""),
                &format!(
                    "[\"{secret}\",\"{}\",\"{}\"]",
                    "1".repeat(64),
                    "2".repeat(64)
                ),
            ),
            "one or two",
        ),
        (
            client("").replace(
                &format!("\"{secret}\""),
                &format!("[\"{secret}\",\"{}\"]", secret.to_uppercase()),
            ),
            "twice",
        ),
        (
            format!(
                "[{},{}]",
                one("").replace(
                    &format!("\"{secret}\""),
                    &format!("[\"{}\",\"{secret}\"]", "1".repeat(64))
                ),
                one(r#","disabled":true"#).replace(r#""id":"shop""#, r#""id":"other""#),
            ),
            "the same secret",
        ),
        (client("").replace("shop", "sh:op"), "colon"),
    ] {
        let file = directory.write("clients.json", &text);
        let file = file.to_str().expect("a plain path");
        let more = ["--public-url", "https://connect.example", "--clients", file];
        let message = refused(&directory, &more).await;
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
async fn a_database_that_does_not_answer_yet_is_worth_another_start() {
    let folder = Directory::new();
    folder.write("index.html", "<html></html>");
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
    command.args(["--sandbox", "--listen", "127.0.0.1:0", "--dist"]);
    command.arg(&folder.0).args(["--database-patience", "100"]);
    // A port at which nobody listens.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("its address").port();
    drop(silent);
    let database = format!("postgres://connect@127.0.0.1:{port}/connect");
    command.args(["--database", &database]);
    let ended = command.output().await.expect("it ends");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.contains("nobody answers there"), "{said}");
    assert_eq!(ended.status.code(), Some(1), "{said}");
}

#[tokio::test]
async fn a_wrong_variable_is_told_with_its_option() {
    let run = async |name: &str, value: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
        let ended = command
            .args(["--dist", "/nowhere"])
            .env(name, value)
            .output()
            .await;
        let ended = ended.expect("it ends");
        assert_eq!(ended.status.code(), Some(2));
        String::from_utf8(ended.stderr).expect("text")
    };
    for (name, value, said) in [
        (
            "CONNECT_SANDBOX",
            "maybe",
            "'--sandbox': must be true or false",
        ),
        ("CONNECT_SANDBOX", "1", "cargo xtask build"),
        ("CONNECT_SANDBOX", "false", "cargo xtask build"),
        ("CONNECT_LISTEN", "8080", "'--listen <ADDRESS>'"),
        (
            "CONNECT_WIDGET_ORIGINS",
            "https://a.example,b.example",
            "'--widget-origin <ORIGIN>'",
        ),
        (
            "CONNECT_WIDGET_ORIGINS",
            "https://a.example,https://b.example",
            "cargo xtask build",
        ),
        ("CONNECT_LOG", "loud", "'--log <LEVEL>'"),
    ] {
        let text = run(name, value).await;
        assert!(text.contains(said), "{name}={value}: {text}");
    }
}

#[tokio::test]
async fn stopping_ends_waiting_polls_at_once() {
    let mut running = Running::start(&["--poll-timeout", "40"]).await;
    let token = running.token().await;
    let body = r#"{"name":"Demo","type":"demo","credentials":{"username":"wealthica","password":"wait-login-600000"}}"#;
    let created = running
        .send(Method::POST, "/v1/institutions", &token, body)
        .await;
    let institution: Value = created.json().await.expect("an institution");
    let id = institution["id"].as_str().expect("its id");
    let url = format!("{}/v1/institutions/{id}/poll?v=0", running.address);
    let request = running.http.get(url).bearer_auth(&token);
    let polling = tokio::spawn(request.send());
    running.read_until("waiting for news").await;
    let url = format!("{}/v1/oauth/nonce-0123456789-0123456789", running.address);
    let request = running.http.get(url).bearer_auth(&token);
    let login = tokio::spawn(request.send());
    running.read_until("waiting for news").await;
    running.stop().await;
    let answer = polling.await.expect("the poll ends").expect("an answer");
    assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    let answer = login.await.expect("the poll ends").expect("an answer");
    let login: Value = answer.json().await.expect("JSON");
    assert_eq!(login, json!({"status": "pending"}));
}

#[tokio::test]
async fn the_log_has_no_secret_and_a_signal_ends_the_command() {
    let running = Running::start(&["--log", "trace"]).await;
    let token = running.token().await;
    let body = r#"{"name":"Demo","type":"demo","credentials":{"username":"wealthica","password":"secret-password"}}"#;
    let created = running
        .send(Method::POST, "/v1/institutions", &token, body)
        .await;
    assert_eq!(created.status(), StatusCode::ACCEPTED);
    let institution: Value = created.json().await.expect("an institution");
    let path = format!(
        "/v1/institutions/{}",
        institution["id"].as_str().expect("its id")
    );
    let poll = format!("{path}/poll?v=0");
    assert_eq!(
        running.send(Method::GET, &poll, &token, "").await.status(),
        StatusCode::OK
    );
    for (method, path, body) in [
        (
            Method::PUT,
            &*path,
            r#"{"security_answer":"secret-answer"}"#,
        ),
        (
            Method::PUT,
            &path,
            r#"{"credentials":{"username":"secret-username","password":"secret-password"}}"#,
        ),
        (
            Method::PUT,
            &path,
            r#"{"credentials":{"username":"secret-username"}}"#,
        ),
        (Method::PUT, &path, r#"{"credentials":"secret-wrong-type"}"#),
        (
            Method::PUT,
            &path,
            r#"{"security_answer":"secret-unfinished"#,
        ),
        (Method::PUT, &path, r#"{"secret-key":1,"secret-key":2}"#),
        (
            Method::GET,
            "/v1/session?token=secret-query&origin=https://secret-origin.example",
            "",
        ),
        (Method::POST, "/v1/tokens", r#"{"user_id":"secret-user"}"#),
        (
            Method::GET,
            "/connect?token=secret-launch&state=secret-state&redirect_uri=https://secret.example/",
            "",
        ),
        (Method::GET, "/connected?code=secret-code", ""),
        (
            Method::PUT,
            "/v1/oauth/secret-nonce-0123456789",
            r#"{"provider":"oauth-bank","code_verifier":"secret-verifier-0123456789-0123456789-01234","query":"secret-query"}"#,
        ),
        (
            Method::GET,
            // {"sub":"widget","nonce":"secret-nonce-0123456789"}
            "/oauth/redirect?code=secret-code&state=eyJzdWIiOiJ3aWRnZXQiLCJub25jZSI6InNlY3JldC1ub25jZS0wMTIzNDU2Nzg5In0",
            "",
        ),
        (Method::GET, "/v1/oauth/secret-nonce-0123456789", ""),
        (
            Method::GET,
            "/oauth/return?code=secret-code&state=secret-state",
            "",
        ),
        (
            Method::GET,
            "/oauth/resume?resume=secret-nonce-0123456789",
            "",
        ),
        (
            Method::GET,
            "/sandbox/oauth-bank/authorize?client_id=secret-client&state=secret-state",
            "",
        ),
        (Method::GET, "/?token=secret-page", ""),
        (Method::GET, "/nothing?token=secret-nothing", ""),
    ] {
        running.send(method, path, &token, body).await;
    }
    running
        .send(Method::GET, "/v1/session", "secret-bearer", "")
        .await;
    let wrong = running.http.post(format!("{}/v1/tokens", running.address));
    let wrong = wrong.basic_auth("demo", Some("secret-client")).send().await;
    assert_eq!(wrong.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    let form = running
        .http
        .post(format!("{}/connect/demo", running.address));
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let form = form
        .body("token=secret-form")
        .send()
        .await
        .expect("an answer");
    assert_eq!(form.status(), StatusCode::OK);

    let log = running.stop().await;
    assert!(log.contains("DEBUG") && log.contains("stopping"));
    let encoded = |text: &str| STANDARD.encode(text);
    let basic = [encoded("demo:demo-secret"), encoded("demo:secret-client")];
    for secret in ["secret-", &token, &basic[0], &basic[1]] {
        let line = log
            .lines()
            .find(|line| line.contains(secret) && !line.contains("WARN sandbox"));
        assert_eq!(line, None, "{secret} in the log");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_is_named_once() {
    let mut running = Running::start(&[]).await;
    for _ in 0..3 {
        let request = running.http.get(format!("{}/healthz", running.address));
        let request = request.header("x-forwarded-for", "192.0.2.1");
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let line = running.read_until("--trusted-proxy").await;
    assert!(
        line.contains("WARN") && line.contains("127.0.0.1"),
        "{line}"
    );
    let log = running.stop().await;
    assert_eq!(log.matches("--trusted-proxy").count(), 1);
    assert!(!log.contains("192.0.2.1"));
}

#[tokio::test]
async fn a_sandbox_that_others_reach_without_encryption_says_so_at_its_start() {
    let running = Running::start(&["--public-url", "http://widget.lan:8080"]).await;
    let log = running.stop().await;
    assert!(log.contains("http://widget.lan:8080 is not https"), "{log}");
    let local = Running::start(&[]).await;
    assert!(!local.stop().await.contains("is not https"));
}
