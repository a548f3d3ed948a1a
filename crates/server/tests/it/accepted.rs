//! What is taken and kept of what others send, and the sentence for what is not.

use crate::support::{TestServer, check_problem};
use connect_core::api::Institution;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// None of these is a name that a person could tell from another.
fn misleading() -> Vec<String> {
    let texts = [
        "",
        " ",
        "\t \u{a0}",
        "\u{200b}",
        "ann\0",
        "ann\nbob",
        "ann\u{7f}",
        "ann\u{85}",
        "ann\u{202e}bob",
        "ann\u{2066}",
        "ann\u{2028}",
    ];
    let mut all = texts.map(str::to_owned).to_vec();
    all.push("x".repeat(257));
    all
}

#[tokio::test]
async fn a_users_name_can_be_read() {
    let server = TestServer::start().await;
    for name in misleading() {
        for (path, body, status, field) in [
            ("/v1/tokens", json!({"user_id": name}), 422, "user_id"),
            (
                "/link-session",
                json!({"customer_user": {"id": name}}),
                400,
                "customer_user.id",
            ),
            (
                "/bank-linking/connect/start",
                json!({"externalCustomerId": name}),
                400,
                "externalCustomerId",
            ),
            (
                "/widgetUrl",
                json!({"jobTypes": ["transactions"], "userId": name, "targetOrigin": "http://localhost:1"}),
                400,
                "userId",
            ),
        ] {
            let answer = server.ask(path, body).await;
            let problem = check_problem(answer, status, "invalid_request").await;
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(detail.starts_with(field), "{path} {name:?}: {detail}");
        }
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let request = server.request(Method::GET, &format!("/api/token?userId={encoded}"));
        let request = request.bearer_auth("demo-secret");
        let answer = request.send().await.expect("an answer");
        check_problem(answer, 400, "invalid_request").await;
        let path = format!("/widget?jobTypes=transactions&userId={encoded}");
        let page = server.get(&path).await;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{name:?}");
    }
    for name in [
        "ann",
        "Ann Lee",
        "アン",
        "آن",
        " ann",
        "a\u{200d}b",
        &"x".repeat(256),
    ] {
        let answer = server.mint(json!({"user_id": name})).await;
        assert_eq!(answer.status(), StatusCode::OK, "{name:?}");
    }
}

#[tokio::test]
async fn what_a_token_fixes_has_limits() {
    let server = TestServer::start().await;
    let long = "x".repeat(257);
    for (field, value) in [
        ("provider", json!(long)),
        ("provider", json!("demo\n")),
        ("institution", json!("a\0")),
        ("search", json!("a\u{202e}")),
        ("state", json!("x".repeat(2049))),
        ("providers", json!(vec!["demo"; 501])),
        ("providers", json!([long])),
        ("providers", json!(["a\nb"])),
        ("provider_groups", json!(vec!["test"; 501])),
        ("provider_groups", json!([long])),
        ("countries", json!(vec!["GB"; 501])),
        ("countries", json!(["GBR"])),
        ("countries", json!(["G"])),
        ("countries", json!(["G1"])),
        ("countries", json!([""])),
    ] {
        let mut body = json!({"user_id": "ann"});
        body[field] = value.clone();
        let problem = check_problem(server.mint(body).await, 422, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(field), "{field}: {detail}");
    }
    let most = json!({
        "user_id": "ann", "state": "x".repeat(2048), "provider": "x".repeat(256),
        "providers": vec!["demo"; 500], "provider_groups": vec!["test"; 500], "countries": vec!["gb"; 500],
    });
    assert_eq!(server.mint(most).await.status(), StatusCode::OK);
    for (path, body, named) in [
        (
            "/link-session",
            json!({"customer_user": {"id": "ann"}, "institution_id": long}),
            "institution_id",
        ),
        (
            "/link-session",
            json!({"customer_user": {"id": "ann"}, "settings": {"countries": ["GBR"]}}),
            "settings.countries",
        ),
        (
            "/bank-linking/connect/start",
            json!({"externalCustomerId": "ann", "regions": ["GBR"]}),
            "regions",
        ),
        (
            "/bank-linking/connect/start",
            json!({"externalCustomerId": "ann", "institutionId": "a\n"}),
            "institutionId",
        ),
    ] {
        let problem = check_problem(server.ask(path, body).await, 400, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(named), "{detail}");
    }
    let page = server
        .get("/widget?jobTypes=transactions&userId=ann&institutionId=a%0A")
        .await;
    assert_eq!(page.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_restriction_that_is_misspelt_is_refused_and_not_passed_over() {
    let server = TestServer::start().await;
    for (body, named) in [
        (
            json!({"user_id": "ann", "orgin": "http://localhost:1"}),
            "orgin",
        ),
        (json!({"user_id": "ann", "Origin": null}), "Origin"),
        (json!({"user_id": "ann", "options": {}}), "options"),
        (
            json!({"user_id": "ann", "consent": {"terms": "https://shop.example"}}),
            "consent.terms",
        ),
        (json!({"user_id": "ann", "x".repeat(70): 1}), "xxxx…"),
    ] {
        let problem = check_problem(server.mint(body).await, 422, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(named) && detail.len() < 200, "{detail}");
    }
    let known = json!({"user_id": "ann", "origin": "http://localhost:1", "lang": null});
    assert_eq!(server.mint(known).await.status(), StatusCode::OK);
    // Other systems' servers send what only their system knows.
    let other = json!({"externalCustomerId": "ann", "orgin": "a"});
    let other = server.ask("/bank-linking/connect/start", other).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_connections_name_is_measured_as_it_is_kept() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let create = async |name: &str| {
        let credentials = json!({"username": "wealthica", "password": "wealthica"});
        let body = json!({"name": name, "type": "demo", "credentials": credentials});
        user.send(Method::POST, "/v1/institutions", body).await
    };
    let spaced = format!("{}Demo  ", " ".repeat(200));
    let answer = create(&spaced).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let made: Institution = answer.json().await.expect("an institution");
    assert_eq!(made.name, "Demo");
    assert_eq!(user.read(&made.id).await.name, "Demo");
    for wrong in misleading().iter().filter(|name| name.trim() != "ann") {
        check_problem(create(wrong).await, 422, "invalid_request").await;
    }
}

#[tokio::test]
async fn what_is_unknown_is_repeated_in_short() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let long = "x".repeat(5_000);
    let body = json!({"name": "a", "type": long, "credentials": {}});
    let created = user.send(Method::POST, "/v1/institutions", body).await;
    let read = user.get(&format!("/v1/providers/{long}")).await;
    for (answer, status) in [(created, 422), (read, 404)] {
        let problem = check_problem(answer, status, "unknown_provider").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        let told = format!("{}…", "x".repeat(64));
        assert!(detail.contains(&told) && detail.len() < 120, "{detail}");
    }
    let origin = format!("https://{}.example", "a".repeat(60));
    let answer: Value = user.get_json(&format!("/v1/session?origin={origin}")).await;
    let detail = answer["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("aaaa…"), "{detail}");
}
