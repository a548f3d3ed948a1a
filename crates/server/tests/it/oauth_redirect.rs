//! Where the bank's users are sent on to: the app that has begun the login, and nobody else.

use crate::bank::{NONCE, begin, check_page, come_back, encode, led, parameter, widget_state};
use crate::support::{TestServer, header};
use reqwest::StatusCode;
use serde_json::json;

const KNOWN: &str = "we don’t know the app where you started";

async fn with_an_app() -> TestServer {
    let clients = json!([{
        "id": "shop",
        "name": "Shop",
        "secret_sha256": "0".repeat(64),
        "oauth_redirects": [
            {"sub": "myappdev", "uri": "https://dev.myapp.com"},
            {"sub": "myapp", "uri": "https://myapp.com/bank/?lang=fr"},
        ],
    }]);
    TestServer::of_clients(clients).await
}

#[tokio::test]
async fn an_app_gets_its_result_at_its_registered_address() {
    let server = with_an_app().await;
    for (state, place) in [
        (json!({"sub": "myappdev"}), "https://dev.myapp.com/"),
        (
            json!({"sub": "myappdev", "path": "/connect", "nonce": 5, "cart": [1, "ÿ"]}),
            "https://dev.myapp.com/connect",
        ),
        (
            json!({"sub": "myapp", "path": "/again/any"}),
            "https://myapp.com/bank/again/any",
        ),
    ] {
        let state = encode(&state);
        for said in [("code", "a b&c"), ("error", "access_denied")] {
            let url = led(&server, &come_back(&server, &state, said).await);
            let (before, _) = url.as_str().split_once('?').expect("a query");
            assert_eq!(before, place);
            assert_eq!(parameter(&url, said.0).as_deref(), Some(said.1));
            assert_eq!(parameter(&url, "state").as_ref(), Some(&state));
            let kept = parameter(&url, "lang");
            assert_eq!(kept.is_some(), place.contains("myapp.com/bank"));
            assert_eq!(url.query_pairs().count(), 2 + usize::from(kept.is_some()));
        }
    }
}

#[tokio::test]
async fn nobody_is_sent_where_nothing_is_registered() {
    let server = with_an_app().await;
    for state in [
        json!({"sub": "another"}),
        json!({"sub": "MyAppDev"}),
        json!({"sub": ""}),
        json!({"path": "/connect"}),
        json!({"sub": "myappdev", "path": 5}),
        json!({"sub": "myappdev", "path": "connect"}),
        json!({"sub": "myappdev", "path": "//evil.example"}),
        json!({"sub": "myappdev", "path": "/\\evil.example"}),
        json!({"sub": "myappdev", "path": "@evil.example"}),
        json!({"sub": "myappdev", "path": ".evil.example"}),
        json!({"sub": "myapp", "path": "/../out"}),
        json!({"sub": "myapp", "path": "/%2e%2e/out"}),
        json!({"sub": "myapp", "path": "/..;/out"}),
        json!({"sub": "myapp", "path": "/%252e%252e/out"}),
        json!({"sub": "myapp", "path": "/a?state=mine"}),
        json!("myappdev"),
    ] {
        let answer = come_back(&server, &encode(&state), ("code", "any")).await;
        check_page(answer, 400, KNOWN).await;
    }
    for query in [
        "",
        "?code=any",
        "?code=any&state=",
        "?code=any&state=%ff",
        "?code=any&state=eyJ",
        &format!("?state={}", widget_state(NONCE)),
        &format!("?code=&state={}", widget_state(NONCE)),
        &format!("?code={}&state={}", "x".repeat(9000), widget_state(NONCE)),
        &format!("?code=any&state={}", widget_state("guessable")),
        &format!(
            "?code=any&state={}",
            encode(&json!({"sub": "widget", "nonce": 5}))
        ),
    ] {
        let answer = server.get(&format!("/oauth/redirect{query}")).await;
        check_page(answer, 400, KNOWN).await;
    }
}

#[tokio::test]
async fn the_first_answer_counts_and_a_reload_repeats_it() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let state = widget_state(NONCE);
    begin(&user, NONCE).await;
    for (said, status) in [
        (("code", "first"), StatusCode::SEE_OTHER),
        (("code", "first"), StatusCode::SEE_OTHER),
        (("code", "second"), StatusCode::CONFLICT),
        (("error", "access_denied"), StatusCode::CONFLICT),
        (("code", "first"), StatusCode::SEE_OTHER),
    ] {
        let answer = come_back(&server, &state, said).await;
        assert_eq!(answer.status(), status, "{said:?}");
    }
    check_page(
        come_back(&server, &state, ("code", "second")).await,
        409,
        "already finished",
    )
    .await;
    let told = user.get_json(&format!("/v1/oauth/{NONCE}")).await;
    assert_eq!(told, json!({"status": "complete", "code": "first"}));
}

#[tokio::test]
async fn a_widget_that_has_named_no_login_gets_its_result_in_its_window() {
    let server = TestServer::start().await;
    let state = encode(&json!({"sub": "widget"}));
    let answer = come_back(&server, &state, ("code", "any")).await;
    assert_eq!(
        header(&answer, "location"),
        format!("/oauth/return?code=any&state={}", state.replace('=', "%3D"))
    );
}

#[tokio::test]
async fn the_return_page_runs_its_own_script_and_nothing_else() {
    let server = TestServer::start().await;
    let answer = server.get("/oauth/return?code=secret&state=secret").await;
    assert_eq!(
        header(&answer, "content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    assert_eq!(header(&answer, "referrer-policy"), "no-referrer");
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let page = answer.text().await.expect("a page");
    assert!(page.contains("Your bank has answered") && !page.contains("secret"));
    assert!(page.contains("src=\"return.js\"></script>"));
    let script = server.get("/oauth/return.js").await;
    assert!(header(&script, "content-type").starts_with("text/javascript"));
}

/// Sends the form of a bank's page.
async fn send_form(server: &TestServer, path: &str, pairs: &[(&str, &str)]) -> reqwest::Response {
    let request = server.request(reqwest::Method::POST, path).form(pairs);
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn a_bank_that_sends_a_form_is_heard_like_one_that_leads_to_an_address() {
    let server = with_an_app().await;
    let state = encode(&json!({"sub": "myappdev", "path": "/connect"}));
    let long = "c".repeat(6000);
    for code in ["a b&c+é", long.as_str()] {
        let pairs = [
            ("code", code),
            ("state", &state),
            ("iss", "x"),
            ("scope", "a b"),
        ];
        let url = led(
            &server,
            &send_form(&server, "/oauth/redirect", &pairs).await,
        );
        assert_eq!(parameter(&url, "code").as_deref(), Some(code));
        assert_eq!(parameter(&url, "state").as_ref(), Some(&state));
    }
    let nobody = send_form(&server, "/oauth/return/simplefin", &[("state", "x")]).await;
    check_page(nobody, 400, KNOWN).await;
    let request = server.request(reqwest::Method::POST, "/oauth/redirect");
    let json = request
        .json(&json!({"code": "a"}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(json.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn whoever_only_looks_at_a_bank_s_answer_uses_nothing_up() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let told = begin(&user, NONCE).await;
    let path = |code: &str| {
        let state = form_urlencoded(&widget_state(NONCE));
        format!("/oauth/redirect?code={code}&state={state}")
    };
    let head = server
        .request(reqwest::Method::HEAD, &path("looked"))
        .send();
    assert_eq!(header(&head.await.expect("an answer"), "location"), "");
    let request = server.request(reqwest::Method::GET, &path("fetched"));
    let fetched = request.header("sec-purpose", "prefetch;prerender").send();
    assert_eq!(
        fetched.await.expect("an answer").status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    server.get(&path("brought")).await;
    assert_eq!(told.await.expect("news")["code"], "brought");
}

fn form_urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
