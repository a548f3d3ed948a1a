//! Tokens and the sessions behind them.

use crate::support::{TOKEN_TO_NOWHERE, TestServer, check_problem, error_name, header, sha256_hex};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn only_the_clients_own_secret_mints_tokens() {
    let server = TestServer::start().await;
    for (id, secret) in [("demo", "wrong"), ("nobody", "demo-secret"), ("", "")] {
        let request = server
            .request(Method::POST, "/v1/tokens")
            .basic_auth(id, Some(secret));
        let answer = request
            .json(&json!({"user_id": "ann"}))
            .send()
            .await
            .expect("an answer");
        check_problem(answer, 401, "invalid_client").await;
    }
    let answer = server
        .request(Method::POST, "/v1/tokens")
        .json(&json!({"user_id": "ann"}));
    check_problem(
        answer.send().await.expect("an answer"),
        401,
        "invalid_client",
    )
    .await;
}

#[tokio::test]
async fn a_clients_server_may_say_its_secret_alone() {
    let server = TestServer::start().await;
    let ask = async |authorization: &str| {
        let request = server
            .request(Method::POST, "/v1/tokens")
            .header("authorization", authorization);
        let request = request.json(&json!({"user_id": "ann"}));
        request.send().await.expect("an answer")
    };
    for said in [
        "Bearer demo-secret",
        "bearer demo-secret",
        "BASIC demo-secret",
    ] {
        assert_eq!(ask(said).await.status(), StatusCode::OK, "{said}");
    }
    let user = server.user().await;
    let token = format!("Bearer {}", user.token);
    for said in [
        "Bearer wrong",
        "Bearer demo",
        "Bearer demo:demo-secret",
        "Bearer",
        "Bearer ",
        "BASIC wrong",
        "BASIC ",
        "Digest demo-secret",
        "demo-secret",
        token.as_str(),
    ] {
        check_problem(ask(said).await, 401, "invalid_client").await;
    }
}

#[tokio::test]
async fn a_session_has_a_name_that_is_its_own_and_not_its_tokens() {
    let server = TestServer::start().await;
    let (one, other) = (server.user().await, server.user().await);
    let first = one.get_json("/v1/session").await;
    let name = first["id"].as_str().expect("a name").to_owned();
    assert_eq!(one.get_json("/v1/session").await["id"], name);
    assert_ne!(other.get_json("/v1/session").await["id"], name);
    assert!(!one.token.contains(&name) && name.len() == 36);
}

#[tokio::test]
async fn what_a_token_is_asked_for_is_checked() {
    let server = TestServer::start().await;
    for (body, status, code) in [
        (json!({"user_id": ""}), 422, "invalid_request"),
        (json!({"user_id": "x".repeat(257)}), 422, "invalid_request"),
        (json!({}), 422, "invalid_request"),
        (
            json!({"user_id": "ann", "lang": "de"}),
            422,
            "invalid_request",
        ),
        (
            json!({"user_id": "ann", "origin": "https://evil.example"}),
            403,
            "origin_not_allowed",
        ),
        (
            json!({"user_id": "ann", "redirect_uri": "https://evil.example/"}),
            400,
            "redirect_uri_not_registered",
        ),
        (
            json!({"user_id": "ann", "oauth_redirect_uri": "https://evil.example/"}),
            400,
            "redirect_uri_not_registered",
        ),
        (
            json!({"user_id": "ann", "account_kinds": []}),
            422,
            "invalid_request",
        ),
        (
            json!({"user_id": "ann", "search": "x".repeat(257)}),
            422,
            "invalid_request",
        ),
        (
            json!({"user_id": "ann", "redirect_uri": "nonsense"}),
            400,
            "invalid_request",
        ),
    ] {
        check_problem(server.mint(body).await, status, code).await;
    }
}

#[tokio::test]
async fn a_session_tells_what_the_token_fixed() {
    let server = TestServer::start().await;
    let user = server
        .user_with(json!({"user_id": "ann", "lang": "fr", "origin": "http://localhost:3000"}))
        .await;
    let session: Value = user
        .get_json("/v1/session?origin=http://localhost:3000")
        .await;
    assert_eq!(session["client"]["name"], "Fern & Co");
    assert_eq!(session["user_id"], "ann");
    assert_eq!(session["options"]["lang"], "fr");
    for origin in ["http://localhost:3001", "https://evil.example", "null", ""] {
        let answer = user.get(&format!("/v1/session?origin={origin}")).await;
        check_problem(answer, 403, "origin_not_allowed").await;
    }
}

#[tokio::test]
async fn a_token_that_is_fixed_to_an_origin_is_worth_nothing_without_it() {
    let server = TestServer::start().await;
    let fixed = json!({"user_id": "ann", "origin": "http://localhost:3000"});
    let user = server.user_with(fixed).await;
    let own = server.url("/demo/return");
    for query in [String::new(), format!("?redirect_uri={own}")] {
        let answer = user.get(&format!("/v1/session{query}")).await;
        let problem = check_problem(answer, 403, "origin_not_allowed").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("fixed to an origin"), "{detail}");
    }
    let named = user.get("/v1/session?origin=http://localhost:3000").await;
    assert_eq!(named.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_session_refuses_addresses_that_are_not_registered_letter_by_letter() {
    let server = TestServer::with(&["--demo-redirect-uri", "https://shop.example/back"]).await;
    let user = server.user().await;
    let own = server.url("/demo/return");
    for uri in ["https://shop.example/back", own.as_str()] {
        let answer = user.get(&format!("/v1/session?redirect_uri={uri}")).await;
        assert_eq!(answer.status(), StatusCode::OK, "{uri}");
    }
    for uri in [
        "https://shop.example/back/",
        "https://SHOP.example/back",
        "https://shop.example/back?a",
        "javascript:alert(1)",
        "back",
        "%00",
        "",
    ] {
        let answer = user.get(&format!("/v1/session?redirect_uri={uri}")).await;
        check_problem(answer, 400, "redirect_uri_not_registered").await;
    }
}

#[tokio::test]
async fn without_a_valid_token_there_is_no_session() {
    let server = TestServer::start().await;
    check_problem(server.get("/v1/session").await, 401, "invalid_token").await;
    let request = server
        .request(Method::GET, "/v1/session")
        .bearer_auth("nonsense");
    check_problem(
        request.send().await.expect("an answer"),
        401,
        "invalid_token",
    )
    .await;
}

#[tokio::test]
async fn an_ended_token_says_that_it_has_ended() {
    let server = TestServer::with(&["--token-ttl", "1"]).await;
    let user = server.user().await;
    // There is nothing to wait for but the clock: ask until the second is over.
    let mut answer = user.get("/v1/session").await;
    while answer.status() == StatusCode::OK {
        answer = user.get("/v1/session").await;
    }
    check_problem(answer, 401, "token_expired").await;
}

#[tokio::test]
async fn outside_the_sandbox_only_registered_clients_exist() {
    let secret = sha256_hex("secret");
    let clients = json!([{
        "id": "shop", "name": "Shop", "secret_sha256": secret,
        "origins": ["https://shop.example"], "redirect_uris": ["https://shop.example/back"],
    }]);
    let server = TestServer::of_clients(clients).await;
    check_problem(
        server.mint(json!({"user_id": "ann"})).await,
        401,
        "invalid_client",
    )
    .await;
    let mint = async |body: Value| {
        let request = server
            .request(Method::POST, "/v1/tokens")
            .basic_auth("shop", Some("secret"));
        request.json(&body).send().await.expect("an answer")
    };
    let local = mint(json!({"user_id": "ann", "origin": "http://localhost:3000"})).await;
    check_problem(local, 403, "origin_not_allowed").await;
    let answer: Value = mint(json!({"user_id": "ann", "origin": "https://shop.example"}))
        .await
        .json()
        .await
        .expect("a token");
    let token = answer["token"].as_str().expect("a token").to_owned();
    let user = crate::support::User {
        server: &server,
        token,
    };
    check_problem(
        user.get("/v1/providers/demo").await,
        404,
        "unknown_provider",
    )
    .await;
    // Nor is any bank there that nobody reaches.
    let unreached = user.create("gb-monzo", "wealthica", "wealthica").await;
    check_problem(unreached, 422, "unknown_provider").await;
    let institution = user.follow(user.paste(TOKEN_TO_NOWHERE).await).await;
    assert_eq!(error_name(&institution), "TemporaryFailureError");
    assert_eq!(server.get("/demo/").await.status(), StatusCode::NOT_FOUND);
    let index = server.get("/?origin=https://shop.example").await;
    let policy = header(&index, "content-security-policy");
    assert!(
        policy.ends_with("frame-ancestors 'self' https://shop.example"),
        "{policy}"
    );
}
