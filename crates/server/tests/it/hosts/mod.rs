//! What pages and servers written for other systems ask of this one.

mod documents;
mod flinks;
mod meld;
mod moneykit;
mod ucw;

use crate::support::{TestServer, User, check_problem, header, launch};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A page of the shop asks for this page of the widget.
async fn get_from(server: &TestServer, referer: &str, path: &str) -> Response {
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

#[tokio::test]
async fn pages_that_open_without_a_token_fill_no_database() {
    let server = TestServer::start().await;
    let database = server.database().await;
    let own = server.user().await;
    sqlx::query(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 10000)
         INSERT INTO tokens (token_sha256, client, user, options, expires_at, session, by_page)
         SELECT 'hash ' || number, 'demo', 'user', '{}', unixepoch() + number % 1000, number, 1 FROM numbers",
    )
    .execute(&database)
    .await
    .expect("they are written");
    let page = get_from(&server, "http://localhost:3000/", "/v2/").await;
    let opened = launch(page).await;
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM tokens WHERE by_page")
        .fetch_one(&database)
        .await
        .expect("a number");
    assert_eq!(kept, 10_000);
    let origin = "/v1/session?origin=http://localhost:3000";
    for user in [own, user_of(&server, &opened)] {
        assert_eq!(user.get(origin).await.status(), StatusCode::OK);
    }
}

/// The user behind the token in a page's launch data.
fn user_of<'a>(server: &'a TestServer, launch: &Value) -> User<'a> {
    let token = launch["token"].as_str().expect("a token").to_owned();
    User { server, token }
}

/// Two shops without a sandbox; the second lets pages open without a token.
async fn two_shops() -> TestServer {
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
