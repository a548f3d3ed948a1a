//! The audit log: everything that happens stands in it, with who did it, and nothing that anybody has typed.

mod story;

use crate::running::Running;
use crate::support::{Directory, refused, sha256_hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use story::{MARK, Teller};

/// What a line may say.
const FIELDS: [&str; 14] = [
    "time",
    "event",
    "request_id",
    "client",
    "user",
    "address",
    "method",
    "route",
    "institution",
    "provider",
    "outcome",
    "status",
    "code",
    "times",
];

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("JSON lines")
}

fn read(file: &Path) -> Vec<Value> {
    lines(&std::fs::read_to_string(file).expect("a log"))
}

#[tokio::test]
async fn a_whole_run_is_told_and_nothing_of_what_was_typed_stands_in_any_log() {
    let directory = Directory::new();
    let shop_secret = format!("{MARK}-shop-secret");
    let clients = json!([{
        "id": "shop", "name": "Shop", "secret_sha256": sha256_hex(&shop_secret),
        "oauth_redirects": [{"sub": "shop", "uri": "https://shop.example/bank"}],
    }]);
    let clients = directory.write("clients.json", &clients.to_string());
    let audit = directory.path("audit.jsonl");
    let plain = |path: &Path| path.to_str().expect("a plain path").to_owned();
    let (clients, file) = (plain(&clients), plain(&audit));
    let more = [
        "--clients",
        &clients,
        "--audit-log",
        &file,
        "--log",
        "trace",
        "--poll-timeout",
        "5",
    ];
    let mut running = Running::start_in(directory, &more).await;

    let mut teller = Teller::new(&running);
    teller.tell_everything().await;
    let Teller { user, secrets, .. } = teller;
    running.signal("HUP");
    running.read_until("are read again").await;
    running.directory.write("clients.json", "[{");
    running.signal("HUP");
    running.read_until("not read again").await;
    let (log, directory) = running.stop_in().await;

    let text = std::fs::read_to_string(directory.path("audit.jsonl")).expect("a log");
    for (name, log) in [("audit log", &text), ("log", &log)] {
        let own = |line: &&str| !line.contains("WARN sandbox");
        for line in log.lines().filter(own) {
            let low = line.to_lowercase();
            assert!(!low.contains(MARK), "{name}: {line}");
            let secret = secrets.iter().find(|secret| line.contains(secret.as_str()));
            assert_eq!(secret, None, "{name}: {line}");
            assert!(!line.chars().any(char::is_control), "{name}: {line:?}");
        }
    }
    assert!(log.contains("DEBUG") && log.contains("answered"));

    let told = lines(&text);
    for line in &told {
        for name in line.as_object().expect("an object").keys() {
            assert!(FIELDS.contains(&name.as_str()), "{line}");
        }
        let time: jiff::Timestamp = line["time"]
            .as_str()
            .expect("a time")
            .parse()
            .expect("RFC 3339");
        let milliseconds = line["time"].as_str().expect("a time").len();
        assert!(
            time > jiff::Timestamp::UNIX_EPOCH && milliseconds == 24,
            "{line}"
        );
    }
    let found = |wanted: Value| {
        let wanted = wanted.as_object().expect("fields");
        let fits = |line: &&Value| wanted.iter().all(|(name, value)| line[name] == *value);
        let line = told.iter().find(fits);
        line.unwrap_or_else(|| panic!("there is no {wanted:?} in\n{text}"))
    };
    for outside in [
        json!({"event": "server_started"}),
        json!({"event": "server_stopped"}),
        json!({"event": "clients_reloaded", "outcome": "ok"}),
        json!({"event": "clients_reloaded", "outcome": "failed"}),
        json!({"event": "sync_ended", "client": "demo", "user": user, "provider": "demo", "outcome": "LoginFailedError"}),
        json!({"event": "sync_ended", "client": "demo", "user": user, "provider": "demo", "outcome": "ok"}),
        json!({"event": "sync_ended", "client": "demo", "user": user, "provider": "mfa-bank", "outcome": "SecurityQuestionError"}),
        json!({"event": "sync_ended", "client": "demo", "user": user, "provider": "mfa-bank", "outcome": "OtherError"}),
        json!({"event": "sync_ended", "client": "demo", "user": user, "provider": "oauth-bank", "outcome": "ok"}),
    ] {
        found(outside);
    }
    let institution = "/v1/institutions/{id}";
    for (event, method, route) in [
        ("token_minted", "POST", "/v1/tokens"),
        ("token_minted", "POST", "/link-session"),
        ("token_minted", "POST", "/bank-linking/connect/start"),
        ("token_minted", "GET", "/api/token"),
        ("token_minted", "POST", "/widgetUrl"),
        ("token_minted", "GET", "/widget"),
        ("token_minted", "GET", "/oauth/resume"),
        ("token_revoked", "POST", "/v1/tokens/revoke"),
        ("user_revoked", "POST", "/v1/tokens/revoke"),
        ("login_sent", "POST", "/v1/institutions"),
        ("login_sent", "PUT", institution),
        ("answer_sent", "PUT", institution),
        ("code_resent", "PUT", institution),
        ("accounts_selected", "PUT", institution),
        ("connection_deleted", "DELETE", institution),
        (
            "connection_exchanged",
            "POST",
            "/link-session/exchange-token",
        ),
        ("oauth_answered", "GET", "/oauth/redirect"),
    ] {
        let line = found(json!({
            "event": event, "method": method, "route": route,
            "client": "demo", "user": user, "address": "127.0.0.1",
        }));
        assert_eq!(
            line["request_id"].as_str().map(str::len),
            Some(16),
            "{line}"
        );
        let about = [
            "login_sent",
            "answer_sent",
            "code_resent",
            "accounts_selected",
            "connection_deleted",
        ];
        if about.contains(&event) {
            assert_eq!(
                line["institution"].as_str().map(str::len),
                Some(24),
                "{line}"
            );
            assert!(line["provider"].is_string(), "{line}");
        }
    }
    for (event, route) in [
        ("page_opened", "/widget"),
        ("page_opened", "/v2/"),
        ("all_revoked", "/v1/tokens/revoke"),
        ("login_looked_up", "/v1/logins/{id}"),
    ] {
        found(json!({"event": event, "route": route, "client": "demo", "address": "127.0.0.1"}));
    }
    found(json!({"event": "oauth_answered", "outcome": "error", "client": "shop"}));
    for (client, user, status, code) in [
        // Whose secret it was not, as far as there is such a client.
        (json!("demo"), Value::Null, 401, json!("invalid_client")),
        (Value::Null, Value::Null, 401, json!("invalid_client")),
        (Value::Null, Value::Null, 401, json!("invalid_token")),
        (json!("demo"), json!(user), 403, json!("origin_not_allowed")),
        (json!("demo"), json!(user), 403, Value::Null),
        (json!("demo"), json!(user), 409, json!("conflict")),
        (json!("demo"), json!(user), 429, json!("rate_limited")),
    ] {
        found(json!({
            "event": "refused", "client": client, "user": user, "status": status, "code": code,
            "address": "127.0.0.1",
        }));
    }
    assert!(
        told.iter()
            .all(|line| line["status"] != 404 && line["status"] != 422)
    );
}

#[tokio::test]
async fn a_flood_of_refusals_writes_few_lines_that_count_them_all() {
    let directory = Directory::new();
    let file = directory.path("audit.jsonl");
    let file = file.to_str().expect("a plain path").to_owned();
    let more = ["--audit-log", &file, "--log", "info"];
    let running = Running::start_in(directory, &more).await;
    for _ in 0..300 {
        let answer = running
            .send(Method::POST, "/v1/tokens", "no-secret", "{}")
            .await;
        assert!(matches!(answer.status().as_u16(), 401 | 429));
        let answer = running.send(Method::GET, "/v1/nothing", "none", "").await;
        assert_eq!(answer.status().as_u16(), 404);
    }
    let (log, directory) = running.stop_in().await;
    let told = read(&directory.path("audit.jsonl"));
    let refused: Vec<&Value> = told
        .iter()
        .filter(|line| line["event"] == "refused")
        .collect();
    let times = |line: &&Value| line["times"].as_u64().unwrap_or(1);
    assert_eq!(refused.iter().map(times).sum::<u64>(), 300);
    // Each line says whose the last one was that it counts.
    let named = |line: &&Value| line["request_id"].is_string() && line["address"] == "127.0.0.1";
    assert!(refused.iter().all(named));
    let last = told.last().expect("a line");
    assert_eq!(last["event"], "server_stopped");
    let written = log.lines().filter(|line| line.contains(" refused "));
    let limits = log
        .lines()
        .filter(|line| line.contains("a limit is reached"));
    for lines in [refused.len(), written.count(), limits.count()] {
        assert!(lines < 50, "{lines} lines");
    }
}

#[tokio::test]
async fn an_answer_names_its_lines() {
    let directory = Directory::new();
    let file = directory.path("audit.jsonl");
    let file = file.to_str().expect("a plain path").to_owned();
    let running = Running::start_in(directory, &["--audit-log", &file]).await;
    let request = running.http.post(format!("{}/v1/tokens", running.address));
    let request = request.basic_auth("demo", Some("demo-secret"));
    let answer = request.json(&json!({"user_id": "ann"})).send().await;
    let answer = answer.expect("an answer");
    let id = crate::support::header(&answer, "x-request-id").to_owned();
    let (_, directory) = running.stop_in().await;
    let told = read(&directory.path("audit.jsonl"));
    let own = told.iter().filter(|line| line["request_id"] == id.as_str());
    let own: Vec<&str> = own.filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(own, ["token_minted"]);
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_operators_alone_and_another_one_is_begun_after_a_hangup() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new();
    let (file, moved) = (
        directory.path("audit.jsonl"),
        directory.path("audit.jsonl.1"),
    );
    let named = file.to_str().expect("a plain path").to_owned();
    let mut running = Running::start_in(directory, &["--audit-log", &named]).await;
    running.token().await;
    std::fs::rename(&file, &moved).expect("it is moved");
    running.signal("HUP");
    running.read_until("are read again").await;
    running.token().await;
    let (_, _directory) = running.stop_in().await;
    let events = |file: &Path| {
        let all = read(file);
        let all = all.iter().filter_map(|line| line["event"].as_str());
        all.map(str::to_owned).collect::<Vec<String>>()
    };
    assert_eq!(events(&moved), ["server_started", "token_minted"]);
    assert_eq!(
        events(&file),
        ["clients_reloaded", "token_minted", "server_stopped"]
    );
    for file in [&file, &moved] {
        let mode = std::fs::metadata(file)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn without_a_file_the_lines_stand_in_the_log_and_with_a_dash_on_standard_error() {
    for (more, before) in [(&[][..], "audit "), (&["--audit-log", "-"], "")] {
        let running = Running::start(more).await;
        running.token().await;
        let log = running.stop().await;
        let line = log
            .lines()
            .find(|line| line.contains(r#""event":"token_minted""#));
        let line = line.expect("it is told");
        let (start, _) = line
            .split_once('{')
            .filter(|_| before.is_empty())
            .unwrap_or((before, ""));
        assert_eq!(start, before);
        let json = &line[line.find("{\"time\"").expect("an object")..];
        assert_eq!(lines(json)[0]["client"], "demo");
        assert!(before.is_empty() || line.contains("INFO"), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn while_its_disk_is_full_the_server_goes_on_and_says_so() {
    let mut running = Running::start(&["--audit-log", "/dev/full"]).await;
    // The first line is the start's own: it may be told before the server answers.
    let words = "ERROR the audit log cannot be written";
    if !running.log.contains(words) {
        running.read_until(words).await;
    }
    assert_eq!(running.token().await.len(), 43);
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_told_at_the_start() {
    let directory = Directory::new();
    let said = refused(
        &directory,
        &["--sandbox", "--audit-log", "/nowhere/audit.jsonl"],
    )
    .await;
    assert!(
        said.contains("--audit-log") && said.contains("/nowhere/audit.jsonl"),
        "{said}"
    );
}

/// The header of a client that says its id and its secret.
fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// Not a method that the standard has.
fn own_method() -> Method {
    Method::from_bytes(MARK.to_uppercase().as_bytes()).expect("a method")
}
