//! Faults on purpose: each kind, whom it strikes, how often, and what is carried out all the same.

use crate::support::{TestServer, User, check_problem, header};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn set(server: &TestServer, user: &str, rules: Value) -> Response {
    let request = server.request(Method::PUT, "/sandbox/faults");
    let request = request.json(&json!({"user_id": user, "rules": rules}));
    request.send().await.expect("an answer")
}

async fn rule(server: &TestServer, method: &str, path: &str, fault: &str) {
    let rules = json!([{"method": method, "path": path, "fault": fault}]);
    let answer = set(server, "ann", rules).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}

async fn struck(server: &TestServer) -> u64 {
    let answer = server.get("/sandbox/faults?user_id=ann").await;
    let told: Value = answer.json().await.expect("JSON");
    told["rules"][0]["struck"].as_u64().expect("a number")
}

/// Sends over a connection of its own, as a browser does in the end.
async fn ask(
    user: &User<'_>,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> reqwest::Result<Response> {
    let fresh = Client::builder().pool_max_idle_per_host(0).build();
    let request = fresh
        .expect("a client")
        .request(method, user.server.url(path));
    let request = request.bearer_auth(&user.token);
    body.into_iter()
        .fold(request, |request, body| request.json(&body))
        .send()
        .await
}

async fn get(user: &User<'_>, path: &str) -> reqwest::Result<Response> {
    ask(user, Method::GET, path, None).await
}

#[tokio::test]
async fn refusals_look_like_the_real_ones() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (fault, status, code, retry_after) in [
        ("unauthorized", 401, "invalid_token", ""),
        ("expired", 401, "token_expired", ""),
        ("not_found", 404, "not_found", ""),
        ("conflict", 409, "conflict", ""),
        ("rate_limited", 429, "rate_limited", "1"),
        ("server_error", 500, "internal", ""),
        ("unavailable", 503, "unavailable", "1"),
        ("unavailable_without_hint", 503, "unavailable", ""),
    ] {
        rule(&server, "GET", "/v1/session", fault).await;
        let answer = user.get("/v1/session").await;
        assert_eq!(header(&answer, "retry-after"), retry_after, "{fault}");
        assert_eq!(header(&answer, "cache-control"), "no-store");
        check_problem(answer, status, code).await;
    }
}

#[tokio::test]
async fn answers_that_are_none_are_sent_as_if_all_were_well() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (fault, media_type, body) in [
        ("malformed", "application/json", "{\"items\":["),
        ("missing_fields", "application/json", "{}"),
        ("html", "text/html; charset=utf-8", "<!doctype html>"),
    ] {
        rule(&server, "GET", "/v1/providers", fault).await;
        let answer = user.get("/v1/providers?search=demo").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header(&answer, "content-type"), media_type);
        let text = answer.text().await.expect("a text");
        assert!(text.starts_with(body), "{fault}: {text}");
    }
}

#[tokio::test]
async fn a_refused_request_gets_no_answer_and_the_server_goes_on() {
    let server = TestServer::start().await;
    let user = server.user().await;
    rule(&server, "GET", "/v1/session", "refused").await;
    for times in 1..4 {
        let error = get(&user, "/v1/session").await.expect_err("no answer");
        assert!(error.is_request(), "{error}");
        assert_eq!(struck(&server).await, times);
    }
    let other = user.get("/v1/providers").await;
    assert_eq!(other.status(), StatusCode::OK);
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.server.stop()).await;
    assert!(stopped.is_ok(), "a closed connection keeps the server");
}

#[tokio::test]
async fn on_a_connection_that_was_used_before_a_refusal_does_not_count_yet() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let rules =
        json!([{"method": "POST", "path": "/v1/institutions", "fault": "lost", "times": 1}]);
    set(&server, "ann", rules).await;
    let login = json!({"username": "wealthica", "password": "wealthica"});
    let body = json!({"name": "Demo", "type": "demo", "credentials": login});
    let one = Client::builder().pool_max_idle_per_host(1).build();
    let one = one.expect("a client");
    let used = one.get(server.url("/healthz")).send().await;
    used.expect("an answer").bytes().await.expect("a body");
    let request = one.post(server.url("/v1/institutions"));
    let lost = request.bearer_auth(&user.token).json(&body).send().await;
    assert!(lost.is_err());
    assert_eq!(struck(&server).await, 0);
    // As a browser does by itself.
    let again = ask(&user, Method::POST, "/v1/institutions", Some(body)).await;
    assert!(again.is_err());
    assert_eq!(struck(&server).await, 1);
}

#[tokio::test]
async fn a_lost_answer_was_carried_out_and_its_key_finds_what_came_about() {
    let server = TestServer::start().await;
    let user = server
        .user_with(json!({"user_id": "ann", "duplicates": "reject"}))
        .await;
    let rules =
        json!([{"method": "POST", "path": "/v1/institutions", "fault": "lost", "times": 1}]);
    set(&server, "ann", rules).await;
    let login = json!({"username": "wealthica", "password": "wealthica"});
    let body = json!({"name": "Demo", "type": "gb-monzo", "credentials": login});
    let send = async || {
        let fresh = Client::builder().pool_max_idle_per_host(0).build();
        let request = fresh
            .expect("a client")
            .post(server.url("/v1/institutions"));
        let request = request.bearer_auth(&user.token).json(&body);
        request.header("Idempotency-Key", "key").send().await
    };
    assert!(send().await.is_err());
    assert_eq!(struck(&server).await, 1);
    // There is nothing to poll: ask until the connection has come about.
    let connected = loop {
        let bank = user.get_json("/v1/providers/gb-monzo").await;
        if let Some(id) = bank["connected"].as_str() {
            break id.to_owned();
        }
    };
    let again = send().await.expect("an answer");
    assert_eq!(again.status(), StatusCode::ACCEPTED);
    let again: Value = again.json().await.expect("an institution");
    assert_eq!(again["id"], connected);
}

#[tokio::test]
async fn a_request_that_times_out_is_never_answered_and_a_stop_ends_it() {
    let server = TestServer::start().await;
    let user = server.user().await;
    rule(&server, "GET", "/v1/institutions/*/poll", "time_out").await;
    let request = server.request(Method::GET, "/v1/institutions/any/poll?v=0");
    let waiting = tokio::spawn(request.bearer_auth(&user.token).send());
    while struck(&server).await == 0 {}
    assert!(!waiting.is_finished());
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.server.stop()).await;
    assert!(stopped.is_ok(), "a request that waits keeps the server");
    assert!(waiting.await.expect("it ends").is_err());
}

#[tokio::test]
async fn a_slow_answer_is_the_real_one() {
    let server = TestServer::start().await;
    let user = server.user().await;
    rule(&server, "GET", "/v1/session", "slow").await;
    let started = Instant::now();
    let session = user.get_json("/v1/session").await;
    assert!(started.elapsed() >= Duration::from_secs(2));
    assert_eq!(session["user_id"], "ann");
}

#[tokio::test]
async fn a_rule_strikes_its_user_its_method_and_its_address_as_often_as_it_says() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    let rules = json!([
        {"method": "GET", "path": "/v1/providers/*", "fault": "not_found", "times": 2},
        {"method": "GET", "path": "/v1/providers/*", "fault": "conflict", "times": 1},
    ]);
    set(&server, "ann", rules).await;
    for path in ["/v1/session", "/v1/providers", "/v1/institutions/any"] {
        assert_ne!(user.get(path).await.status(), StatusCode::CONFLICT);
    }
    assert_eq!(bob.get("/v1/providers/demo").await.status(), StatusCode::OK);
    for status in [404, 404, 409, 200, 200] {
        let answer = user.get("/v1/providers/demo").await;
        assert_eq!(answer.status().as_u16(), status);
    }
    let told: Value = server
        .get("/sandbox/faults?user_id=ann")
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(told["user_id"], "ann");
    assert_eq!(
        told["rules"][0],
        json!({"method": "GET", "path": "/v1/providers/*", "fault": "not_found", "times": 2, "struck": 2})
    );
    assert_eq!(told["rules"][1]["struck"], 1);
}

#[tokio::test]
async fn rules_are_replaced_and_cleared() {
    let server = TestServer::start().await;
    let user = server.user().await;
    rule(&server, "GET", "/v1/session", "server_error").await;
    rule(&server, "GET", "/v1/providers", "server_error").await;
    assert_eq!(user.get("/v1/session").await.status(), StatusCode::OK);
    assert_eq!(user.get("/v1/providers").await.status(), 500);
    let cleared = server.request(Method::DELETE, "/sandbox/faults?user_id=ann");
    let cleared = cleared.send().await.expect("an answer");
    assert_eq!(cleared.status(), StatusCode::NO_CONTENT);
    assert_eq!(user.get("/v1/providers").await.status(), StatusCode::OK);
    let told = server.get("/sandbox/faults?user_id=ann").await;
    let told: Value = told.json().await.expect("JSON");
    assert_eq!(told, json!({"user_id": "ann", "rules": []}));
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_named() {
    let server = TestServer::start().await;
    let good = json!({"method": "GET", "path": "/v1/session", "fault": "slow", "times": 1});
    for (field, value) in [
        ("method", json!("get")),
        ("method", json!(5)),
        ("path", json!("/demo/")),
        ("path", json!("/v1/session?origin=any")),
        ("fault", json!("fire")),
        ("times", json!(0)),
        ("times", json!("often")),
        ("tmes", json!(1)),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        let answer = set(&server, "ann", json!([good, bad])).await;
        let problem = check_problem(answer, 422, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains(&format!("rules[1].{field}")),
            "{field}: {detail}"
        );
    }
    check_problem(
        set(&server, "", json!([good])).await,
        422,
        "invalid_request",
    )
    .await;
    for path in ["/sandbox/faults", "/sandbox/faults?user_id="] {
        check_problem(server.get(path).await, 400, "invalid_request").await;
    }
    let told = server.get("/sandbox/faults?user_id=ann").await;
    let told: Value = told.json().await.expect("JSON");
    assert_eq!(told["rules"], json!([]));
}

#[tokio::test]
async fn a_page_elsewhere_may_read_a_fault_s_answer() {
    let server = TestServer::with(&["--widget-origin", "https://widget.example"]).await;
    let user = server.user().await;
    rule(&server, "GET", "/v1/session", "rate_limited").await;
    let request = server.request(Method::GET, "/v1/session");
    let request = request
        .bearer_auth(&user.token)
        .header("origin", "https://widget.example");
    let answer = request.send().await.expect("an answer");
    let allowed = header(&answer, "access-control-allow-origin");
    assert_eq!(allowed, "https://widget.example");
    check_problem(answer, 429, "rate_limited").await;
}

#[tokio::test]
async fn without_the_sandbox_nothing_goes_wrong_on_purpose() {
    let clients = json!([{"id": "shop", "name": "Shop", "secret_sha256": "0".repeat(64)}]);
    let server = TestServer::of_clients(clients).await;
    let answer = server.get("/sandbox/faults?user_id=ann").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}
