//! The test bank "Reconnect Bank", and the connections that every user of the sandbox has from the start.

use crate::support::{Directory, TestServer, User, challenge, check_problem, error_name};
use connect_core::api::{Institution, SyncStatus};
use connect_server::sql;
use reqwest::{Method, StatusCode};
use serde_json::json;
use sha2::{Digest, Sha256};

/// What stands for this user of the client `demo` in the ids.
fn mark(user: &str) -> String {
    let hash = Sha256::digest(format!("demo\n{user}"));
    hash[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn stored(user: &User<'_>, start: &str) -> Institution {
    user.read(&format!("{start}{}", mark("ann"))).await
}

#[tokio::test]
async fn any_password_repairs_the_broken_connection() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let broken = stored(&user, "reconnect-").await;
    assert_eq!(broken.provider, "reconnect-bank");
    assert_eq!(broken.sync_status, SyncStatus::Error);
    assert_eq!(error_name(&broken), "LoginFailedError");
    assert!(broken.accounts.as_ref().is_some_and(|all| !all.is_empty()));
    assert_eq!(
        user.news(&Institution {
            version: 0,
            ..broken.clone()
        })
        .await,
        broken
    );
    let refused = user.log_in(&broken, "anybody", "any").await;
    assert_eq!(error_name(&refused), "LoginFailedError");
    let repaired = user.log_in(&refused, "user_good", "any").await;
    assert_eq!(repaired.sync_status, SyncStatus::Ok);
    assert_eq!(repaired.accounts, broken.accounts);
    // It stays as the user has left it, whoever asks for a token.
    let again = server.user().await;
    assert_eq!(stored(&again, "reconnect-").await, repaired);
}

#[tokio::test]
async fn an_old_question_wants_a_new_sync_first() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let asked = stored(&user, "reconnect-question-").await;
    assert_eq!(asked.provider, "mfa-bank");
    assert_eq!(error_name(&asked), "SecurityQuestionError");
    let details = asked.sync_status_details.as_ref().expect("a date");
    let date: jiff::Timestamp = details.date.parse().expect("RFC 3339");
    let age = jiff::Timestamp::now().duration_since(date).as_secs();
    assert!((86_400..86_500).contains(&age), "{age}");
    let early = user.put(&asked, json!({"security_answer": "1234"})).await;
    let problem = check_problem(early, 409, "conflict").await;
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("start a new sync"), "{detail}");
    let anew = user.sync_anew(&asked).await;
    assert_eq!(challenge(&anew).prompt, challenge(&asked).prompt);
    assert_eq!(user.answer(&anew, "1234").await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_healthy_connection_is_there_too() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let healthy = stored(&user, "reconnect-healthy-").await;
    assert_eq!(healthy.provider, "demo");
    assert_eq!(healthy.sync_status, SyncStatus::Ok);
    assert_eq!(user.sync(&healthy).await.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn stored_connections_are_their_user_s_own_and_come_back_when_they_were_removed() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    let path = format!("/v1/institutions/reconnect-{}", mark("ann"));
    check_problem(bob.get(&path).await, 404, "not_found").await;
    assert_eq!(
        user.send(Method::DELETE, &path, json!({})).await.status(),
        StatusCode::NO_CONTENT
    );
    check_problem(user.get(&path).await, 404, "not_found").await;
    let again = server.user().await;
    assert_eq!(again.get(&path).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_start_does_not_remove_stored_connections() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let before = stored(&user, "reconnect-").await;
    let server = server.restart().await;
    let pool = server.database().await;
    let kept: i64 = sql::query_scalar("SELECT count(*) FROM institutions")
        .fetch_one(&pool)
        .await
        .expect("a count");
    assert_eq!(kept, 3);
    assert_eq!(stored(&server.user().await, "reconnect-").await, before);
}

#[tokio::test]
async fn users_of_other_clients_have_none() {
    let directory = Directory::new();
    let secret: String = Sha256::digest("secret")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let clients = json!([{"id": "shop", "name": "Shop", "secret_sha256": secret}]);
    let file = directory.write("clients.json", &clients.to_string());
    let catalogue = directory.path("catalogue.csv");
    let plain = |path: &std::path::Path| path.to_str().expect("a plain path").to_owned();
    let server = TestServer::in_directory(
        directory,
        &[
            "--sandbox",
            "--clients",
            &plain(&file),
            "--catalogue",
            &plain(&catalogue),
        ],
    )
    .await;
    let request = server
        .request(Method::POST, "/v1/tokens")
        .basic_auth("shop", Some("secret"));
    let answer = request.json(&json!({"user_id": "ann"})).send().await;
    let answer: serde_json::Value = answer.expect("an answer").json().await.expect("a token");
    let user = User {
        server: &server,
        token: answer["token"].as_str().expect("a token").to_owned(),
    };
    let hash = Sha256::digest("shop\nann");
    let mark: String = hash[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let path = format!("/v1/institutions/reconnect-{mark}");
    check_problem(user.get(&path).await, 404, "not_found").await;
}
