//! Connections that are kept for a user, more than anybody has.

use super::{refused, server};
use connect_core::api::SyncStatus;
use connect_server::sql;
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn of_300_connections_of_a_user_a_hundred_are_kept() {
    let server =
        server("logins-per-user=off,logins-per-address=off,logins-per-bank-user=off").await;
    let user = server.user().await;
    let mut kept = 0;
    for _ in 0..300 {
        let created = user.create("demo", "wealthica", "wealthica").await;
        if created.status() == StatusCode::ACCEPTED {
            user.follow(created).await;
            kept += 1;
            continue;
        }
        let (detail, _) = refused(created).await;
        assert!(detail.contains("connections of this user"), "{detail}");
        assert!(detail.contains("there may be 100"), "{detail}");
    }
    // Three are there from the start in the sandbox.
    assert_eq!(kept, 97);
    let database = server.database().await;
    let rows = "SELECT count(*) FROM institutions";
    let rows: i64 = sql::query_scalar(rows)
        .fetch_one(&database)
        .await
        .expect("a number");
    assert_eq!(rows, 100);
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    let connected = bob.connect("demo", "wealthica", "wealthica").await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn one_that_is_removed_makes_room_and_those_that_are_there_go_on() {
    let server = server("connections-per-user=5").await;
    let user = server.user().await;
    let first = user.connect("demo", "wealthica", "wealthica").await;
    user.connect("demo", "wealthica", "wealthica").await;
    let refusal = user.create("demo", "wealthica", "wealthica").await;
    refused(refusal).await;
    let again = user.log_in(&first, "wealthica", "wealthica").await;
    assert_eq!(again.sync_status, SyncStatus::Ok);
    assert_eq!(user.sync(&first).await.sync_status, SyncStatus::Ok);
    let path = format!("/v1/institutions/{}", first.id);
    let removed = user.send(Method::DELETE, &path, json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    let third = user.connect("demo", "wealthica", "wealthica").await;
    assert_eq!(third.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn how_many_syncs_run_at_a_time_can_be_set() {
    let server = server("syncs-per-user=2").await;
    let user = server.user().await;
    for expected in [202, 202, 429] {
        let created = user.create("demo", "wealthica", "wait-login-600000").await;
        assert_eq!(created.status().as_u16(), expected);
    }
}
