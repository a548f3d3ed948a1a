//! A bank that is connected already: who is told, and who is refused.

use crate::support::{TestServer, User, check_problem, error_name};
use connect_core::api::SyncStatus;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Behaves as Demo does; nobody is connected to it from the start.
const BANK: &str = "gb-monzo";

async fn connected(user: &User<'_>, provider: &str) -> Value {
    let provider = user.get_json(&format!("/v1/providers/{provider}")).await;
    provider["connected"].clone()
}

#[tokio::test]
async fn a_provider_names_the_user_s_connection_once_it_has_come_about() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    assert_eq!(connected(&user, BANK).await, Value::Null);
    user.connect(BANK, "nobody", "wrong").await;
    user.connect(BANK, "wealthica", "something").await;
    assert_eq!(connected(&user, BANK).await, Value::Null);
    let first = user.connect(BANK, "wealthica", "wealthica").await;
    assert_eq!(connected(&user, BANK).await, first.id);
    assert_eq!(connected(&user, "de-deutsche-bank").await, Value::Null);
    assert_eq!(connected(&bob, BANK).await, Value::Null);
    // One that is well stands before one that is not, though it is older.
    let second = user.connect(BANK, "wealthica", "wealthica").await;
    let broken = user.log_in(&second, "nobody", "wrong").await;
    assert!(broken.accounts.is_some());
    assert_eq!(connected(&user, BANK).await, first.id);
    user.send(
        Method::DELETE,
        &format!("/v1/institutions/{}", first.id),
        json!({}),
    )
    .await;
    assert_eq!(connected(&user, BANK).await, broken.id);
}

#[tokio::test]
async fn a_broken_connection_counts_where_people_come_to_repair_it() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let id = connected(&user, "reconnect-bank").await;
    let broken = user.read(id.as_str().expect("an id")).await;
    assert_eq!(broken.provider, "reconnect-bank");
}

#[tokio::test]
async fn of_the_connections_that_are_there_from_the_start_the_old_question_does_not_count() {
    let server = TestServer::start().await;
    let user = server
        .user_with(json!({"user_id": "ann", "duplicates": "reject"}))
        .await;
    let healthy = connected(&user, "demo").await;
    let id = healthy.as_str().expect("an id");
    assert!(id.starts_with("reconnect-healthy-"), "{id}");
    let refused = user.create("demo", "wealthica", "wealthica").await;
    check_problem(refused, 409, "duplicate_connection").await;
    assert_eq!(connected(&user, "mfa-bank").await, Value::Null);
    let taken = user.create("mfa-bank", "user_good", "text").await;
    assert_eq!(taken.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn only_a_session_that_rejects_duplicates_refuses_them() {
    let server = TestServer::start().await;
    for duplicates in ["allow", "warn", "reject"] {
        let user = server
            .user_with(json!({"user_id": duplicates, "duplicates": duplicates}))
            .await;
        let first = user.connect(BANK, "wealthica", "wealthica").await;
        let second = user.create(BANK, "wealthica", "wealthica").await;
        if duplicates == "reject" {
            let problem = check_problem(second, 409, "duplicate_connection").await;
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(detail.contains(&first.id), "{detail}");
        } else {
            assert_eq!(second.status(), StatusCode::ACCEPTED);
        }
        let other = user
            .create("de-deutsche-bank", "wealthica", "wealthica")
            .await;
        assert_eq!(other.status(), StatusCode::ACCEPTED);
        // The connection that is there takes new credentials.
        let again = user.log_in(&first, "wealthica", "wealthica").await;
        assert_eq!(again.id, first.id);
    }
}

#[tokio::test]
async fn of_two_logins_at_once_only_one_connects_where_duplicates_are_rejected() {
    let server = TestServer::start().await;
    let user = server
        .user_with(json!({"user_id": "ann", "duplicates": "reject"}))
        .await;
    let (one, other) = tokio::join!(
        user.create(BANK, "wealthica", "wait-login-200"),
        user.create(BANK, "wealthica", "wait-login-200"),
    );
    let (one, other) = tokio::join!(user.follow(one), user.follow(other));
    let mut ended = [one, other]
        .map(|institution| (institution.sync_status, error_name(&institution).to_owned()));
    ended.sort_by_key(|(status, _)| *status != SyncStatus::Ok);
    let [well, twice] = ended;
    assert_eq!(well, (SyncStatus::Ok, "none".into()));
    assert_eq!(
        twice,
        (SyncStatus::Error, "DuplicateConnectionError".into())
    );
}

#[tokio::test]
async fn a_wrong_login_that_is_put_right_later_makes_no_second_connection() {
    let server = TestServer::start().await;
    let user = server
        .user_with(json!({"user_id": "ann", "duplicates": "reject"}))
        .await;
    let wrong = user.connect(BANK, "nobody", "wrong").await;
    let asked = user.connect(BANK, "wealthica", "something").await;
    let first = user.connect(BANK, "wealthica", "wealthica").await;
    let twice = user.log_in(&wrong, "wealthica", "wealthica").await;
    assert_eq!(error_name(&twice), "DuplicateConnectionError");
    let mut answered = asked;
    for answer in ["javascript", "ruby"] {
        answered = user.answer(&answered, answer).await;
    }
    assert_eq!(error_name(&answered), "DuplicateConnectionError");
    assert_eq!(connected(&user, BANK).await, first.id);
    // Once the first one is gone, there is room.
    let path = format!("/v1/institutions/{}", first.id);
    user.send(Method::DELETE, &path, json!({})).await;
    let alone = user.log_in(&twice, "wealthica", "wealthica").await;
    assert_eq!(alone.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn two_connections_of_before_both_stay_where_duplicates_are_rejected_now() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let first = user.connect(BANK, "wealthica", "wealthica").await;
    let second = user.connect(BANK, "wealthica", "wealthica").await;
    let strict = server
        .user_with(json!({"user_id": "ann", "duplicates": "reject"}))
        .await;
    for institution in [&first, &second] {
        let again = strict.log_in(institution, "wealthica", "wealthica").await;
        assert_eq!(again.sync_status, SyncStatus::Ok);
    }
}
