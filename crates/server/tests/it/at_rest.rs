//! What a thief of the database's file has, and what is left in it of what was removed: nothing.

use crate::database;
use crate::running::Running;
use crate::support::{Directory, TestServer, User, check_problem, header, options};
use crate::vault::kept;
use connect_core::api::SyncStatus;
use connect_server::Server;
use connect_server::sql;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::path::Path;

/// Of the user, the bank and the host: each stands in some column or other.
const TYPED: [&str; 6] = [
    "ann-of-the-marker",
    "Chequing",
    "2450.75",
    "Which language runs",
    "marker-state",
    "marker-search",
];

/// The file, what was written beside it, and what a process leaves behind that is killed.
fn bytes_of(directory: &Path) -> Vec<u8> {
    let files = ["connect.db", "connect.db-wal", "connect.db-shm"];
    let read = |file: &str| std::fs::read(directory.join(file)).unwrap_or_default();
    files.into_iter().flat_map(read).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

async fn marked(server: &TestServer) -> User<'_> {
    let body = json!({"user_id": TYPED[0], "state": "marker-state", "search": "marker-search", "exchange": true});
    server.user_with(body).await
}

async fn erase(server: &TestServer, user: &str, secret: &str) -> Response {
    let request = server.request(Method::DELETE, &format!("/v1/users/{user}"));
    let request = request.basic_auth("demo", Some(secret));
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn who_has_the_file_alone_reads_no_user_no_account_and_no_question() {
    if !database::is_file() {
        return;
    }
    let server = TestServer::start().await;
    let user = marked(&server).await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    let asked = user.connect("demo", "wealthica", "anything").await;
    assert_eq!(asked.sync_status, SyncStatus::Error);
    let told = user.get_json("/v1/session").await;
    assert_eq!(told["user_id"], TYPED[0]);

    let documents = kept(&server, "institutions", "id", "document")
        .await
        .concat();
    let options = kept(&server, "tokens", "token_sha256", "options")
        .await
        .concat();
    let users = kept(&server, "exchange_codes", "code_sha256", "user_sealed").await;
    let all = [documents, options, users.concat()].concat();
    let bytes = bytes_of(&server.directory.0);
    for text in TYPED {
        assert!(all.contains(text), "{text} is kept");
        assert!(!holds(&bytes, text), "{text} can be read");
    }
    let folder = server.directory;
    server.server.stop().await;
    assert!(TYPED.iter().all(|text| !holds(&bytes_of(&folder.0), text)));
}

#[tokio::test]
async fn what_was_removed_is_not_in_the_file_any_more() {
    if !database::is_file() {
        return;
    }
    let server = TestServer::start().await;
    let user = marked(&server).await;
    let mut ids = Vec::new();
    for _ in 0..10 {
        ids.push(user.connect("demo", "wealthica", "wealthica").await.id);
    }
    assert!(
        ids.iter()
            .all(|id| holds(&bytes_of(&server.directory.0), id))
    );
    for id in &ids {
        let path = format!("/v1/institutions/{id}");
        let removed = user.send(Method::DELETE, &path, json!({})).await;
        assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    }
    let folder = server.directory;
    server.server.stop().await;
    let bytes = bytes_of(&folder.0);
    assert!(!bytes.is_empty() && ids.iter().all(|id| !holds(&bytes, id)));
}

#[tokio::test]
async fn a_user_is_erased_by_the_clients_own_server_alone() {
    let server = TestServer::start().await;
    let user = marked(&server).await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let other = server.user_with(json!({"user_id": "bob"})).await;
    let others = other.connect("demo", "wealthica", "wealthica").await;

    let refused = erase(&server, TYPED[0], "wrong").await;
    check_problem(refused, 401, "invalid_client").await;
    assert_eq!(user.read(&connected.id).await.id, connected.id);

    let erased = erase(&server, TYPED[0], "demo-secret").await;
    assert_eq!(erased.status(), StatusCode::OK);
    let erased: Value = erased.json().await.expect("JSON");
    // The sandbox's users have three connections from the start.
    assert_eq!(erased, json!({"connections": 4, "tokens": 1}));
    let path = format!("/v1/institutions/{}", connected.id);
    check_problem(user.get(&path).await, 401, "invalid_token").await;
    let again = marked(&server).await;
    check_problem(again.get(&path).await, 404, "not_found").await;
    assert_eq!(other.read(&others.id).await.id, others.id);
    // Without a stop: the file and its log are clean at once.
    assert!(!holds(&bytes_of(&server.directory.0), &connected.id));
}

#[tokio::test]
async fn an_erased_user_does_not_come_back_by_a_login_that_was_under_way() {
    let server = TestServer::start().await;
    for _ in 0..8 {
        let user = marked(&server).await;
        let create = || user.create("demo", "wealthica", "wealthica");
        let (one, two, erased, three) = tokio::join!(
            create(),
            create(),
            erase(&server, TYPED[0], "demo-secret"),
            create()
        );
        assert_eq!(erased.status(), StatusCode::OK);
        for created in [one, two, three] {
            let status = created.status();
            assert!(
                status == StatusCode::ACCEPTED || status == StatusCode::UNAUTHORIZED,
                "{status}"
            );
        }
        let left: i64 = sql::query_scalar("SELECT count(*) FROM institutions")
            .fetch_one(&server.database().await)
            .await
            .expect("a number");
        assert_eq!(left, 0);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_files() {
    if !database::is_file() {
        return;
    }
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new();
    let old = directory.write("connect.db", "");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&old, open).expect("it is the test's own");
    let server = TestServer::in_directory(directory, &["--sandbox"]).await;
    server.user().await;
    for file in [
        "connect.db",
        "connect.db-wal",
        "connect.db-shm",
        "connect.db.keys",
    ] {
        let found = std::fs::metadata(server.directory.path(file));
        let mode = found.expect(file).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

async fn refused(directory: &Directory) -> String {
    match Server::start(options(&directory.0, &["--sandbox"])).await {
        Ok(_) => String::from("it has started"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn without_its_keys_or_with_others_a_database_is_not_opened_and_keeps_everything() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let token = user.token.clone();
    let directory = server.directory;
    server.server.stop().await;

    let file = directory.path("connect.db.keys");
    let keys = std::fs::read_to_string(&file).expect("the keys");
    std::fs::remove_file(&file).expect("they were there");
    let words = refused(&directory).await;
    assert!(
        words.contains("are missing") && words.contains("--keys"),
        "{words}"
    );
    assert!(!file.exists(), "none are made in their place");

    let parsed: Value = serde_json::from_str(&keys).expect("JSON");
    for (place, said) in [
        ("/sealing/0/id", "lacks the sealing key"),
        ("/sealing/0/key", "is not the one"),
        ("/identity/key", "is not the one"),
    ] {
        let mut other = parsed.clone();
        let value = other.pointer_mut(place).expect("it is there");
        let text = value.as_str().expect("a text");
        *value = json!("1".repeat(text.len()));
        directory.write("connect.db.keys", &other.to_string());
        let words = refused(&directory).await;
        assert!(words.contains(said), "{place}: {words}");
        let secret = parsed["sealing"][0]["key"].as_str().expect("a text");
        assert!(!words.contains(secret));
    }

    directory.write("connect.db.keys", &keys);
    let server = TestServer::in_directory(directory, &["--sandbox"]).await;
    let user = User {
        server: &server,
        token,
    };
    assert_eq!(user.read(&connected.id).await, connected);
}

#[tokio::test]
async fn what_is_kept_longer_than_the_operator_wants_goes() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    sql::query("UPDATE institutions SET changed_at = unixepoch('now', '-31 days')")
        .execute(&server.database().await)
        .await
        .expect("they are older");
    let token = user.token.clone();
    let directory = server.directory;
    server.server.stop().await;
    let more = ["--sandbox", "--keep-connections", "30"];
    let server = TestServer::in_directory(directory, &more).await;
    let user = User {
        server: &server,
        token,
    };
    let gone = user
        .get(&format!("/v1/institutions/{}", connected.id))
        .await;
    assert_eq!(header(&gone, "content-type"), "application/problem+json");
    check_problem(gone, 404, "not_found").await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_crash_leaves_no_file_of_what_was_in_memory() {
    let running = Running::start(&[]).await;
    let limits = format!("/proc/{}/limits", running.process());
    let limits = std::fs::read_to_string(limits).expect("its limits");
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = line.expect("the line").split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"]);
    running.stop().await;
}
