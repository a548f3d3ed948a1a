//! The test bank "Flinks Capital": three questions, and the connection that is removed when its first login is wrong.

use crate::support::{TestServer, check_problem, error_name};
use connect_core::api::{Institution, SyncStatus};
use reqwest::{Method, StatusCode};
use serde_json::json;

const BANK: &str = "FlinksCapital";

fn question(institution: &Institution) -> &str {
    institution
        .sync_error
        .as_ref()
        .map_or("", |error| error.message.as_str())
}

#[tokio::test]
async fn three_answers_connect() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let mut institution = user.connect(BANK, "Greatday", "Everyday").await;
    for (asked, answer) in [
        ("What city were you born in?", "montreal"),
        ("What is the best country on earth?", "Canada"),
        ("What shape do people like most?", "TRIANGLE"),
    ] {
        assert_eq!(question(&institution), asked);
        institution = user.answer(&institution, answer).await;
    }
    assert_eq!(institution.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_wrong_answer_asks_the_same_question_again() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let asked = user.connect(BANK, "greatday", "Everyday").await;
    let again = user.answer(&asked, "Toronto").await;
    assert_eq!(question(&again), question(&asked));
    let said = again
        .sync_error
        .as_ref()
        .and_then(|error| error.provider_message.as_deref());
    assert!(said.is_some_and(|said| said.contains("not right")));
    let next = user.answer(&again, "Montreal").await;
    assert_eq!(question(&next), "What is the best country on earth?");
}

#[tokio::test]
async fn nomfa_is_asked_nothing() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let institution = user.connect(BANK, "greatday_nomfa", "Everyday").await;
    assert_eq!(institution.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_new_connection_with_a_wrong_login_is_removed() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let created: Institution = user
        .create(BANK, "Greatday", "wrong")
        .await
        .json()
        .await
        .expect("an institution");
    check_problem(user.poll(&created).await, 404, "not_found").await;
}

#[tokio::test]
async fn an_old_connection_with_a_wrong_login_stays() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let connected = user.connect(BANK, "greatday_nomfa", "Everyday").await;
    let path = format!("/v1/institutions/{}", connected.id);
    let credentials = json!({"credentials": {"username": "Greatday", "password": "wrong"}});
    let begun = user.send(Method::PUT, &path, credentials).await;
    assert_eq!(begun.status(), StatusCode::ACCEPTED);
    let begun: Institution = begun.json().await.expect("an institution");
    let refused: Institution = user
        .poll(&begun)
        .await
        .json()
        .await
        .expect("an institution");
    assert_eq!(error_name(&refused), "LoginFailedError");
}
