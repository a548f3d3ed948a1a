//! What is refused before anything is looked at.

use crate::support::{TestServer, User, check_problem};
use reqwest::{Method, Response};
use serde_json::{Value, json};

const JSON: &str = "application/json";

/// A body for `POST /v1/tokens`, from the client's server.
async fn mint(server: &TestServer, media_type: &str, body: impl Into<reqwest::Body>) -> Response {
    let request = server
        .request(Method::POST, "/v1/tokens")
        .basic_auth("demo", Some("demo-secret"));
    let request = request.header("content-type", media_type).body(body);
    request.send().await.expect("an answer")
}

/// A body for `POST /v1/institutions`, from the user.
async fn connect(user: &User<'_>, body: impl Into<reqwest::Body>) -> Response {
    let request = user.server.request(Method::POST, "/v1/institutions");
    let request = request
        .bearer_auth(&user.token)
        .header("content-type", JSON)
        .body(body);
    request.send().await.expect("an answer")
}

async fn malformed(answer: Response, why: &str) {
    let problem = check_problem(answer, 400, "malformed_json").await;
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(why), "{why}: {detail}");
}

#[tokio::test]
async fn bodies_that_are_not_json_are_refused_with_their_reason() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let nested = |open: &str, close: &str| {
        let (open, close) = (open.repeat(9_000), close.repeat(9_000));
        format!("{{\"user_id\":\"ann\",\"extra\":{open}1{close}}}")
    };
    for (body, why) in [
        (String::new(), "empty"),
        (" \n".into(), "empty"),
        ("{".into(), "not JSON, at line 1"),
        ("{\"user_id\": ann}".into(), "column 13"),
        ("{\"user_id\":\"ann\"} trailing".into(), "column 19"),
        ("\u{feff}{}".into(), "not JSON"),
        ("{\"user_id\":\"\\ud800\"}".into(), "not JSON"),
        (nested("[", "]"), "nested"),
        (nested("{\"a\":", "}"), "nested"),
        ("[".repeat(60_000), "nested"),
        ("{\"user_id\":1e999}".into(), "number"),
        ("{\"user_id\":\"ann\",\"extra\":-1e999}".into(), "number"),
        ("{\"user_id\":\"ann\",\"user_id\":\"bob\"}".into(), "twice"),
        ("{\"user_id\":\"ann\",\"lang\":\"en\",\"lang\":\"fr\"}".into(), "twice"),
        ("{\"user_id\":\"ann\",\"extra\":{\"a\":1,\"a\":1}}".into(), "twice"),
        (
            "{\"name\":\"Demo\",\"type\":\"demo\",\"credentials\":{\"username\":\"a\",\"password\":\"b\",\"username\":\"c\"}}".into(),
            "twice",
        ),
    ] {
        malformed(mint(&server, JSON, body.clone()).await, why).await;
        malformed(connect(&user, body).await, why).await;
    }
    for body in [
        &b"\xff\xfe{\0}\0"[..],
        b"{\"user_id\":\"\xc3\x28\"}",
        b"{\"extra\":\"\xff\"}",
    ] {
        malformed(mint(&server, JSON, body).await, "UTF-8").await;
        malformed(connect(&user, body).await, "UTF-8").await;
    }
}

#[tokio::test]
async fn json_of_another_form_is_refused_by_its_field() {
    let server = TestServer::start().await;
    for body in [
        "null",
        "[]",
        "\"ann\"",
        "{\"user_id\":99999999999999999999999999}",
        "{\"user_id\":[]}",
        "{\"user_id\":\"ann\",\"providers\":\"demo\"}",
    ] {
        check_problem(mint(&server, JSON, body).await, 422, "invalid_request").await;
    }
    let user = server.user().await;
    let list = "[\"Demo\",\"demo\",{\"username\":\"a\",\"password\":\"b\"},[]]";
    check_problem(connect(&user, list).await, 422, "invalid_request").await;
    let path = "/v1/institutions/any/poll?v=-1";
    check_problem(user.get(path).await, 400, "invalid_request").await;
}

#[tokio::test]
async fn other_kinds_of_body_are_refused() {
    let server = TestServer::start().await;
    let body = "{\"user_id\":\"ann\"}";
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "json",
        "\u{e9}",
    ] {
        check_problem(
            mint(&server, media_type, body).await,
            415,
            "invalid_request",
        )
        .await;
    }
    for media_type in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/vnd.api+json",
    ] {
        assert_eq!(
            mint(&server, media_type, body).await.status(),
            200,
            "{media_type}"
        );
    }
    let large = json!({"user_id": "x".repeat(70_000)}).to_string();
    check_problem(mint(&server, JSON, large).await, 413, "body_too_large").await;
}

#[tokio::test]
async fn noise_is_refused_with_a_code() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for round in 0..200 {
        let bytes = noise.bytes(round);
        for answer in [
            mint(&server, JSON, bytes.clone()).await,
            connect(&user, bytes).await,
        ] {
            assert!(
                answer.status().is_client_error(),
                "round {round}: {}",
                answer.status()
            );
            let problem: Value = answer.json().await.expect("a problem");
            assert_eq!(
                problem["code"], "malformed_json",
                "round {round}: {problem}"
            );
        }
    }
}

#[tokio::test]
async fn a_damaged_body_never_breaks_the_server() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let whole = r#"{"name":"Demo","type":"demo","credentials":{"username":"wealthica","password":"wealthica"},"job_types":["a",1.5e3,null]}"#;
    let mut noise = Noise(7);
    for round in 0..200 {
        let mut bytes = whole.as_bytes().to_vec();
        let at = noise.below(bytes.len());
        match round % 3 {
            0 => bytes.truncate(at),
            1 => bytes[at] = noise.byte(),
            _ => drop(bytes.splice(at..at, noise.bytes(3))),
        }
        let answer = connect(&user, bytes).await;
        let status = answer.status();
        let answer: Value = answer.json().await.expect("JSON");
        let refused = status.is_client_error() && answer["code"].is_string();
        assert!(refused || status == 202, "round {round}: {status} {answer}");
    }
}

#[tokio::test]
async fn strange_addresses_are_refused_in_the_contracts_form() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for path in ["/v1", "/v1/", "/v1/nothing", "/v1/institutions/x/nothing"] {
        check_problem(user.get(path).await, 404, "not_found").await;
    }
    for name in ["%ff", "%00", "%2e%2e%2fdemo", "%f0%9f%8f%a6", "'", "%22"] {
        let provider = user.get(&format!("/v1/providers/{name}")).await;
        check_problem(provider, 404, "unknown_provider").await;
        let institution = user.get(&format!("/v1/institutions/{name}")).await;
        check_problem(institution, 404, "not_found").await;
        for query in ["search", "providers", "groups", "countries"] {
            let listed = user.get(&format!("/v1/providers?{query}={name}")).await;
            assert_eq!(listed.status(), 200, "{query}={name}");
        }
        for page in ["/logos", "/demo"] {
            assert_eq!(
                server.get(&format!("{page}/{name}")).await.status(),
                404,
                "{page}/{name}"
            );
        }
    }
}

#[tokio::test]
async fn wrong_methods_are_refused() {
    let server = TestServer::start().await;
    for (method, path) in [
        (Method::DELETE, "/v1/session"),
        (Method::POST, "/"),
        (Method::PATCH, "/healthz"),
    ] {
        let answer = server
            .request(method, path)
            .send()
            .await
            .expect("an answer");
        assert!(answer.headers().contains_key("allow"));
        check_problem(answer, 405, "invalid_request").await;
    }
}

/// Bytes that look random and are the same in each run (xorshift).
struct Noise(u64);

impl Noise {
    fn byte(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.to_le_bytes()[3]
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }
}
