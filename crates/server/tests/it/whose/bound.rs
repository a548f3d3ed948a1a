//! Tokens of a client that has told its pages' origins: a bare link with one connects nobody's bank to somebody else.

use crate::hosts::{get_from, user_of};
use crate::support::{TOKEN_TO_NOWHERE, TestServer, User, check_problem, launch};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const SHOP: &str = "https://shop.example";
const OTHER: &str = "https://www.shop.example";

/// One that is embedded in its pages, one that gives out links as well, and an app that has no pages.
async fn three_clients() -> TestServer {
    let client = |id: &str, more: Value| {
        let secret = Sha256::digest(format!("{id}-secret"));
        let secret: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut client = json!({"id": id, "name": id, "secret_sha256": secret});
        let more = more.as_object().expect("an object").clone();
        client.as_object_mut().expect("an object").extend(more);
        client
    };
    TestServer::of_clients(json!([
        client("shop", json!({"origins": [SHOP, OTHER]})),
        client(
            "mail",
            json!({"origins": ["https://mail.example"], "links": true})
        ),
        client("app", json!({"redirect_uris": ["com.example.app:/back"]})),
    ]))
    .await
}

async fn ask(server: &TestServer, client: &str, path: &str, body: Value) -> Value {
    let secret = format!("{client}-secret");
    let request = server.request(Method::POST, path).bearer_auth(secret);
    let answer = request.json(&body).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.expect("JSON")
}

fn with<'a>(server: &'a TestServer, token: &Value) -> User<'a> {
    let token = token.as_str().expect("a token").to_owned();
    User { server, token }
}

async fn session(user: &User<'_>, origin: &str) -> Response {
    let query = if origin.is_empty() { "" } else { "?origin=" };
    user.get(&format!("/v1/session{query}{origin}")).await
}

async fn check_bound(user: &User<'_>) {
    for wrong in ["", "https://mail.example", "https://evil.example", "null"] {
        check_problem(session(user, wrong).await, 403, "origin_not_allowed").await;
    }
    for (given, told) in [
        (SHOP, SHOP),
        ("https://SHOP.example:443/", SHOP),
        (OTHER, OTHER),
    ] {
        let answer = session(user, given).await;
        assert_eq!(answer.status(), StatusCode::OK, "{given}");
        let session: Value = answer.json().await.expect("JSON");
        assert_eq!(session["options"]["origin"], told);
    }
}

#[tokio::test]
async fn however_a_token_was_made_it_opens_only_in_its_clients_pages() {
    let server = three_clients().await;
    let ann = json!({"user_id": "ann"});
    let own = ask(&server, "shop", "/v1/tokens", ann).await;
    let user = with(&server, &own["token"]);
    check_bound(&user).await;

    let answer = user.paste(TOKEN_TO_NOWHERE).await;
    let made = user.follow(answer).await;
    for (path, body, field) in [
        (
            "/link-session",
            json!({"customer_user": {"id": "ann"}}),
            "link_session_token",
        ),
        (
            "/bank-linking/connect/start",
            json!({"externalCustomerId": "ann"}),
            "connectToken",
        ),
        (
            "/bank-linking/connect/repair",
            json!({"connectionId": made.id}),
            "connectToken",
        ),
    ] {
        let answer = ask(&server, "shop", path, body).await;
        check_bound(&with(&server, &answer[field])).await;
    }

    // A page that nobody says the origin of.
    let request = server.request(Method::GET, "/api/token?userId=ann");
    let request = request.bearer_auth("shop-secret");
    let answer = request.send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    let token = answer["token"].as_str().expect("a token");
    let path = format!("/widget?jobTypes=transactions&userId=ann&token={token}");
    let opened = launch(server.get(&path).await).await;
    assert_eq!(opened.get("origin"), None);
    check_bound(&user_of(&server, &opened)).await;
}

#[tokio::test]
async fn a_token_that_is_fixed_to_one_of_the_origins_opens_at_no_other() {
    let server = three_clients().await;
    let fixed = json!({"user_id": "ann", "origin": SHOP});
    let fixed = ask(&server, "shop", "/v1/tokens", fixed).await;
    let asked = json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": SHOP});
    let url = ask(&server, "shop", "/widgetUrl", asked).await;
    let url = url["widgetUrl"].as_str().expect("an address");
    let at = url.find("/widget?").expect("its path");
    let opened = get_from(&server, "https://evil.example/", &url[at..]).await;
    let opened = launch(opened).await;
    for token in [&fixed["token"], &opened["token"]] {
        let user = with(&server, token);
        for wrong in ["", OTHER] {
            check_problem(session(&user, wrong).await, 403, "origin_not_allowed").await;
        }
        assert_eq!(session(&user, SHOP).await.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn the_refusal_tells_the_developer_what_links_need() {
    let server = three_clients().await;
    let token = ask(&server, "shop", "/v1/tokens", json!({"user_id": "ann"})).await;
    let answer = session(&with(&server, &token["token"]), "").await;
    let problem = check_problem(answer, 403, "origin_not_allowed").await;
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("\"links\": true"), "{detail}");
}

#[tokio::test]
async fn a_client_that_gives_out_links_or_has_no_pages_is_not_bound() {
    let server = three_clients().await;
    for client in ["mail", "app"] {
        let token = ask(&server, client, "/v1/tokens", json!({"user_id": "ann"})).await;
        let answer = session(&with(&server, &token["token"]), "").await;
        assert_eq!(answer.status(), StatusCode::OK, "{client}");
        let session: Value = answer.json().await.expect("JSON");
        assert_eq!(session["options"].get("origin"), None);
    }
    let token = ask(&server, "mail", "/v1/tokens", json!({"user_id": "ann"})).await;
    let user = with(&server, &token["token"]);
    assert_eq!(session(&user, "https://mail.example").await.status(), 200);
    check_problem(session(&user, SHOP).await, 403, "origin_not_allowed").await;
    // One that it has fixed all the same.
    let fixed = json!({"user_id": "ann", "origin": "https://mail.example"});
    let fixed = ask(&server, "mail", "/v1/tokens", fixed).await;
    let answer = session(&with(&server, &fixed["token"]), "").await;
    check_problem(answer, 403, "origin_not_allowed").await;
}
