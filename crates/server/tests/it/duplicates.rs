//! A bank that is connected already: who is told, and who is refused.

use crate::support::{TestServer, User, check_problem};
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
