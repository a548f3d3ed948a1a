//! What every answer carries, whatever was asked and however it ended.

use crate::support::{TestServer, header};
use connect_core::api::Institution;
use reqwest::{Method, Response};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn no_answer_lacks_its_safety_headers() {
    let server = TestServer::with(&[
        "--poll-timeout",
        "1",
        "--widget-origin",
        "https://widget.example",
    ])
    .await;
    server.directory.write("dist/connect.js", "text");
    let user = server.user().await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let path = format!("/v1/institutions/{}", connected.id);
    let running: Institution = user
        .create("demo", "wealthica", "wait-login-600000")
        .await
        .json()
        .await
        .expect("an institution");
    let mut seen = BTreeSet::new();
    let mut check = |what: &str, answer: &Response| {
        assert_eq!(
            header(answer, "x-content-type-options"),
            "nosniff",
            "{what}"
        );
        for name in [
            "content-security-policy",
            "referrer-policy",
            "permissions-policy",
            "x-request-id",
        ] {
            assert!(!header(answer, name).is_empty(), "{what}: {name}");
        }
        seen.insert(answer.status().as_u16());
    };
    for method in [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ] {
        for path in [
            "/",
            "/index.html",
            "/connect.js",
            "/nothing",
            "/.hidden",
            "/%ff",
            "/connect",
            "/connect/demo",
            "/connect/nowhere",
            "/connect/%ff",
            "/connect?redirect_uri=https://evil.example/",
            "/reconnect/any",
            "/connected",
            "/exit",
            "/pages.css",
            "/logos/demo.svg",
            "/logos/nothing",
            "/healthz",
            "/readyz",
            "/openapi.json",
            "/oauth/redirect",
            "/oauth/redirect?code=any&state=eyJzdWIiOiJ3aWRnZXQifQ",
            "/oauth/return",
            "/oauth/return.js",
            "/oauth/resume",
            "/sandbox/oauth-bank/authorize",
            "/sandbox/oauth-bank/login",
            "/sandbox/oauth-bank-coop/consent",
            "/sandbox/nowhere/authorize",
            "/sandbox/oauth-bank.css",
            "/v1/oauth/short",
            "/start",
            "/v2/",
            "/?connectToken=t",
            "/widget",
            "/widget?jobTypes=transactions&userId=ann",
            "/demo",
            "/demo/",
            "/demo/demo.js",
            "/demo/nothing",
            "/demo/token",
            "/v1",
            "/v1/",
            "/v1/nothing",
            "/v1/session",
            "/v1/session?origin=null",
            "/v1/tokens",
            "/v1/providers",
            "/v1/providers/demo",
            "/v1/providers/nowhere",
            "/v1/providers?limit=x",
            "/v1/institutions",
            "/v1/institutions/nothing",
            "/v1/institutions/nothing/sync",
        ] {
            let what = format!("{method} {path}");
            let request = server.request(method.clone(), path);
            check(&what, &request.send().await.expect("an answer"));
            let request = server
                .request(method.clone(), path)
                .bearer_auth(&user.token);
            check(
                &what,
                &request.json(&json!({})).send().await.expect("an answer"),
            );
        }
    }
    check("200", &server.mint(json!({"user_id": "ann"})).await);
    check("202", &user.create("demo", "a", "b").await);
    check("304", &user.poll(&connected).await);
    check(
        "409",
        &user
            .send(
                Method::PUT,
                &format!("/v1/institutions/{}", running.id),
                json!({"security_answer": "a"}),
            )
            .await,
    );
    check(
        "413",
        &user
            .send(Method::POST, "/v1/institutions", json!("x".repeat(70_000)))
            .await,
    );
    check(
        "415",
        &server
            .request(Method::POST, "/v1/tokens")
            .basic_auth("demo", Some("demo-secret"))
            .body("a")
            .send()
            .await
            .expect("an answer"),
    );
    check("204", &user.send(Method::DELETE, &path, json!({})).await);
    let preflight = server
        .request(Method::OPTIONS, "/v1/session")
        .header("origin", "https://widget.example")
        .header("access-control-request-method", "GET");
    check("preflight", &preflight.send().await.expect("an answer"));
    let told = [
        200, 202, 204, 303, 304, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422,
    ];
    assert_eq!(seen.into_iter().collect::<Vec<u16>>(), told);
}

/// All that stands there under this name.
fn all(answer: &Response, name: &str) -> String {
    let values = answer.headers().get_all(name).iter();
    let texts: Vec<&str> = values.map(|value| value.to_str().expect("text")).collect();
    texts.join(", ")
}

#[tokio::test]
async fn a_page_that_isolates_itself_may_frame_the_widget() {
    let server = TestServer::start().await;
    server.directory.write("dist/connect.js", "text");
    for path in [
        "/",
        "/?connectToken=t",
        "/connect?token=t",
        "/reconnect/any",
        "/connect?webhook_uri=ftp://a.example",
        "/start",
        "/v2/?authorizeToken=t",
        "/widget",
        "/widget?token=used",
        "/connected",
        "/exit",
        "/nothing",
        "/oauth/redirect",
    ] {
        let answer = server.get(path).await;
        let embedder = header(&answer, "cross-origin-embedder-policy");
        assert_eq!(embedder, "require-corp", "{path}");
    }
    for path in [
        "/",
        "/connect.js",
        "/pages.css",
        "/logos/demo.svg",
        "/connected",
    ] {
        let answer = server.get(path).await;
        let resource = header(&answer, "cross-origin-resource-policy");
        assert_eq!(resource, "cross-origin", "{path}");
    }
    let contract = server.get("/v1/session").await;
    let resource = header(&contract, "cross-origin-resource-policy");
    assert_eq!(resource, "same-origin");
}

#[tokio::test]
async fn no_proxy_may_rewrite_a_page() {
    let server = TestServer::start().await;
    for path in [
        "/",
        "/v2/",
        "/connect?token=t",
        "/connected",
        "/oauth/return",
        "/nothing",
    ] {
        let answer = server.get(path).await;
        let control = all(&answer, "cache-control");
        assert!(control.contains("no-transform"), "{path}: {control}");
    }
    let file = server.get("/pages.css").await;
    assert!(!all(&file, "cache-control").contains("no-transform"));
}
