//! The commands that change the keys, and those for one user, as an operator runs them beside the server.

use crate::database;
use crate::feed::{feed, kinds};
use crate::support::{TestServer, User, check_problem};
use connect_core::api::Institution;
use serde_json::Value;
use std::path::Path;
use tokio::process::Command;

/// What the command says, and whether it ended well.
async fn run(folder: &Path, words: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
    command.args(words).current_dir(folder);
    command.env("CONNECT_DATABASE", database::address(folder));
    command.env("CONNECT_KEYS_FILE", database::keys(folder));
    let ended = command.output().await.expect("it ends");
    let said = [ended.stdout, ended.stderr].concat();
    (
        ended.status.success(),
        String::from_utf8(said).expect("a text"),
    )
}

async fn runs(folder: &Path, words: &[&str]) -> String {
    let (well, said) = run(folder, words).await;
    assert!(well, "{said}");
    said
}

fn keys(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("connect.db.keys")).expect("the keys");
    serde_json::from_str(&text).expect("JSON")
}

async fn reads(server: &TestServer, token: &str, connected: &Institution) {
    let user = User {
        server,
        token: token.into(),
    };
    assert_eq!(user.read(&connected.id).await, *connected);
}

#[tokio::test]
async fn a_sealing_key_is_replaced_step_by_step_and_the_old_one_is_needed_no_more() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let token = user.token.clone();
    let folder = server.directory.0.clone();
    let old = keys(&folder)["sealing"][0]["id"].clone();
    let old = old.as_str().expect("an id");

    runs(&folder, &["keys", "rotate"]).await;
    let said = runs(&folder, &["keys", "show"]).await;
    assert!(said.contains(&format!("unseals: {old}")), "{said}");
    // The server that runs still seals with the old one.
    let (well, said) = run(&folder, &["keys", "reseal"]).await;
    assert!(
        !well && said.contains("must be started once before"),
        "{said}"
    );
    reads(&server, &token, &connected).await;
    let server = server.restart().await;
    reads(&server, &token, &connected).await;

    let said = runs(&folder, &["keys", "reseal"]).await;
    assert!(
        said.contains(&format!("The key {old} is no longer needed")),
        "{said}"
    );
    let said = runs(&folder, &["keys", "reseal"]).await;
    assert!(said.starts_with("0 rows") && said.contains(old), "{said}");
    let mut without = keys(&folder);
    without["sealing"]
        .as_array_mut()
        .expect("a list")
        .truncate(1);
    server
        .directory
        .write("connect.db.keys", &without.to_string());
    let server = server.restart().await;
    reads(&server, &token, &connected).await;
    // What happened before is sealed anew as well.
    let (events, _) = feed(&server, "").await;
    assert_eq!(kinds(&events), ["connection.connected"]);
    assert_eq!(events[0]["data"]["user_id"], "ann");
}

#[tokio::test]
async fn users_keep_what_is_theirs_when_the_key_for_ids_is_replaced() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let token = user.token.clone();
    let folder = server.directory.0.clone();
    let hash = ["user", "hash", "--client", "demo", "ann"];
    let before = runs(&folder, &hash).await;
    runs(&folder, &["keys", "rotate", "--identity"]).await;
    // The server that runs still knows them by the old names.
    let (well, said) = run(&folder, &hash).await;
    assert!(
        !well && said.contains("must be started once before"),
        "{said}"
    );
    reads(&server, &token, &connected).await;
    let server = server.restart().await;
    reads(&server, &token, &connected).await;
    let again = server.user().await;
    assert_eq!(again.read(&connected.id).await.id, connected.id);
    assert_ne!(runs(&folder, &hash).await, before);
}

#[tokio::test]
async fn a_user_is_erased_beside_the_running_server() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let folder = &server.directory.0;
    let said = runs(folder, &["user", "erase", "--client", "demo", "ann"]).await;
    assert!(said.contains("4 connections, 1 tokens"), "{said}");
    let (well, said) = run(folder, &["user", "erase", "--client", "demo", "ann"]).await;
    assert!(!well && said.contains("nothing is kept"), "{said}");
    let path = format!("/v1/institutions/{}", connected.id);
    check_problem(user.get(&path).await, 401, "invalid_token").await;
    let (well, said) = run(
        folder,
        &[
            "user",
            "erase",
            "--client",
            "demo",
            "--database",
            "none.db",
            "ann",
        ],
    )
    .await;
    assert!(
        !well && said.contains("there is no database none.db"),
        "{said}"
    );
    assert!(!folder.join("none.db").exists());
}

#[tokio::test]
async fn keys_can_come_with_the_environment() {
    let folder = crate::support::Directory::new();
    let made = runs(&folder.0, &["keys", "new"]).await;
    let shown = async |text: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
        command
            .args(["keys", "show"])
            .current_dir(&folder.0)
            .env("CONNECT_KEYS", text);
        let ended = command.output().await.expect("it ends");
        let said = [ended.stdout, ended.stderr].concat();
        String::from_utf8(said).expect("a text")
    };
    let parsed: Value = serde_json::from_str(&made).expect("JSON");
    let id = parsed["sealing"][0]["id"].as_str().expect("an id");
    assert!(shown(&made).await.contains(&format!("seals: {id}")));
    let broken = shown("no keys at all").await;
    assert!(broken.contains("CONNECT_KEYS cannot be read"), "{broken}");
}

#[cfg(unix)]
#[tokio::test]
async fn keys_that_others_could_read_are_closed_and_stay_their_owners() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let server = TestServer::start().await;
    let file = server.directory.path("connect.db.keys");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file, open).expect("it is the test's own");
    let owner = std::fs::metadata(&file).expect("the keys").uid();
    let server = server.restart().await;
    let mode = || std::fs::metadata(&file).expect("the keys");
    assert_eq!(mode().permissions().mode() & 0o777, 0o600);
    runs(&server.directory.0, &["keys", "rotate"]).await;
    assert_eq!(
        (mode().permissions().mode() & 0o777, mode().uid()),
        (0o600, owner)
    );
}
