//! A user whose only window went to the bank: what is kept for them, and who may go on with it.

use crate::bank::{
    BANK, NONCE, VERIFIER, begin, check_page, come_back, led, parameter, widget_state,
};
use crate::support::{TestServer, User, check_problem, header};
use connect_server::sql;
use reqwest::{Method, Response, StatusCode, Url};
use serde_json::{Value, json};
use std::time::Duration;

const REFUSED: &str = "You can’t continue this login here";

async fn keep(user: &User<'_>, more: Value) -> Response {
    let mut kept = json!({"provider": BANK, "code_verifier": VERIFIER});
    for (name, value) in more.as_object().expect("fields") {
        kept[name] = value.clone();
    }
    let path = format!("/v1/oauth/{NONCE}");
    user.send(Method::PUT, &path, kept).await
}

/// What the browser sends back of a cookie.
fn cookie(answer: &Response) -> String {
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let (pair, _) = header(answer, "set-cookie")
        .split_once(';')
        .expect("a cookie");
    pair.to_owned()
}

async fn open(server: &TestServer, url: &Url, cookie: &str) -> Response {
    let request = server.http.get(url.clone()).header("cookie", cookie);
    request.send().await.expect("an answer")
}

async fn answered(server: &TestServer) -> Url {
    let answer = come_back(server, &widget_state(NONCE), ("code", "the-code")).await;
    led(server, &answer)
}

/// The launch data that stands in a page.
async fn launch(answer: Response) -> Value {
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.expect("a page");
    let (_, rest) = page.split_once("id=\"launch\">").expect("launch data");
    let (data, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(data).expect("JSON")
}

#[tokio::test]
async fn the_browser_that_left_goes_on_where_it_was() {
    let server = TestServer::with(&["--demo-redirect-uri", "https://shop.example/back"]).await;
    let user = server
        .user_with(json!({"user_id": "ann", "lang": "fr"}))
        .await;
    let query = "?providers=a%26b&token=old&resume=other&redirect_uri=https://shop.example/back";
    let kept = json!({"query": query, "system": "wealthica", "institution": "abc"});
    let answer = keep(&user, kept).await;
    let cookie = cookie(&answer);
    let set = header(&answer, "set-cookie").replace(&cookie, "");
    assert_eq!(set, "; HttpOnly; SameSite=Lax; Path=/oauth; Max-Age=600");

    let url = answered(&server).await;
    assert_eq!(url.path(), "/oauth/resume");
    assert_eq!(
        url.query(),
        Some(
            format!(
                "providers=a%26b&redirect_uri=https%3A%2F%2Fshop.example%2Fback&resume={NONCE}"
            )
            .as_str()
        )
    );
    let page = open(&server, &url, &format!("a=b; {cookie}")).await;
    let (name, _) = cookie.split_once('=').expect("a cookie");
    assert!(name.starts_with("connect_resume_"));
    assert!(header(&page, "set-cookie").starts_with(&format!("{name}=; ")));
    assert!(header(&page, "set-cookie").contains("Max-Age=0"));
    assert_eq!(header(&page, "cache-control"), "no-store");
    assert!(header(&page, "content-security-policy").contains("'wasm-unsafe-eval'"));
    let mut launch = launch(page).await;
    let token = launch["token"].take();
    assert_eq!(
        launch,
        json!({"system": "wealthica", "token": null, "resume": NONCE, "redirect_uri": "https://shop.example/back"})
    );
    let again = User {
        server: &server,
        token: token.as_str().expect("a token").into(),
    };
    assert_ne!(again.token, user.token);
    let (before, after) = (
        user.get_json("/v1/session").await,
        again.get_json("/v1/session").await,
    );
    assert_eq!(before, after);
    let login = again.get_json(&format!("/v1/oauth/{NONCE}")).await;
    assert_eq!(
        login,
        json!({"status": "complete", "code": "the-code", "kept": {
            "provider": BANK, "institution": "abc", "code_verifier": VERIFIER,
            "query": query, "system": "wealthica",
        }})
    );
    check_page(open(&server, &url, &cookie).await, 400, REFUSED).await;
}

#[tokio::test]
async fn another_browser_cannot_go_on() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let first = cookie(&keep(&user, json!({})).await);
    // Kept once more: the newer cookie counts.
    let cookie = cookie(&keep(&user, json!({})).await);
    let early = server.url(&format!("/oauth/resume?resume={NONCE}"));
    let early = Url::parse(&early).expect("an address");
    check_page(open(&server, &early, &first).await, 400, REFUSED).await;
    let url = answered(&server).await;
    let (name, _) = cookie.split_once('=').expect("a cookie");
    let (empty, wrong) = (format!("{name}="), format!("{name}=x"));
    for other in ["", "a=b", &empty, &wrong, &first] {
        check_page(open(&server, &url, other).await, 400, REFUSED).await;
    }
    for query in ["", "?resume=", "?resume=another-nonce-0123456789"] {
        let other = Url::parse(&server.url(&format!("/oauth/resume{query}")));
        let other = other.expect("an address");
        check_page(open(&server, &other, &cookie).await, 400, REFUSED).await;
    }
    let looked = server.http.head(url.clone()).header("cookie", &cookie);
    let looked = looked.send().await.expect("an answer");
    assert_eq!(header(&looked, "set-cookie"), "", "a look opens nothing");
    let page = open(&server, &url, &cookie).await;
    assert_eq!(launch(page).await["resume"], NONCE);
}

#[tokio::test]
async fn whoever_comes_back_hears_at_once_that_nothing_is_known() {
    let server = TestServer::with(&["--poll-timeout", "40"]).await;
    let user = server.user().await;
    let path = format!("/v1/oauth/{NONCE}?wait=0");
    let asked = tokio::time::timeout(Duration::from_secs(20), user.get_json(&path));
    let known = asked.await.expect("it does not wait");
    assert_eq!(known, json!({"status": "pending"}));
    // Nothing has begun by that, so nothing is kept of what comes back.
    let back = come_back(&server, &widget_state(NONCE), ("code", "the-code")).await;
    assert_eq!(led(&server, &back).path(), "/oauth/return");
    assert_eq!(user.get_json(&path).await, json!({"status": "pending"}));
}

#[tokio::test]
async fn nothing_goes_on_after_ten_minutes_or_after_its_session() {
    for end in [
        "UPDATE oauth_logins SET ends_at = unixepoch()",
        "UPDATE tokens SET expires_at = unixepoch()",
    ] {
        let server = TestServer::with(&["--poll-timeout", "1"]).await;
        let user = server.user().await;
        let cookie = cookie(&keep(&user, json!({})).await);
        let url = answered(&server).await;
        let pool = server.database().await;
        let ended = sql::query(end).execute(&pool).await;
        assert_eq!(ended.expect("it is written").rows_affected(), 1);
        pool.close().await;
        check_page(open(&server, &url, &cookie).await, 400, REFUSED).await;
        let login = user.get_json(&format!("/v1/oauth/{NONCE}")).await;
        assert_eq!(login["status"] == "pending", end.contains("ends_at"));
    }
}

#[tokio::test]
async fn an_app_with_its_own_page_gets_its_user_back_there() {
    let back = "https://shop.example/back?a=1";
    let server = TestServer::with(&["--demo-redirect-uri", back]).await;
    let user = server.user().await;
    let answer = keep(&user, json!({"redirect_uri": back})).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&answer, "set-cookie"), "");
    let url = answered(&server).await;
    assert_eq!(url.as_str(), format!("{back}&connect_resume={NONCE}"));
    assert_eq!(parameter(&url, "code"), None);
    let login = user.get_json(&format!("/v1/oauth/{NONCE}")).await;
    assert_eq!(login["kept"]["redirect_uri"], back);
    let here = Url::parse(&server.url(&format!("/oauth/resume?resume={NONCE}")));
    let here = here.expect("an address");
    check_page(open(&server, &here, "connect_resume=").await, 400, REFUSED).await;
}

#[tokio::test]
async fn a_login_that_was_kept_is_its_user_s_alone() {
    let server = TestServer::with(&["--poll-timeout", "1"]).await;
    let ann = server.user().await;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    assert_eq!(keep(&ann, json!({})).await.status(), StatusCode::NO_CONTENT);
    check_problem(keep(&bob, json!({})).await, 409, "conflict").await;
    answered(&server).await;
    let path = format!("/v1/oauth/{NONCE}");
    assert_eq!(bob.get_json(&path).await, json!({"status": "pending"}));
    assert_eq!(ann.get_json(&path).await["code"], "the-code");
    // The bank has answered: it is too late to keep anything else.
    check_problem(keep(&ann, json!({})).await, 409, "conflict").await;
}

#[tokio::test]
async fn what_can_t_be_kept_is_named() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (more, status, code) in [
        (json!({"provider": "nowhere"}), 422, "unknown_provider"),
        (json!({"code_verifier": "short"}), 422, "invalid_request"),
        (
            json!({"code_verifier": "é".repeat(50)}),
            422,
            "invalid_request",
        ),
        (
            json!({"code_verifier": "x".repeat(129)}),
            422,
            "invalid_request",
        ),
        (json!({"query": "x".repeat(2049)}), 422, "invalid_request"),
        (json!({"system": "x".repeat(257)}), 422, "invalid_request"),
        (
            json!({"institution": "x".repeat(257)}),
            422,
            "invalid_request",
        ),
        (
            json!({"redirect_uri": "https://evil.example/"}),
            400,
            "redirect_uri_not_registered",
        ),
    ] {
        check_problem(keep(&user, more).await, status, code).await;
    }
    let only = json!({"user_id": "ann", "providers": ["demo"]});
    let user = server.user_with(only).await;
    let problem = keep(&user, json!({})).await;
    check_problem(problem, 422, "unknown_provider").await;
}

#[tokio::test]
async fn outside_of_the_user_s_own_machine_the_cookie_is_secure() {
    let server = TestServer::with(&["--public-url", "https://connect.example"]).await;
    let user = server.user().await;
    let answer = keep(&user, json!({})).await;
    assert!(header(&answer, "set-cookie").contains("; Secure;"));
    let provider = user.get_json("/v1/providers/oauth-bank").await;
    assert_eq!(
        provider["authorize_url"],
        "https://connect.example/sandbox/oauth-bank/authorize"
    );
}

#[tokio::test]
async fn a_window_of_its_own_returns_to_the_app_s_page_as_well_and_both_sessions_hear_of_it() {
    let server = TestServer::with(&["--demo-redirect-uri", "https://shop.example/back"]).await;
    let user = server.user().await;
    // The widget waits for the window that it has opened, and has kept the login all the same.
    let waiting = begin(&user, NONCE).await;
    let answer = keep(&user, json!({"redirect_uri": "https://shop.example/back"})).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(header(&answer, "set-cookie"), "");
    let back = answered(&server).await;
    let expected = format!("https://shop.example/back?connect_resume={NONCE}");
    assert_eq!(back.as_str(), expected);
    let told = waiting.await.expect("an answer");
    assert_eq!(
        (&told["status"], &told["code"]),
        (&json!("complete"), &json!("the-code"))
    );
    assert_eq!(told["kept"]["provider"], BANK);
    // Whoever goes on at that page asks with the same token, or with another one of the same user.
    let path = format!("/v1/oauth/{NONCE}?wait=0");
    for again in [user, server.user().await] {
        assert_eq!(again.get_json(&path).await, told);
    }
    let other = server.user_with(json!({"user_id": "bob"})).await;
    assert_eq!(other.get_json(&path).await, json!({"status": "pending"}));
}

/// In an app's WebView a "new" window is the only one: the widget was where the return page is now.
#[tokio::test]
async fn a_window_that_took_the_widgets_place_can_go_on_there() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let kept = keep(
        &user,
        json!({"query": "?lang=en", "popup": true, "alone": true}),
    )
    .await;
    let cookie = cookie(&kept);
    let state = widget_state(NONCE);
    let url = server.url("/oauth/redirect");
    let pairs = [("code", "the-code"), ("state", &state)];
    let url = Url::parse_with_params(&url, pairs).expect("an address");
    let answer = open(&server, &url, &cookie).await;
    let there = led(&server, &answer);
    assert_eq!(there.path(), "/oauth/return");
    assert_eq!(parameter(&there, "code").as_deref(), Some("the-code"));
    let go_on = parameter(&there, "go_on").expect("a way on");
    let there = there.join(&format!("/oauth/resume?{go_on}"));
    let page = open(&server, &there.expect("an address"), &cookie).await;
    let launch = launch(page).await;
    assert_eq!(launch["resume"], NONCE);
    assert!(launch["token"].is_string());
}

#[tokio::test]
async fn a_made_up_cookie_shows_nobody_how_the_widget_was_opened() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let kept = json!({"query": "?order=4711", "popup": true, "alone": true});
    let before = cookie(&keep(&user, kept.clone()).await);
    let cookie = cookie(&keep(&user, kept).await);
    let (name, _) = cookie.split_once('=').expect("a cookie");
    let url = server.url("/oauth/redirect");
    let pairs = [("code", "the-code"), ("state", &widget_state(NONCE))];
    let url = Url::parse_with_params(&url, pairs).expect("an address");
    for other in [&format!("{name}=x"), &format!("{name}="), &before] {
        let there = led(&server, &open(&server, &url, other).await);
        assert_eq!(parameter(&there, "go_on"), None, "{other}");
    }
    let there = led(&server, &open(&server, &url, &cookie).await);
    assert!(parameter(&there, "go_on").is_some());
}

#[tokio::test]
async fn a_window_beside_the_widget_in_another_browser_has_no_way_on() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let kept = keep(&user, json!({"popup": true})).await;
    assert!(
        kept.headers().get("set-cookie").is_none(),
        "a frame of another site would refuse it aloud"
    );
    keep(&user, json!({"popup": true, "alone": true})).await;
    let there = answered(&server).await;
    assert_eq!(there.path(), "/oauth/return");
    assert_eq!(parameter(&there, "go_on"), None);
}

#[tokio::test]
async fn whoever_turns_back_before_the_bank_has_answered_goes_on_and_still_comes_back() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let cookie = cookie(&keep(&user, json!({})).await);
    let url = Url::parse(&server.url(&format!("/oauth/resume?resume={NONCE}")));
    let url = url.expect("an address");
    for _ in 0..2 {
        let page = open(&server, &url, &cookie).await;
        assert!(page.headers().get("set-cookie").is_none());
        assert_eq!(launch(page).await["resume"], NONCE);
    }
    let page = open(&server, &answered(&server).await, &cookie).await;
    assert_eq!(launch(page).await["resume"], NONCE);
    let again = open(&server, &url, &cookie).await;
    check_page(again, 400, REFUSED).await;
}
