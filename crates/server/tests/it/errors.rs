//! What is refused before anything is looked at.

use crate::support::{TestServer, check_problem};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn broken_bodies_are_refused_with_their_reason() {
    let server = TestServer::start().await;
    let send = async |media_type: &str, body: String| {
        let request = server
            .request(Method::POST, "/v1/tokens")
            .basic_auth("demo", Some("demo-secret"));
        request
            .header("content-type", media_type)
            .body(body)
            .send()
            .await
            .expect("an answer")
    };
    for body in [
        "",
        "{",
        "{\"user_id\": ann}",
        "{\"user_id\":\"ann\"} trailing",
        "\u{fffd}",
    ] {
        check_problem(
            send("application/json", body.into()).await,
            400,
            "malformed_json",
        )
        .await;
    }
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        check_problem(
            send(media_type, "{\"user_id\":\"ann\"}".into()).await,
            415,
            "invalid_request",
        )
        .await;
    }
    let large = json!({"user_id": "x".repeat(70_000)}).to_string();
    check_problem(send("application/json", large).await, 413, "body_too_large").await;
}

#[tokio::test]
async fn unknown_addresses_and_wrong_methods_are_refused() {
    let server = TestServer::start().await;
    for path in ["/v1", "/v1/", "/v1/nothing", "/v1/institutions/x/nothing"] {
        check_problem(server.get(path).await, 404, "not_found").await;
    }
    let answer = server
        .request(Method::DELETE, "/v1/session")
        .send()
        .await
        .expect("an answer");
    assert!(answer.headers().contains_key("allow"));
    check_problem(answer, 405, "invalid_request").await;
    let answer = server
        .request(Method::POST, "/")
        .send()
        .await
        .expect("an answer");
    check_problem(answer, 405, "invalid_request").await;
}
