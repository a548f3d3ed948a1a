//! A copy of the database that is made while the server writes is a server's whole memory, with its keys.

use crate::database;
use crate::feed::{ask, feed};
use crate::support::{Directory, TestServer, check_problem};
use connect_core::api::SyncStatus;
use reqwest::Method;
use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Output;
use tokio::process::Command;

async fn back_up(server: &TestServer, database: impl AsRef<OsStr>, to: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
    command.arg("backup").arg("--database").arg(database);
    let keys = database::keys(&server.directory.0);
    command.arg("--keys").arg(keys).arg("--to").arg(to);
    command.output().await.expect("it runs")
}

#[tokio::test]
async fn what_stood_when_a_copy_was_made_is_there_after_it_was_put_back() {
    if !database::is_file() {
        return;
    }
    let server = TestServer::start().await;
    let ann = server.user().await;
    let mut before = Vec::new();
    for _ in 0..3 {
        let made = ann.connect("demo", "wealthica", "wealthica").await;
        assert_eq!(made.sync_status, SyncStatus::Ok);
        before.push(made.id);
    }
    let (_, before_it) = feed(&server, NEWEST).await;
    let copy = server.directory.path("copy.db");
    let database = server.directory.path("connect.db");
    // Somebody logs in and syncs all the time meanwhile.
    let writes = async {
        loop {
            let made = ann.connect("demo", "wealthica", "wealthica").await;
            ann.sync_anew(&made).await;
        }
    };
    let made = tokio::select! {
        made = back_up(&server, &database, &copy) => made,
        () = writes => unreachable!("it has no end"),
    };
    assert!(made.status.success(), "{made:?}");
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(said.contains("keys"), "{said}");
    assert_private(&copy);
    // What comes afterwards is not in it.
    let late = ann.connect("demo", "wealthica", "wealthica").await;
    let token = ann.token.clone();
    let (_, after_it) = feed(&server, NEWEST).await;

    let place = Directory::new();
    std::fs::copy(&copy, place.path("connect.db")).expect("it is copied");
    let keys = server.directory.path("connect.db.keys");
    std::fs::copy(keys, place.path("connect.db.keys")).expect("they are copied");
    server.server.stop().await;
    let catalogue = place.path("catalogue.csv").display().to_string();
    let options = ["--sandbox", "--catalogue", &catalogue];
    let restored = TestServer::in_directory(place, &options).await;
    let get = async |id: &str| {
        let url = restored.url(&format!("/v1/institutions/{id}"));
        let request = restored.http.get(url).bearer_auth(&token);
        request.send().await.expect("an answer")
    };
    for id in &before {
        let found: Value = get(id).await.json().await.expect("an institution");
        assert_eq!(found["sync_status"], "ok", "{found}");
        let accounts = found["accounts"].as_array();
        assert!(accounts.is_some_and(|accounts| !accounts.is_empty()));
    }
    assert_eq!(get(&late.id).await.status(), 404);

    // What happens from now on gets numbers that a reader has had already: that is told, and nothing is passed over.
    let bob = restored.user().await;
    while number(&feed(&restored, NEWEST).await.1) <= number(&after_it) {
        bob.connect("demo", "wealthica", "wealthica").await;
    }
    let path = format!("/v1/events?after={after_it}");
    check_problem(
        ask(&restored, Method::GET, &path).await,
        410,
        "cursor_expired",
    )
    .await;
    let (news, _) = feed(&restored, &format!("?after={before_it}")).await;
    assert_eq!(news[0]["sequence"], number(&before_it) + 1);
}

/// Nothing is of this type here: `next` is the feed's end.
const NEWEST: &str = "?type=connection.removed";

fn number(cursor: &str) -> u64 {
    let (number, _) = cursor.split_once('-').expect("an event is there");
    number.parse().expect("a number")
}

#[tokio::test]
async fn nothing_is_written_over_and_no_database_is_made() {
    if !database::is_file() {
        return;
    }
    let server = TestServer::start().await;
    let database = server.directory.path("connect.db");
    let taken = server.directory.write("taken.db", "something");
    let refused = back_up(&server, &database, &taken).await;
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("it exists, and is not empty"), "{said}");
    assert_eq!(std::fs::read(&taken).expect("it is there"), b"something");
    let nowhere = server.directory.path("nowhere.db");
    let refused = back_up(&server, &nowhere, &server.directory.path("copy.db")).await;
    assert_eq!(refused.status.code(), Some(2));
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn of_postgresql_its_own_program_makes_the_copies() {
    if database::is_file() {
        return;
    }
    let server = TestServer::start().await;
    let address = database::address(&server.directory.0);
    let copy = server.directory.path("copy.db");
    let refused = back_up(&server, &address, &copy).await;
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("pg_dump"), "{said}");
    assert!(!copy.exists());
}

#[cfg(unix)]
fn assert_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(not(unix))]
fn assert_private(_: &Path) {}
