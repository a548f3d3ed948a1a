//! Logins at a bank's own site, from the bank's pages to the connection.

use crate::bank::{
    BANK, NONCE, VERIFIER, Visit, authorize, begin, check_page, come_back, go_through, led,
    parameter, widget_state,
};
use crate::support::{TestServer, User, check_problem, error_name, header};
use connect_core::api::{Institution, SyncStatus};
use connect_server::sql;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

/// The bank's user allows; tells the code that the widget gets.
async fn allowed(server: &TestServer, password: &str) -> String {
    let back = go_through(server, &widget_state(NONCE), password, "allow").await;
    parameter(&back, "code").expect("a code")
}

async fn create(user: &User<'_>, bank: &str, credentials: Value) -> Response {
    let body = json!({"name": "OAuth Bank", "type": bank, "credentials": credentials});
    user.send(Method::POST, "/v1/institutions", body).await
}

async fn connect(user: &User<'_>, bank: &str, credentials: Value) -> Institution {
    user.follow(create(user, bank, credentials).await).await
}

fn good(code: &str) -> Value {
    json!({"code": code, "code_verifier": VERIFIER})
}

async fn login(user: &User<'_>, nonce: &str) -> Value {
    user.get_json(&format!("/v1/oauth/{nonce}")).await
}

#[tokio::test]
async fn the_whole_way() {
    let server = TestServer::with(&["--poll-timeout", "1"]).await;
    let user = server.user().await;
    let provider = user.get_json("/v1/providers/oauth-bank").await;
    assert_eq!(provider["oauth"], true);
    assert_eq!(provider["client_id"], "sandbox-widget");
    assert_eq!(provider["scopes"], json!(["accounts"]));
    let at = server.url("/sandbox/oauth-bank/authorize");
    assert_eq!(provider["authorize_url"], at.as_str());
    assert_eq!(provider.get("fields"), None);
    assert_eq!(login(&user, NONCE).await, json!({"status": "pending"}));

    let state = widget_state(NONCE);
    let visit = Visit::open(&server, BANK, &state).await;
    let wrong = visit.log_in("user_bad", "any").await;
    check_page(wrong, 200, "do not know this username").await;
    let early = Visit::open(&server, BANK, &state).await;
    check_page(early.press("allow").await, 400, "used already").await;
    let consent = visit.log_in("user_good", "any").await;
    check_page(consent, 200, "Share your data?").await;
    let back = led(&server, &visit.press("allow").await);
    assert!(back.as_str().starts_with(&server.url("/oauth/redirect?")));
    check_page(visit.press("allow").await, 400, "used already").await;

    let answer = server.http.get(back.clone()).send().await;
    let answer = answer.expect("an answer");
    assert!(header(&answer, "location").starts_with("/oauth/return?code="));
    let window = led(&server, &answer);
    let code = parameter(&back, "code").expect("a code");
    assert_eq!(parameter(&window, "code").as_ref(), Some(&code));
    assert_eq!(parameter(&window, "state").as_ref(), Some(&state));
    let told = login(&user, NONCE).await;
    assert_eq!(told, json!({"status": "complete", "code": code}));

    let institution = connect(&user, BANK, good(&code)).await;
    assert_eq!(institution.sync_status, SyncStatus::Ok);
    assert_eq!(user.sync(&institution).await.sync_status, SyncStatus::Ok);
    let used = login(&user, NONCE).await;
    assert_eq!(used, json!({"status": "error", "error": "invalid_grant"}));
}

#[tokio::test]
async fn what_the_user_presses_is_what_the_widget_hears() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (button, error, told) in [
        ("deny", "access_denied", json!({"status": "denied"})),
        (
            "server_error",
            "server_error",
            json!({"status": "error", "error": "server_error"}),
        ),
        (
            "temporarily_unavailable",
            "temporarily_unavailable",
            json!({"status": "error", "error": "temporarily_unavailable"}),
        ),
    ] {
        let nonce = format!("{NONCE}-{button}");
        let state = widget_state(&nonce);
        let waiting = begin(&user, &nonce).await;
        let back = go_through(&server, &state, "any", button).await;
        assert_eq!(parameter(&back, "error").as_deref(), Some(error));
        assert_eq!(parameter(&back, "code"), None);
        let answer = server.http.get(back).send().await.expect("an answer");
        let window = led(&server, &answer);
        assert_eq!(window.path(), "/oauth/return");
        assert_eq!(parameter(&window, "error").as_deref(), Some(error));
        assert_eq!(parameter(&window, "state"), Some(state));
        assert_eq!(waiting.await.expect("an answer"), told);
    }
}

#[tokio::test]
async fn a_code_counts_once_and_only_with_its_verifier() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let redirect_uri = server.url("/oauth/redirect");
    for more in [
        json!({"code_verifier": "another"}),
        json!({"code_verifier": null}),
        json!({"client_id": "another"}),
        json!({"redirect_uri": "https://evil.example/"}),
        json!({"code": "another"}),
        json!({"username": "user_good", "password": "any", "code": "another"}),
    ] {
        let mut credentials = good(&allowed(&server, "any").await);
        for (name, value) in more.as_object().expect("fields") {
            credentials[name] = value.clone();
        }
        let mut credentials = credentials.as_object().expect("fields").clone();
        credentials.retain(|_, value| !value.is_null());
        let refused = connect(&user, BANK, credentials.into()).await;
        assert_eq!(error_name(&refused), "LoginFailedError", "{more}");
    }
    let code = allowed(&server, "any").await;
    let other_bank = connect(&user, "oauth-bank-coop", good(&code)).await;
    assert_eq!(error_name(&other_bank), "LoginFailedError");

    let code = allowed(&server, "any").await;
    let all = json!({"code": code, "code_verifier": VERIFIER, "redirect_uri": redirect_uri, "client_id": "sandbox-widget"});
    let connected = connect(&user, BANK, all.clone()).await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    let again = connect(&user, BANK, all).await;
    assert_eq!(error_name(&again), "LoginFailedError");
}

#[tokio::test]
async fn new_credentials_that_are_sent_again_spoil_nothing_and_an_unknown_code_fails() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let first = connect(&user, BANK, good(&allowed(&server, "any").await)).await;
    let other = connect(&user, BANK, good(&allowed(&server, "any").await)).await;
    let send = async |code: &str| {
        let answer = user.put(&first, json!({"credentials": good(code)})).await;
        user.follow(answer).await
    };
    let code = allowed(&server, "any").await;
    let again = send(&code).await;
    assert_eq!(again.sync_status, SyncStatus::Ok);
    assert_eq!(send(&code).await, again);
    // Another connection has not used it.
    let elsewhere = user.put(&other, json!({"credentials": good(&code)})).await;
    let elsewhere = user.follow(elsewhere).await;
    assert_eq!(error_name(&elsewhere), "LoginFailedError");
    assert_eq!(error_name(&send("garbage").await), "LoginFailedError");
}

#[tokio::test]
async fn a_code_is_still_good_after_a_login_that_had_to_wait() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let code = allowed(&server, "any").await;
    let mut running = Vec::new();
    for _ in 0..10 {
        let answer = user.create("demo", "wealthica", "wait-login-600000").await;
        running.push(answer.json::<Institution>().await.expect("an institution"));
    }
    let refused = create(&user, BANK, good(&code)).await;
    check_problem(refused, 429, "rate_limited").await;
    let path = format!("/v1/institutions/{}", running[0].id);
    user.send(Method::DELETE, &path, json!({})).await;
    let connected = connect(&user, BANK, good(&code)).await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn a_login_at_a_bank_needs_a_code_and_nothing_else() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let typed = json!({"username": "user_good", "password": "any"});
    let problem = create(&user, BANK, typed.clone()).await;
    let problem = check_problem(problem, 422, "invalid_request").await;
    assert_eq!(problem["detail"], "credentials.code is missing");
    let refused = connect(&user, BANK, json!({"code": "any"})).await;
    let path = format!("/v1/institutions/{}", refused.id);
    let answer = user.send(Method::PUT, &path, json!({"credentials": typed}));
    check_problem(answer.await, 422, "invalid_request").await;
    // The same connection, logged in to anew.
    let credentials = good(&allowed(&server, "any").await);
    let answer = user.send(Method::PUT, &path, json!({"credentials": credentials}));
    let connected = user.follow(answer.await).await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn an_error_that_was_asked_for_at_the_bank_comes_after_the_return() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let code = allowed(&server, "error_NoAccountsError").await;
    let failed = connect(&user, BANK, good(&code)).await;
    assert_eq!(error_name(&failed), "NoAccountsError");
}

#[tokio::test]
async fn the_bank_answers_only_to_the_server_s_own_addresses() {
    let server = TestServer::with(&["--demo-listen", "127.0.0.1:0"]).await;
    let port = server.server.address().port();
    let demo = server.server.demo_address().expect("a second address");
    for own in [
        format!("http://localhost:{port}/oauth/redirect"),
        format!("http://{demo}/oauth/redirect"),
    ] {
        let path = authorize(&server, BANK, &[("redirect_uri", &own)]);
        assert_eq!(server.get(&path).await.status(), StatusCode::OK, "{own}");
    }
    for (name, value) in [
        ("client_id", "another"),
        ("client_id", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/oauth/redirect"),
        (
            "redirect_uri",
            &format!("http://localhost:{port}/oauth/return"),
        ),
        (
            "redirect_uri",
            &format!("http://localhost:{port}/oauth/redirect?a=1"),
        ),
        (
            "redirect_uri",
            &format!("http://localhost:{port}.evil.example/oauth/redirect"),
        ),
        (
            "redirect_uri",
            &format!("http://localhost:{port}@evil.example/oauth/redirect"),
        ),
    ] {
        let path = authorize(&server, BANK, &[(name, value)]);
        check_page(server.get(&path).await, 400, "not known here").await;
    }
    let nowhere = server.get("/sandbox/demo/authorize").await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_wrong_request_is_told_to_the_app() {
    let server = TestServer::start().await;
    for (name, value) in [
        ("response_type", "token"),
        ("response_type", ""),
        ("code_challenge", ""),
        ("code_challenge", "short"),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", ""),
    ] {
        let path = authorize(&server, BANK, &[(name, value)]);
        let back = led(&server, &server.get(&path).await);
        assert!(back.as_str().starts_with(&server.url("/oauth/redirect?")));
        let error = parameter(&back, "error");
        assert_eq!(error.as_deref(), Some("invalid_request"), "{name} {value}");
        assert_eq!(parameter(&back, "state"), Some(widget_state(NONCE)));
    }
}

#[tokio::test]
async fn an_app_s_own_login_works_without_pkce_too() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let visit = Visit::open_with(&server, BANK, &without).await;
    visit.log_in("user_good", "any").await;
    let back = led(&server, &visit.press("allow").await);
    let code = parameter(&back, "code").expect("a code");
    let connected = connect(&user, BANK, json!({"code": code})).await;
    assert_eq!(connected.sync_status, SyncStatus::Ok);
    // Whoever has begun with a challenge must prove it, and nobody else has anything to prove.
    let proven = json!({"code": allowed(&server, "any").await});
    let refused = connect(&user, BANK, proven).await;
    assert_eq!(refused.sync_status, SyncStatus::Error);
}

#[tokio::test]
async fn only_the_isolated_bank_cuts_the_way_to_its_opener() {
    let server = TestServer::start().await;
    let policy = "cross-origin-opener-policy";
    let isolated = authorize(&server, "oauth-bank-coop", &[]);
    assert_eq!(header(&server.get(&isolated).await, policy), "same-origin");
    let refused = server.get("/sandbox/oauth-bank-coop/authorize").await;
    assert_eq!(header(&refused, policy), "same-origin");
    for path in [&authorize(&server, BANK, &[]), "/oauth/return?code=a"] {
        let answer = server.get(path).await;
        assert_eq!(header(&answer, policy), "", "{path}");
    }
    for page in [&isolated, &authorize(&server, BANK, &[])] {
        let answer = server.get(page).await;
        let policy = header(&answer, "content-security-policy");
        // It would hold for where the answer goes in the end as well.
        assert!(!policy.contains("form-action") && !policy.contains("script-src"));
        assert!(policy.contains("frame-ancestors 'none'"));
    }
    for path in [
        "/sandbox/oauth-bank.css",
        "/logos/oauth-bank.svg",
        "/logos/oauth-bank-coop.svg",
    ] {
        assert_eq!(server.get(path).await.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn who_waits_hears_at_once() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let state = widget_state(NONCE);
    let waiting = begin(&user, NONCE).await;
    come_back(&server, &state, ("code", "the-code")).await;
    let told = waiting.await.expect("an answer");
    assert_eq!(told, json!({"status": "complete", "code": "the-code"}));
}

async fn logins(server: &TestServer) -> i64 {
    let pool = server.database().await;
    let count = sql::query_scalar("SELECT count(*) FROM oauth_logins");
    count.fetch_one(&pool).await.expect("the table")
}

#[tokio::test]
async fn what_comes_back_for_a_login_that_nobody_has_begun_is_not_kept() {
    let server = TestServer::with(&["--poll-timeout", "1"]).await;
    for number in 0..30 {
        let state = widget_state(&format!("{NONCE}-{number}"));
        let answer = come_back(&server, &state, ("code", "any")).await;
        // The widget that has opened this window, if there is one, hears of it.
        let window = led(&server, &answer);
        assert_eq!(window.path(), "/oauth/return");
        assert_eq!(parameter(&window, "code").as_deref(), Some("any"));
    }
    assert_eq!(logins(&server).await, 0);
    let user = server.user().await;
    let told = login(&user, &format!("{NONCE}-1")).await;
    assert_eq!(told, json!({"status": "pending"}));
}

#[tokio::test]
async fn a_login_is_the_user_s_who_has_first_asked_for_it() {
    let server = TestServer::with(&["--poll-timeout", "1"]).await;
    let ann = server.user().await;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    begin(&ann, NONCE).await;
    let his = login(&bob, NONCE).await;
    assert_eq!(his, json!({"status": "pending"}));
    come_back(&server, &widget_state(NONCE), ("code", "the-code")).await;
    let his = login(&bob, NONCE).await;
    assert_eq!(his, json!({"status": "pending"}));
    assert_eq!(login(&ann, NONCE).await["code"], "the-code");
    let kept = json!({"provider": BANK, "code_verifier": VERIFIER});
    let path = format!("/v1/oauth/{NONCE}");
    let answer = bob.send(Method::PUT, &path, kept);
    check_problem(answer.await, 409, "conflict").await;
}

#[tokio::test]
async fn of_too_many_logins_of_one_user_the_oldest_goes() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    begin(&bob, NONCE).await;
    let nonce = |number| format!("{NONCE}-{number}");
    for number in 0..25 {
        begin(&user, &nonce(number)).await;
    }
    assert_eq!(logins(&server).await, 20 + 1);
    come_back(&server, &widget_state(&nonce(4)), ("code", "any")).await;
    for number in [5, 24] {
        let state = widget_state(&nonce(number));
        come_back(&server, &state, ("code", "any")).await;
        assert_eq!(login(&user, &nonce(number)).await["code"], "any");
    }
    assert_eq!(logins(&server).await, 20 + 1);
}

#[tokio::test]
async fn a_nonce_is_long_enough_not_to_be_guessed() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for nonce in ["short", "with%20space-0123456789012345", &"x".repeat(129)] {
        let path = format!("/v1/oauth/{nonce}");
        check_problem(user.get(&path).await, 400, "invalid_request").await;
        let kept = json!({"provider": BANK, "code_verifier": VERIFIER});
        let answer = user.send(Method::PUT, &path, kept).await;
        check_problem(answer, 400, "invalid_request").await;
    }
}

#[tokio::test]
async fn codes_and_nonces_are_not_in_the_database() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let kept = json!({"provider": BANK, "code_verifier": VERIFIER, "query": "a=unforgettable"});
    let path = format!("/v1/oauth/{NONCE}");
    let answer = user.send(Method::PUT, &path, kept).await;
    let cookie = header(&answer, "set-cookie").to_owned();
    let (_, cookie) = cookie.split_once('=').expect("a cookie");
    let (cookie, _) = cookie.split_once(';').expect("its end");
    let said = ("code", "unforgettable-code");
    come_back(&server, &widget_state(NONCE), said).await;
    let told = login(&user, NONCE).await;
    assert_eq!(told["code"], "unforgettable-code");
    assert_eq!(told["kept"]["code_verifier"], VERIFIER);
    let directory = server.directory;
    server.server.stop().await;
    for file in ["connect.db", "connect.db-wal"] {
        let bytes = std::fs::read(directory.path(file)).unwrap_or_default();
        for secret in ["unforgettable", cookie] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {file}");
        }
    }
}
