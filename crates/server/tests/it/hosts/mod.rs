//! What pages and servers written for other systems ask of this one.

mod documents;
mod flinks;
mod meld;
mod moneykit;
mod ucw;

use crate::support::{TestServer, User, check_problem, header};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A page of the shop asks for this page of the widget.
pub async fn get_from(server: &TestServer, referer: &str, path: &str) -> Response {
    let request = server.request(Method::GET, path).header("referer", referer);
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn no_page_elsewhere_may_ask_what_servers_ask_and_no_answer_is_stored() {
    let server = TestServer::start().await;
    for (path, body) in [
        ("/link-session", json!({"customer_user": {"id": "ann"}})),
        (
            "/bank-linking/connect/start",
            json!({"externalCustomerId": "ann"}),
        ),
        (
            "/widgetUrl",
            json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": "http://localhost:1"}),
        ),
    ] {
        let request = server
            .request(Method::POST, path)
            .header("origin", "http://localhost:1")
            .bearer_auth("demo-secret");
        let answer = request.json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}");
        assert_eq!(header(&answer, "access-control-allow-origin"), "", "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
        let preflight = server
            .request(Method::OPTIONS, path)
            .header("origin", "http://localhost:1")
            .header("access-control-request-method", "POST");
        let answer = preflight.send().await.expect("an answer");
        assert_eq!(header(&answer, "access-control-allow-origin"), "", "{path}");
        let large = json!({"userId": "x".repeat(70_000)});
        check_problem(server.ask(path, large).await, 413, "body_too_large").await;
    }
}

/// The user behind the token in a page's launch data.
pub fn user_of<'a>(server: &'a TestServer, launch: &Value) -> User<'a> {
    let token = launch["token"].as_str().expect("a token").to_owned();
    User { server, token }
}

/// Two shops without a sandbox; the second lets pages open without a token.
pub async fn two_shops() -> TestServer {
    let secret = |text: &str| {
        let hash = Sha256::digest(text);
        hash.iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    TestServer::of_clients(json!([
        {
            "id": "shop", "name": "Shop", "secret_sha256": secret("shop-secret"),
            "origins": ["https://shop.example"], "redirect_uris": ["https://shop.example/back"],
        },
        {
            "id": "open", "name": "Open", "secret_sha256": secret("open-secret"),
            "origins": ["https://open.example"], "open_systems": ["flinks", "ucw"],
            "theme": {"accent": "#0a0", "radius": "4px"},
        },
    ]))
    .await
}
