//! Tokens that are made without end, in every way in which one can be made.

use super::{most, refused, server};
use crate::bank::{BANK, NONCE, VERIFIER, check_page};
use crate::hosts::{get_from, user_of};
use crate::support::{TestServer, User, header, launch};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use std::time::Instant;

#[tokio::test]
async fn of_2000_tokens_for_one_user_sixty_are_made() {
    let server = server("").await;
    let began = Instant::now();
    let mut made = 0;
    for number in 0..2000 {
        let answer = server.mint(json!({"user_id": "ann"})).await;
        match answer.status() {
            StatusCode::OK => made += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{number}"),
        }
    }
    let most = most(60, 1, began);
    assert!((60..=most).contains(&made), "{made} of {most}");
    let bob = server.mint(json!({"user_id": "bob"})).await;
    assert_eq!(bob.status(), StatusCode::OK);
}

async fn entry(server: &TestServer, user: &str) -> Response {
    let request = server.request(Method::GET, &format!("/api/token?userId={user}"));
    let request = request.basic_auth("demo", Some("demo-secret"));
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn every_way_of_making_a_token_is_counted() {
    let server = server("tokens-per-user=1/1h").await;
    for (number, (path, body)) in [
        ("/v1/tokens", json!({"user_id": "USER"})),
        ("/link-session", json!({"customer_user": {"id": "USER"}})),
        (
            "/bank-linking/connect/start",
            json!({"externalCustomerId": "USER"}),
        ),
        (
            "/widgetUrl",
            json!({"jobTypes": ["transactions"], "userId": "USER", "targetOrigin": "http://localhost:1"}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let text = body.to_string().replace("USER", &format!("user-{number}"));
        let body: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert!(server.ask(path, body.clone()).await.status().is_success());
        let (detail, _) = refused(server.ask(path, body).await).await;
        assert!(detail.contains("new tokens for this user"), "{path}: {detail}");
    }
    assert_eq!(entry(&server, "user-x").await.status(), StatusCode::OK);
    refused(entry(&server, "user-x").await).await;
}

#[tokio::test]
async fn a_connection_that_needs_its_user_is_repaired_within_the_same_limit() {
    let server = server("tokens-per-user=2/1h").await;
    let user = server.user().await;
    let institution = user.connect("demo", "wealthica", "wealthica").await;
    let body = json!({"connectionId": institution.id});
    let repair = async || {
        server
            .ask("/bank-linking/connect/repair", body.clone())
            .await
    };
    assert_eq!(repair().await.status(), StatusCode::OK);
    refused(repair().await).await;
}

#[tokio::test]
async fn a_client_has_a_limit_whoever_its_users_are() {
    let server = server("tokens-per-client=3/1h").await;
    for number in 0..3 {
        let minted = server.mint(json!({"user_id": number.to_string()})).await;
        assert_eq!(minted.status(), StatusCode::OK);
    }
    let refusal = server.mint(json!({"user_id": "another"})).await;
    let (detail, _) = refused(refusal).await;
    assert!(detail.contains("new tokens for this client"), "{detail}");
}

/// What lets this browser go back to the widget's page, though its bank has not answered.
async fn way_back(user: &User<'_>) -> String {
    let kept = json!({"provider": BANK, "code_verifier": VERIFIER});
    let path = format!("/v1/oauth/{NONCE}");
    let answer = user.send(Method::PUT, &path, kept).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let set = header(&answer, "set-cookie");
    set.split(';').next().expect("a cookie").to_owned()
}

async fn go_back(server: &TestServer, cookie: &str) -> Response {
    let path = format!("/oauth/resume?resume={NONCE}");
    let request = server.request(Method::GET, &path).header("cookie", cookie);
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn whoever_goes_back_from_their_bank_again_and_again_makes_tokens_within_the_same_limit() {
    let server = server("tokens-per-user=3/1h").await;
    let user = server.user().await;
    let cookie = way_back(&user).await;
    for _ in 0..2 {
        assert_eq!(go_back(&server, &cookie).await.status(), StatusCode::OK);
    }
    let refused = go_back(&server, &cookie).await;
    assert!(!header(&refused, "retry-after").is_empty());
    check_page(refused, 429, "Please wait a little and try again.").await;
}

#[tokio::test]
async fn a_stranger_who_goes_back_uses_up_nothing_of_the_clients_own() {
    let server = server("tokens-per-user=2/1h").await;
    let page = "/widget?userId=ann&jobTypes=transactions&targetOrigin=http://localhost:1";
    let opened = launch(get_from(&server, "http://localhost:1/", page).await).await;
    let cookie = way_back(&user_of(&server, &opened)).await;
    assert_eq!(go_back(&server, &cookie).await.status(), StatusCode::OK);
    assert_eq!(
        go_back(&server, &cookie).await.status(),
        StatusCode::TOO_MANY_REQUESTS
    );
    for _ in 0..2 {
        let own = server.mint(json!({"user_id": "ann"})).await;
        assert_eq!(own.status(), StatusCode::OK);
    }
}
