//! Flinks Connect: its page with and without a token, and the login ids that it tells.

use super::{get_from, two_shops, user_of};
use crate::support::{TestServer, check_problem, header, launch};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_server::sql;
use jiff::Timestamp;
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
    let page = get_from(&server, "https://open.example/a", "/v2/").await;
    let policy = header(&page, "content-security-policy");
    assert!(
        policy.ends_with("; frame-ancestors 'self' https://open.example"),
        "{policy}"
    );
    let opened = launch(page).await;
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
    let request = server.request(Method::GET, "/v2/");
    let request = request.header("referer", "https://open.example/");
    let request = request.header("sec-fetch-dest", "document");
    let alone = launch(request.send().await.expect("an answer")).await;
    assert_eq!(alone, json!({"system": "flinks"}));
    let unnamed = launch(server.get("/v2/").await).await;
    assert_eq!(unnamed, json!({"system": "flinks"}));
}

#[tokio::test]
async fn a_page_that_loads_itself_again_keeps_its_user_and_its_origin() {
    let server = two_shops().await;
    let load = async |referer: Option<&str>, cookie: &str| {
        let request = server.request(Method::GET, "/v2/").header("cookie", cookie);
        let request = match referer {
            Some(referer) => request.header("referer", referer),
            None => request,
        };
        request.send().await.expect("an answer")
    };
    let user = async |launch: &Value| {
        let path = "/v1/session?origin=https://open.example";
        user_of(&server, launch).get_json(path).await["user_id"].take()
    };
    let first = load(Some("https://open.example/"), "").await;
    let set = header(&first, "set-cookie").to_owned();
    let (cookie, rest) = set.split_once(';').expect("a cookie");
    assert_eq!(
        rest,
        " HttpOnly; SameSite=None; Secure; Partitioned; Path=/; Max-Age=1800"
    );
    let first = launch(first).await;
    let own = server.url("/v2/");
    let itself = launch(load(Some(&own), cookie).await).await;
    assert_eq!(user(&itself).await, user(&first).await);
    let again = launch(load(None, cookie).await).await;
    assert_eq!(again["origin"], "https://open.example");
    assert_ne!(again["token"], first["token"]);
    assert_eq!(user(&again).await, user(&first).await);

    // Whoever refers counts more, and opens for somebody new.
    let other = launch(load(Some("https://open.example/"), cookie).await).await;
    assert_ne!(user(&other).await, user(&first).await);
    let closed = json!({"system": "flinks"});
    let elsewhere = load(Some("https://evil.example/"), cookie).await;
    assert_eq!(launch(elsewhere).await, closed);
    // Nobody else can write such a cookie.
    let (name, text) = cookie.split_once('=').expect("a cookie");
    let parts: Vec<&str> = text.split('.').collect();
    let evil = URL_SAFE_NO_PAD.encode("https://shop.example");
    for forged in [
        String::new(),
        parts[0].to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1], parts[3]),
        format!("{evil}.{}.{}.{}", parts[1], parts[2], parts[3]),
        format!("{}.victim.{}.{}", parts[0], parts[2], parts[3]),
        format!("{}.{}.9999999999.{}", parts[0], parts[1], parts[3]),
        format!("{text}.x"),
    ] {
        let page = load(None, &format!("{name}={forged}")).await;
        assert_eq!(launch(page).await, closed, "{forged}");
    }
}

#[tokio::test]
async fn looking_at_the_page_makes_no_session() {
    let server = TestServer::start().await;
    let request = server
        .request(Method::HEAD, "/v2/")
        .header("referer", "http://localhost:3000/");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let kept: i64 = sql::query_scalar("SELECT count(*) FROM tokens")
        .fetch_one(&server.database().await)
        .await
        .expect("a number");
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn an_address_that_has_a_token_opens_for_nobody_else_and_forgets_who_was_there() {
    let server = two_shops().await;
    let opened = get_from(&server, "https://open.example/", "/v2/").await;
    let set = header(&opened, "set-cookie").to_owned();
    let (cookie, _) = set.split_once(';').expect("a cookie");
    for query in ["authorizeToken=t", "authorizeToken=", "authorizeToken"] {
        for referer in [None, Some("https://open.example/")] {
            let request = server.request(Method::GET, &format!("/v2/?demo=true&{query}"));
            let mut request = request.header("cookie", cookie);
            if let Some(referer) = referer {
                request = request.header("referer", referer);
            }
            let page = request.send().await.expect("an answer");
            let forgotten = "__Host-connect_open_v2=; HttpOnly; SameSite=None; Secure; Partitioned; Path=/; Max-Age=0";
            let all = page.headers().get_all("set-cookie").iter();
            assert!(all.into_iter().any(|set| set == forgotten), "{query}");
            assert_eq!(launch(page).await, json!({"system": "flinks"}), "{query}");
        }
    }
}

#[tokio::test]
async fn who_has_opened_the_page_is_forgotten_when_the_session_would_have_ended() {
    // The shortest that a token may live.
    let server = TestServer::with(&["--token-ttl", "1"]).await;
    let opened = get_from(&server, "http://localhost:3000/", "/v2/").await;
    let set = header(&opened, "set-cookie").to_owned();
    let (cookie, _) = set.split_once(';').expect("a cookie");
    let end = cookie
        .split('.')
        .nth(2)
        .and_then(|end| end.parse::<i64>().ok());
    let end = end.expect("its end");
    loop {
        let begun = Timestamp::now().as_second();
        let request = server.request(Method::GET, "/v2/").header("cookie", cookie);
        let opened = launch(request.send().await.expect("an answer")).await;
        let done = Timestamp::now().as_second();
        assert!(done >= end || opened["token"].is_string());
        assert!(begun < end || opened == json!({"system": "flinks"}));
        if begun >= end {
            break;
        }
    }
}
