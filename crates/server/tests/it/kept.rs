//! A database of the version before this one, as it was kept, is brought up to date, and nothing in it is lost.

use crate::database;
use crate::support::{Directory, TestServer, header};
use connect_core::api::{Institution, SyncStatus};
use connect_server::sql;
use reqwest::Method;
use serde_json::{Value, json};

const KEYS: &str = include_str!("kept/keys.json");
const SQLITE: &str = include_str!("kept/sqlite_13.sql");
const POSTGRES: &str = include_str!("kept/postgres_13.sql");

/// In a dump a statement ends with its line, unless it has a function's text in it.
fn statements(dump: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for line in dump.lines().filter(|line| !line.starts_with("--")) {
        let last = all.last_mut().expect("there is one");
        last.push_str(line);
        last.push('\n');
        if line.ends_with(';') && last.matches("$$").count() % 2 == 0 {
            all.push(String::new());
        }
    }
    all.retain(|statement| !statement.trim().is_empty());
    all
}

async fn put_back(directory: &Directory) {
    let (dump, whole) = match database::is_file() {
        true => {
            directory.write("connect.db", "");
            (SQLITE, vec![SQLITE.to_owned()])
        }
        false => (POSTGRES, statements(POSTGRES)),
    };
    assert!(dump.contains("'13'") || dump.contains("user_version = 13"));
    let pool = database::open(&directory.0).await;
    for statement in whole {
        let done = sql::query(statement.clone()).execute(&pool).await;
        done.unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
    pool.close().await;
    directory.write("connect.db.keys", KEYS);
}

#[tokio::test]
async fn what_was_connected_is_there_and_works_and_so_is_what_has_happened() {
    let directory = Directory::new();
    put_back(&directory).await;
    let server = TestServer::in_directory(directory, &["--sandbox"]).await;
    let ask = async |path: &str| {
        let request = server.request(Method::GET, path);
        let answer = request.basic_auth("demo", Some("demo-secret")).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(header(&answer, "content-type"), "application/json");
        answer.json::<Value>().await.expect("JSON")
    };
    let feed = ask("/v1/events?after=0").await;
    assert_eq!(feed["items"][0]["type"], "connection.connected");
    assert_eq!(feed["items"][0]["data"]["user_id"], "ann");
    let id = &feed["items"][0]["data"]["institution_id"];
    let id = id.as_str().expect("its id");

    let user = server.user_with(json!({"user_id": "ann"})).await;
    let institution: Institution = user.read(id).await;
    assert_eq!(institution.sync_status, SyncStatus::Ok);
    assert_eq!(user.sync(&institution).await.sync_status, SyncStatus::Ok);
    let next = feed["next"].as_str().expect("a cursor");
    let feed = ask(&format!("/v1/events?after={next}")).await;
    assert_eq!(feed["items"][0]["type"], "connection.refreshed");
    assert_eq!(feed["items"][0]["sequence"], 2);
}

/// Else a change of the tables would be tried on nothing but itself.
#[tokio::test]
async fn the_database_that_is_kept_is_of_the_version_before() {
    let server = TestServer::start().await;
    let pool = server.database().await;
    let version: i64 = match database::is_file() {
        true => {
            let version = sql::query_scalar("PRAGMA user_version");
            version.fetch_one(&pool).await.expect("a version")
        }
        false => {
            let version = sql::query_scalar("SELECT value FROM meta WHERE key = 'schema'");
            let version: String = version.fetch_one(&pool).await.expect("a version");
            version.parse().expect("a number")
        }
    };
    assert_eq!(
        version, 14,
        "keep a dump of version 14, see CONTRIBUTING.md"
    );
}
