//! Flinks Connect: its page with and without a token, and the login ids that it tells.

use super::{get_from, two_shops, user_of};
use crate::support::{TestServer, check_problem, launch};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn its_page_names_the_system_and_does_not_repeat_the_token() {
    let server = TestServer::start().await;
    for path in ["/v2", "/v2/"] {
        let page = get_from(
            &server,
            "http://localhost:3000/",
            &format!("{path}?authorizeToken=t"),
        )
        .await;
        assert_eq!(launch(page).await, json!({"system": "flinks"}), "{path}");
    }
}

#[tokio::test]
async fn without_a_token_each_page_gets_a_new_user_who_can_be_embedded_there_alone() {
    let server = TestServer::start().await;
    let open = async || {
        let page = get_from(&server, "http://localhost:3000/cart?a=b", "/v2/?demo=true").await;
        launch(page).await
    };
    let (one, other) = (open().await, open().await);
    assert_eq!(one["system"], "flinks");
    assert_eq!(one["origin"], "http://localhost:3000");
    let session = async |launch: &Value| -> Value {
        let path = "/v1/session?origin=http://localhost:3000";
        user_of(&server, launch).get_json(path).await
    };
    let (first, second) = (session(&one).await, session(&other).await);
    assert_eq!(first["options"]["origin"], "http://localhost:3000");
    assert_ne!(first["user_id"], second["user_id"]);
    let user = user_of(&server, &one);
    for query in ["", "?origin=http://localhost:3001"] {
        let answer = user.get(&format!("/v1/session{query}")).await;
        check_problem(answer, 403, "origin_not_allowed").await;
    }
}

#[tokio::test]
async fn without_a_token_a_page_opens_only_from_where_a_client_allows_it() {
    let server = two_shops().await;
    let opened = launch(get_from(&server, "https://open.example/a", "/v2/").await).await;
    let user = user_of(&server, &opened);
    let session = user
        .get_json("/v1/session?origin=https://open.example")
        .await;
    assert_eq!(session["client"]["name"], "Open");
    assert_eq!(
        session["client"]["theme"],
        json!({"accent": "#0a0", "radius": "4px"})
    );
    for referer in [
        "https://shop.example/",
        "https://evil.example/",
        "https://open.example.evil.example/",
        "https://open.example@evil.example/",
        "https://evil.example/https://open.example/",
        "http://open.example/",
        "https://open.example:444/",
        "null",
        "about:blank",
        "open.example",
        "",
        "data:text/html,https://open.example",
        "https://[",
    ] {
        let page = get_from(&server, referer, "/v2/").await;
        assert_eq!(launch(page).await, json!({"system": "flinks"}), "{referer}");
    }
    let request = server.request(Method::GET, "/v2/");
    let request = request.header("referer", &b"https://open.example/\xff\tevil: 1"[..]);
    let unreadable = launch(request.send().await.expect("an answer")).await;
    assert_eq!(unreadable, json!({"system": "flinks"}));
    let unnamed = launch(server.get("/v2/").await).await;
    assert_eq!(unnamed, json!({"system": "flinks"}));
}

#[tokio::test]
async fn looking_at_the_page_makes_no_session() {
    let server = TestServer::start().await;
    let request = server
        .request(Method::HEAD, "/v2/")
        .header("referer", "http://localhost:3000/");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM tokens")
        .fetch_one(&server.database().await)
        .await
        .expect("a number");
    assert_eq!(kept, 0);
}
