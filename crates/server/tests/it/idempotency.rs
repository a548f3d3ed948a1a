//! `Idempotency-Key`: a login that is sent again makes no second connection.

use crate::bank;
use crate::database;
use crate::support::{Directory, TestServer, User, check_problem, error_name};
use connect_core::api::{Institution, SyncStatus};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::json;
use std::collections::BTreeSet;

fn request(user: &User<'_>, key: &str, provider: &str, password: &str) -> RequestBuilder {
    let login = json!({"username": "wealthica", "password": password});
    let body = json!({"name": provider, "type": provider, "credentials": login});
    let request = user.server.request(Method::POST, "/v1/institutions");
    request
        .bearer_auth(&user.token)
        .header("Idempotency-Key", key)
        .json(&body)
}

async fn create(user: &User<'_>, key: &str, provider: &str, password: &str) -> Response {
    let request = request(user, key, provider, password);
    request.send().await.expect("an answer")
}

async fn institution(answer: Response) -> Institution {
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    answer.json().await.expect("an institution")
}

#[tokio::test]
async fn the_same_key_brings_new_credentials_to_the_same_connection() {
    let server = TestServer::start().await;
    let user = server
        .user_with(json!({"user_id": "ann", "duplicates": "reject"}))
        .await;
    let first = institution(create(&user, "key-1", "gb-monzo", "wait-login-600000").await).await;
    let again = institution(create(&user, "key-1", "gb-monzo", "wealthica").await).await;
    assert_eq!(again.id, first.id);
    let mut ended = again;
    while ended.sync_status == SyncStatus::Syncing {
        ended = user.news(&ended).await;
    }
    assert_eq!(ended.sync_status, SyncStatus::Ok);
    // It is no duplicate of itself.
    let third = institution(create(&user, "key-1", "gb-monzo", "wealthica").await).await;
    assert_eq!(third.id, first.id);
}

#[tokio::test]
async fn another_bank_another_user_and_another_key_are_another_connection() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    let first = institution(create(&user, "key", "demo", "wealthica").await).await;
    let other = create(&user, "key", "gb-monzo", "wealthica").await;
    check_problem(other, 409, "conflict").await;
    let his = institution(create(&bob, "key", "gb-monzo", "wealthica").await).await;
    let second = institution(create(&user, "KEY", "demo", "wealthica").await).await;
    assert_eq!(BTreeSet::from([&first.id, &his.id, &second.id]).len(), 3);
}

#[tokio::test]
async fn the_key_of_a_removed_connection_makes_a_new_one() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let first = institution(create(&user, "key", "demo", "wealthica").await).await;
    let path = format!("/v1/institutions/{}", first.id);
    user.send(Method::DELETE, &path, json!({})).await;
    let second = institution(create(&user, "key", "gb-monzo", "wealthica").await).await;
    assert_ne!(second.id, first.id);
}

#[tokio::test]
async fn of_many_logins_at_once_with_one_key_one_connection_comes_about() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let mut logins = tokio::task::JoinSet::new();
    for _ in 0..20 {
        logins.spawn(request(&user, "key", "demo", "wait-login-600000").send());
    }
    let mut ids = BTreeSet::new();
    for answer in logins.join_all().await {
        let answer = answer.expect("an answer");
        if answer.status() == StatusCode::ACCEPTED {
            ids.insert(institution(answer).await.id);
        } else {
            // So many at the very same moment that one of them gives up.
            check_problem(answer, 409, "conflict").await;
        }
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_bank_s_code_that_is_sent_again_spoils_nothing() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let send = async |code: &str| {
        let login = json!({"code": code, "code_verifier": bank::VERIFIER});
        let body = json!({"name": "OAuth Bank", "type": bank::BANK, "credentials": login});
        let request = server.request(Method::POST, "/v1/institutions");
        let request = request.bearer_auth(&user.token).json(&body);
        let request = request.header("Idempotency-Key", "key");
        request.send().await.expect("an answer")
    };
    let allowed = async || {
        let state = bank::widget_state(bank::NONCE);
        let back = bank::go_through(&server, &state, "any", "allow").await;
        bank::parameter(&back, "code").expect("a code")
    };
    let code = allowed().await;
    let first = user.follow(send(&code).await).await;
    assert_eq!(first.sync_status, SyncStatus::Ok);
    let again = institution(send(&code).await).await;
    assert_eq!(again, first);
    let garbage = user.follow(send("garbage").await).await;
    assert_eq!(error_name(&garbage), "LoginFailedError");
    let anew = user.follow(send(&allowed().await).await).await;
    assert_eq!((anew.id, anew.sync_status), (first.id, SyncStatus::Ok));
}

#[tokio::test]
async fn a_key_is_visible_ascii_and_not_too_long() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for key in ["", "two words", "tab\tinside", &"x".repeat(129)] {
        let refused = create(&user, key, "demo", "wealthica").await;
        let problem = check_problem(refused, 400, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.starts_with("Idempotency-Key "), "{detail}");
    }
    let longest = "x".repeat(128);
    institution(create(&user, &longest, "demo", "wealthica").await).await;
}

#[tokio::test]
async fn a_database_of_the_first_version_learns_of_keys_and_keeps_its_connections() {
    // There was none of it at PostgreSQL.
    if !database::is_file() {
        return;
    }
    let directory = Directory::new();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(directory.path("connect.db"))
        .create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await;
    let pool = pool.expect("a database");
    sqlx::raw_sql(include_str!("../../src/store/schema.sql"))
        .execute(&pool)
        .await
        .expect("the first schema");
    let old = json!({"id": "old", "name": "Demo", "type": "demo", "sync_status": "ok", "accounts": [], "__v": 5});
    sqlx::query("INSERT INTO institutions VALUES ('old', 'demo', 'ann', 5, 'ok', ?)")
        .bind(old.to_string())
        .execute(&pool)
        .await
        .expect("a connection");
    pool.close().await;
    let catalogue = directory.path("catalogue.csv");
    let catalogue = catalogue.to_str().expect("a plain path").to_owned();
    let server =
        TestServer::in_directory(directory, &["--sandbox", "--catalogue", &catalogue]).await;
    let user = server.user().await;
    assert_eq!(user.read("old").await.version, 5);
    let first = institution(create(&user, "key", "demo", "wealthica").await).await;
    let again = institution(create(&user, "key", "demo", "wealthica").await).await;
    assert_eq!(again.id, first.id);
}
