//! What a token fixes for its session: what may be asked for, and what the widget learns of it.

use crate::support::{TestServer, check_problem};
use reqwest::Method;
use serde_json::{Value, json};

fn all() -> Value {
    json!({
        "account_selection": "multiple",
        "consent": {
            "reasons": [{"job_type": "accountDetails", "reason": "To know where to pay."}],
            "terms_url": "https://shop.example/terms",
        },
        "wait_for": "authorized",
        "duplicates": "warn",
        "allow_change_institution": false,
        "job_types": ["accountDetails", "transactions"],
    })
}

fn of_ann(options: &Value) -> Value {
    let mut body = options.clone();
    body["user_id"] = json!("ann");
    body
}

#[tokio::test]
async fn a_session_tells_every_option() {
    let server = TestServer::start().await;
    let user = server.user_with(of_ann(&all())).await;
    let session = user.get_json("/v1/session").await;
    assert_eq!(session["options"], all());
}

#[tokio::test]
async fn the_demo_shop_takes_them_too() {
    let server = TestServer::start().await;
    let origin = server.url("");
    let ask = async |body: Value| {
        let request = server.request(Method::POST, "/demo/token");
        let request = request.header("origin", &origin).json(&body);
        request.send().await.expect("an answer")
    };
    let answer: Value = ask(all()).await.json().await.expect("a token");
    let user = crate::support::User {
        server: &server,
        token: answer["token"].as_str().expect("a token").to_owned(),
    };
    let session = user.get_json(&format!("/v1/session?origin={origin}")).await;
    assert_eq!(session["options"]["consent"], all()["consent"]);
    let wrong = json!({"job_types": ["two words"]});
    check_problem(ask(wrong).await, 422, "invalid_request").await;
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let server = TestServer::start().await;
    let many: Vec<String> = (0..21).map(|number| format!("job{number}")).collect();
    let reason = |job_type: &str, reason: &str| json!({"reasons": [{"job_type": job_type, "reason": reason}]});
    let long = "x".repeat(501);
    for (field, value, detail) in [
        ("job_types", json!([""]), "job_types[0] "),
        (
            "job_types",
            json!(["transactions", "two words"]),
            "job_types[1] ",
        ),
        ("job_types", json!(["Transactions"]), "job_types[0] "),
        ("job_types", json!(["x".repeat(65)]), "job_types[0] "),
        ("job_types", json!(many), "job_types "),
        ("job_types", json!("transactions"), "the field job_types "),
        (
            "account_selection",
            json!("some"),
            "the field account_selection ",
        ),
        ("wait_for", json!("ever"), "the field wait_for "),
        ("duplicates", json!(true), "the field duplicates "),
        (
            "allow_change_institution",
            json!("no"),
            "the field allow_change_institution ",
        ),
        (
            "consent",
            reason("statements", "Why not."),
            "consent.reasons[0].job_type ",
        ),
        (
            "consent",
            reason("transactions", " "),
            "consent.reasons[0].reason ",
        ),
        (
            "consent",
            reason("transactions", &long),
            "consent.reasons[0].reason ",
        ),
        (
            "consent",
            json!({"reasons": [{"job_type": 5}]}),
            "the field consent.reasons[0].job_type ",
        ),
        (
            "consent",
            json!({"terms_url": "http://shop.example/terms"}),
            "consent.terms_url ",
        ),
        (
            "consent",
            json!({"terms_url": "javascript:alert(1)"}),
            "consent.terms_url ",
        ),
        (
            "consent",
            json!({"terms_url": "/terms"}),
            "consent.terms_url ",
        ),
    ] {
        let mut body = of_ann(&all());
        if field == "consent" {
            body["job_types"] = json!(["transactions"]);
        }
        body[field] = value;
        let problem = check_problem(server.mint(body).await, 422, "invalid_request").await;
        let told = problem["detail"].as_str().unwrap_or_default();
        assert!(told.starts_with(detail), "{field}: {told}");
    }
}

#[tokio::test]
async fn terms_on_the_own_machine_are_for_the_sandbox_only() {
    let terms = json!({"consent": {"terms_url": "http://localhost:3000/terms"}});
    let server = TestServer::start().await;
    assert_eq!(server.mint(of_ann(&terms)).await.status(), 200);
    let secret = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
    let clients = json!([{"id": "shop", "name": "Shop", "secret_sha256": secret}]);
    let server = TestServer::of_clients(clients).await;
    let request = server
        .request(Method::POST, "/v1/tokens")
        .basic_auth("shop", Some("secret"));
    let answer = request
        .json(&of_ann(&terms))
        .send()
        .await
        .expect("an answer");
    check_problem(answer, 422, "invalid_request").await;
}
