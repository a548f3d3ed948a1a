//! Client secrets that are guessed: from one address, and from many.

use super::{from, goes_on_after, most, refused, server, until_refused};
use crate::support::{TestServer, check_problem};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use std::time::Instant;

/// As the client `demo`, or as the secret alone says.
async fn prove(server: &TestServer, address: &str, id: Option<&str>, secret: &str) -> Response {
    let request = from(address, server.request(Method::POST, "/v1/tokens"));
    let request = match id {
        Some(id) => request.basic_auth(id, Some(secret)),
        None => request.bearer_auth(secret),
    };
    let request = request.json(&json!({"user_id": "ann"}));
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn of_3000_wrong_secrets_twenty_are_looked_at_and_then_the_right_one_is_not() {
    let server = server("").await;
    let began = Instant::now();
    let mut looked_at = 0;
    for guess in 0..3000 {
        let secret = format!("secret-{guess}");
        let answer = prove(&server, "192.0.2.1", Some("demo"), &secret).await;
        match answer.status() {
            StatusCode::UNAUTHORIZED => looked_at += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
        if guess < 21 {
            let expected = if guess < 20 { guess + 1 } else { 20 };
            assert_eq!(looked_at, expected);
        }
    }
    let most = most(20, 3, began);
    assert!(looked_at <= most, "{looked_at} of {most}");

    // Until then there is none left, and nobody hears whether a secret was right.
    until_refused(async || prove(&server, "192.0.2.1", Some("demo"), "wrong").await).await;
    for id in [Some("demo"), None] {
        let right = prove(&server, "192.0.2.1", id, "demo-secret").await;
        let (detail, wait) = refused(right).await;
        assert!(detail.contains("wrong client secrets from this address"));
        assert!(!detail.contains("demo") && wait.as_secs() <= 3);
        let elsewhere = prove(&server, "192.0.2.2", id, "demo-secret").await;
        assert_eq!(elsewhere.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_right_secret_is_taken_again_when_the_time_is_over() {
    let server = server("secrets-per-address=3/3s").await;
    for _ in 0..3 {
        let wrong = prove(&server, "192.0.2.1", Some("demo"), "wrong").await;
        check_problem(wrong, 401, "invalid_client").await;
    }
    let right = async || prove(&server, "192.0.2.1", Some("demo"), "demo-secret").await;
    let answer = goes_on_after(right().await, right).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_network_of_ipv6_has_as_many_guesses_as_one_address() {
    let server = server("secrets-per-address=3/1h").await;
    for (host, status) in [(1, 401), (2, 401), (3, 401), (4, 429)] {
        let address = format!("2001:db8:1:1::{host}");
        let answer = prove(&server, &address, Some("demo"), "wrong").await;
        assert_eq!(answer.status().as_u16(), status, "{address}");
    }
    let other = prove(&server, "2001:db8:1:2::1", Some("demo"), "wrong").await;
    assert_eq!(other.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn many_addresses_that_guess_one_client_s_secret_leave_its_own_server_alone() {
    for id in [Some("demo"), None] {
        let server = server("secrets-per-client=30/1h").await;
        let own = prove(&server, "192.0.2.1", id, "demo-secret").await;
        assert_eq!(own.status(), StatusCode::OK);
        for host in 0..40 {
            let address = format!("198.51.100.{host}");
            let answer = prove(&server, &address, id, "wrong").await;
            let expected = if host < 30 { 401 } else { 429 };
            assert_eq!(answer.status().as_u16(), expected, "{host}");
        }
        let stranger = prove(&server, "192.0.2.2", id, "demo-secret").await;
        refused(stranger).await;
        let own = prove(&server, "192.0.2.1", id, "demo-secret").await;
        assert_eq!(own.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_client_that_there_is_not_is_refused_like_one_that_there_is() {
    let server = server("secrets-per-client=3/1h").await;
    for id in ["demo", "nobody"] {
        for (host, status) in [(1, 401), (2, 401), (3, 401), (4, 429)] {
            let address = format!("192.0.2.{host}");
            let answer = prove(&server, &address, Some(id), "wrong").await;
            assert_eq!(answer.status().as_u16(), status, "{id} {address}");
        }
    }
}

#[tokio::test]
async fn whoever_shows_no_secret_has_guessed_none() {
    let server = server("secrets-per-address=1/1h,secrets-per-client=1/1h").await;
    for _ in 0..5 {
        let request = from("192.0.2.1", server.request(Method::POST, "/v1/tokens"));
        let answer = request.json(&json!({})).send().await.expect("an answer");
        check_problem(answer, 401, "invalid_client").await;
    }
    let right = prove(&server, "192.0.2.1", Some("demo"), "demo-secret").await;
    assert_eq!(right.status(), StatusCode::OK);
}
