//! Widget pages that are hosted elsewhere: which may call the contract, and what the others see.

use crate::support::{TestServer, User, check_problem, header};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

const WIDGET: &str = "https://widget.example";

async fn elsewhere() -> TestServer {
    let origins = "https://other.example:8443,https://widget.example";
    TestServer::with(&["--widget-origin", origins]).await
}

async fn preflight(server: &TestServer, path: &str, origin: &str) -> Response {
    let request = server.request(Method::OPTIONS, path);
    let request = request
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .header(
            "access-control-request-headers",
            "authorization,content-type",
        );
    request.send().await.expect("an answer")
}

async fn from(user: &User<'_>, path: &str, origin: &str) -> Response {
    let request = user.server.request(Method::GET, path);
    let request = request.bearer_auth(&user.token).header("origin", origin);
    request.send().await.expect("an answer")
}

fn cors_headers(answer: &Response) -> Vec<&str> {
    let names = answer.headers().keys().map(|name| name.as_str());
    names
        .filter(|name| name.starts_with("access-control-"))
        .collect()
}

#[tokio::test]
async fn a_widget_page_elsewhere_may_call_the_contract() {
    let server = elsewhere().await;
    let user = server.user().await;
    for origin in [WIDGET, "https://other.example:8443"] {
        let login = preflight(&server, "/v1/oauth/any", origin).await;
        assert_eq!(login.status(), StatusCode::NO_CONTENT);
        let allowed = preflight(&server, "/v1/institutions/any", origin).await;
        assert_eq!(allowed.status(), StatusCode::NO_CONTENT);
        for (name, value) in [
            ("access-control-allow-origin", origin),
            ("access-control-allow-methods", "GET, POST, PUT, DELETE"),
            (
                "access-control-allow-headers",
                "Authorization, Content-Type, Idempotency-Key",
            ),
            ("access-control-allow-credentials", ""),
            ("vary", "origin"),
        ] {
            assert_eq!(header(&allowed, name), value, "{name}");
        }
        for (path, status) in [
            ("/v1/session", 200),
            ("/v1/institutions/any", 404),
            ("/v1/nothing", 404),
        ] {
            let answer = from(&user, path, origin).await;
            assert_eq!(answer.status(), status, "{path}");
            assert_eq!(header(&answer, "access-control-allow-origin"), origin);
            assert_eq!(
                header(&answer, "access-control-expose-headers"),
                "Retry-After"
            );
            assert_eq!(header(&answer, "vary"), "origin");
        }
    }
    // A refused token must be readable too, or the widget could not say that the session has ended.
    let request = server
        .request(Method::GET, "/v1/session")
        .header("origin", WIDGET);
    let refused = request.send().await.expect("an answer");
    assert_eq!(header(&refused, "access-control-allow-origin"), WIDGET);
    check_problem(refused, 401, "invalid_token").await;
}

#[tokio::test]
async fn a_foreign_page_gets_no_cors_headers() {
    for server in [elsewhere().await, TestServer::start().await] {
        let user = server.user().await;
        for origin in [
            "https://evil.example",
            "https://widget.example.evil.example",
            "https://widget.example:444",
            "http://widget.example",
            "https://WIDGET.example",
            "http://localhost:3000",
            "null",
            "",
        ] {
            let asked = preflight(&server, "/v1/institutions/any", origin).await;
            assert!(cors_headers(&asked).is_empty(), "{origin}");
            check_problem(asked, 405, "invalid_request").await;
            let answer = from(&user, "/v1/session", origin).await;
            assert!(cors_headers(&answer).is_empty(), "{origin}");
        }
    }
}

#[tokio::test]
async fn only_the_contract_is_open_and_only_when_asked_for() {
    let server = TestServer::start().await;
    let user = server.user().await;
    assert!(cors_headers(&from(&user, "/v1/session", WIDGET).await).is_empty());
    let server = elsewhere().await;
    let user = server.user().await;
    for path in ["/", "/healthz", "/connect", "/demo/", "/openapi.json"] {
        assert!(
            cors_headers(&from(&user, path, WIDGET).await).is_empty(),
            "{path}"
        );
    }
    let request = server
        .request(Method::POST, "/demo/token")
        .header("origin", WIDGET);
    let answer = request.json(&json!({})).send().await.expect("an answer");
    assert!(cors_headers(&answer).is_empty());
    check_problem(answer, 403, "origin_not_allowed").await;
}
