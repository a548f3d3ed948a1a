//! The command itself: how it starts, how it refuses to, what it logs, how it ends.

use crate::support::{Directory, options};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect_server::{Server, StartError};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

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
    let one =
        |more: &str| format!(r#"{{"id":"shop","name":"Shop","secret_sha256":"{secret}"{more}}}"#);
    let client = |more: &str| format!("[{}]", one(more));
    for (text, said) in [
        ("{}".to_owned(), "not a list of clients"),
        (client(r#","origins":["shop.example"]"#), "is not an origin"),
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

/// The command in a process of its own.
struct Running {
    child: Child,
    lines: UnboundedReceiver<String>,
    log: String,
    address: String,
    http: Client,
    _directory: Directory,
}

impl Running {
    async fn start(more: &[&str]) -> Running {
        let directory = Directory::new();
        let mut child = Command::new(env!("CARGO_BIN_EXE_connect-server"))
            .args([
                "--sandbox",
                "--listen",
                "127.0.0.1:0",
                "--sandbox-step-ms",
                "1",
            ])
            .arg("--dist")
            .arg(directory.path("dist"))
            .arg("--catalogue")
            .arg(directory.path("catalogue.csv"))
            .arg("--database")
            .arg(directory.path("connect.db"))
            .env("CONNECT_LOG", "debug")
            .args(more)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the command starts");
        // Read all the time: a full pipe would hold the server up.
        let mut written = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        let (sender, lines) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = written.next_line().await {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut running = Running {
            lines,
            child,
            log: String::new(),
            address: String::new(),
            http: Client::new(),
            _directory: directory,
        };
        let line = running.read_until("listening on ").await;
        let (_, address) = line.split_once("listening on ").expect("the address");
        running.address = address.trim().into();
        running
    }

    /// Reads its log as far as a line with these words.
    async fn read_until(&mut self, words: &str) -> String {
        loop {
            let line = self.lines.recv().await;
            let line = line.unwrap_or_else(|| panic!("the log ends without {words:?}"));
            self.log.push_str(&line);
            self.log.push('\n');
            if line.contains(words) {
                return line;
            }
        }
    }

    async fn token(&self) -> String {
        let request = self.http.post(format!("{}/v1/tokens", self.address));
        let request = request.basic_auth("demo", Some("demo-secret"));
        let answer = request.json(&json!({"user_id": "ann"})).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("a token");
        answer["token"].as_str().expect("a token").into()
    }

    async fn send(&self, method: Method, path: &str, token: &str, body: &str) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.address));
        let request = request
            .bearer_auth(token)
            .header("content-type", "application/json");
        request
            .body(body.to_owned())
            .send()
            .await
            .expect("an answer")
    }

    /// Tells it to stop; gives back all that it has logged.
    async fn stop(mut self) -> String {
        let process = self.child.id().expect("it runs").to_string();
        let told = std::process::Command::new("kill").arg(process).status();
        assert!(told.is_ok_and(|status| status.success()));
        while let Some(line) = self.lines.recv().await {
            self.log.push_str(&line);
            self.log.push('\n');
        }
        assert!(self.child.wait().await.expect("it ends").success());
        self.log
    }
}
