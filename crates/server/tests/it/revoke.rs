//! Taking back: tokens, all of a user, all of a client; and clients while the server runs. Whoever waits hears it at once.

use crate::running::Running;
use crate::support::{Directory, TestServer, User, check_problem, header, sha256_hex};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

const NONCE: &str = "nonce-0123456789-0123456789";

async fn revoke(server: &TestServer, body: Value) -> Value {
    let answer = server.ask("/v1/tokens/revoke", body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    answer.json().await.expect("JSON")
}

async fn check_alive(user: &User<'_>) {
    assert_eq!(user.get("/v1/session").await.status(), StatusCode::OK);
}

async fn check_revoked(user: &User<'_>) {
    check_problem(user.get("/v1/session").await, 401, "invalid_token").await;
}

#[tokio::test]
async fn one_token_is_taken_back_and_no_other() {
    let server = TestServer::start().await;
    let (one, other) = (server.user().await, server.user().await);
    let body = json!({"token": one.token});
    assert_eq!(revoke(&server, body.clone()).await, json!({"revoked": 1}));
    check_revoked(&one).await;
    check_alive(&other).await;
    assert_eq!(revoke(&server, body).await, json!({"revoked": 0}));
    let never = json!({"token": "never"});
    assert_eq!(revoke(&server, never).await, json!({"revoked": 0}));
}

#[tokio::test]
async fn all_of_a_user_or_of_the_client_is_taken_back() {
    let server = TestServer::start().await;
    let named = async |name: &str| server.user_with(json!({"user_id": name})).await;
    let ann = [named("ann").await, named("ann").await];
    let bob = named("bob").await;
    let told = revoke(&server, json!({"user_id": "ann"})).await;
    assert_eq!(told, json!({"revoked": 2}));
    for user in &ann {
        check_revoked(user).await;
    }
    check_alive(&bob).await;
    check_alive(&named("ann").await).await;
    let told = revoke(&server, json!({"all": true})).await;
    assert_eq!(told, json!({"revoked": 2}));
    check_revoked(&bob).await;
    check_alive(&named("ann").await).await;
}

#[tokio::test]
async fn exactly_one_thing_is_taken_back() {
    let server = TestServer::start().await;
    for body in [
        json!({}),
        json!({"all": false}),
        json!({"token": "a", "user_id": "ann"}),
        json!({"user_id": "ann", "all": true}),
        json!({"user": "ann"}),
        json!({"user_id": "ann", "everything": true}),
        json!({"token": ""}),
        json!({"user_id": ""}),
    ] {
        let what = body.to_string();
        let answer = server.ask("/v1/tokens/revoke", body).await;
        assert_eq!(answer.status(), 422, "{what}");
    }
    let user = server.user().await;
    let own = user.send(Method::POST, "/v1/tokens/revoke", json!({"all": true}));
    check_problem(own.await, 401, "invalid_client").await;
    check_alive(&user).await;
}

#[tokio::test]
async fn another_clients_tokens_are_neither_touched_nor_told_of() {
    let client = |id: &str| json!({"id": id, "name": id, "secret_sha256": sha256_hex(id)});
    let server = TestServer::of_clients(json!([client("one"), client("other")])).await;
    let ask = async |id: &str, path: &str, body: Value| -> Value {
        let request = server.request(Method::POST, path);
        let request = request.basic_auth(id, Some(id)).json(&body);
        let answer = request.send().await.expect("an answer");
        answer.json().await.expect("JSON")
    };
    let told = ask("one", "/v1/tokens", json!({"user_id": "ann"})).await;
    let token = told["token"].as_str().expect("a token").to_owned();
    for body in [
        json!({"token": token}),
        json!({"user_id": "ann"}),
        json!({"all": true}),
    ] {
        let told = ask("other", "/v1/tokens/revoke", body).await;
        assert_eq!(told, json!({"revoked": 0}));
    }
    let server = &server;
    check_alive(&User { server, token }).await;
}

#[tokio::test]
async fn what_a_user_could_come_back_with_ends_as_well() {
    let server = TestServer::start().await;
    for body in [json!({"user_id": "ann"}), json!({"all": true})] {
        let user = server.user().await;
        let entry = entry(&server).await;
        let cookie = keep_login(&user).await;
        let code = exchange_code(&server).await;
        revoke(&server, body.clone()).await;
        assert_eq!(open(&server, &entry, "").await.status(), 403, "{body}");
        let path = format!("/oauth/resume?resume={NONCE}");
        let request = server.request(Method::GET, &path).header("cookie", cookie);
        let resumed = request.send().await.expect("an answer");
        assert_eq!(resumed.status(), 400, "{body}");
        let later = server.user().await;
        let login: Value = later.get_json(&format!("/v1/oauth/{NONCE}?wait=0")).await;
        assert_eq!(login, json!({"status": "pending"}), "{body}");
        let exchange = json!({"exchangeable_token": code});
        let answer = server.ask("/link-session/exchange-token", exchange).await;
        check_problem(answer, 400, "invalid_exchange_token").await;
    }
}

#[tokio::test]
async fn a_session_ends_with_whichever_of_its_tokens_is_known() {
    let server = TestServer::start().await;
    let session = async |entry: &str| {
        let page = open(&server, entry, "").await;
        let (cookie, _) = header(&page, "set-cookie")
            .split_once(';')
            .expect("a cookie");
        let cookie = cookie.to_owned();
        let launch = crate::support::launch(page).await;
        let token = launch["token"].as_str().expect("a token").to_owned();
        let user = User {
            server: &server,
            token: token.clone(),
        };
        user.get("/v1/session?origin=http://localhost:1").await;
        (token, cookie)
    };
    // By the token that opened the page, which is all that the client's server knows.
    let opener = entry(&server).await;
    let (token, cookie) = session(&opener).await;
    let told = revoke(&server, json!({"token": opener})).await;
    assert_eq!(told, json!({"revoked": 1}));
    check_revoked(&User {
        server: &server,
        token,
    })
    .await;
    assert_eq!(open(&server, &opener, &cookie).await.status(), 403);
    // By the token that the page has.
    let opener = entry(&server).await;
    let (token, cookie) = session(&opener).await;
    assert_eq!(open(&server, &opener, &cookie).await.status(), 200);
    let told = revoke(&server, json!({"token": token})).await;
    assert_eq!(told, json!({"revoked": 1}));
    assert_eq!(open(&server, &opener, &cookie).await.status(), 403);
    // One that nobody has opened yet.
    let opener = entry(&server).await;
    let told = revoke(&server, json!({"token": opener})).await;
    assert_eq!(told, json!({"revoked": 1}));
    assert_eq!(open(&server, &opener, "").await.status(), 403);
}

#[tokio::test]
async fn a_wait_ends_when_its_token_does() {
    let server = TestServer::with(&["--token-ttl", "2", "--poll-timeout", "40"]).await;
    let user = server.user().await;
    let running = user.create("demo", "wealthica", "wait-login-600000").await;
    let running: Value = running.json().await.expect("an institution");
    let id = running["id"].as_str().expect("an id");
    let newest = format!("/v1/institutions/{id}/poll?v=99");
    let login = format!("/v1/oauth/{NONCE}");
    let (poll, login) = tokio::join!(user.get(&newest), user.get(&login));
    check_problem(poll, 401, "token_expired").await;
    check_problem(login, 401, "token_expired").await;
}

#[tokio::test]
async fn who_waits_hears_at_once_that_the_token_was_taken_back() {
    let mut running = Running::start(&["--poll-timeout", "40"]).await;
    for body in ["token", "user_id", "all"] {
        let token = running.token().await;
        let waiting = wait(&mut running, &token).await;
        let body = match body {
            "token" => json!({"token": token}),
            "user_id" => json!({"user_id": "ann"}),
            _ => json!({"all": true}),
        };
        let request = running
            .http
            .post(format!("{}/v1/tokens/revoke", running.address));
        let request = request.basic_auth("demo", Some("demo-secret"));
        let told = request.json(&body).send().await.expect("an answer");
        assert_eq!(told.status(), StatusCode::OK);
        for answer in waiting {
            check_problem(answer.await.expect("it ends"), 401, "invalid_token").await;
        }
    }
    running.stop().await;
}

#[tokio::test]
async fn a_hangup_reads_the_clients_again_and_a_broken_file_changes_nothing() {
    let directory = Directory::new();
    let clients = |disabled: bool, secret: &str| {
        json!([{"id": "shop", "name": "Shop", "secret_sha256": sha256_hex(secret), "disabled": disabled}]).to_string()
    };
    let file = directory.write("clients.json", &clients(false, "old"));
    let more = [
        "--poll-timeout",
        "40",
        "--clients",
        file.to_str().expect("a plain path"),
    ];
    let mut running = Running::start_in(directory, &more).await;
    let mint = async |running: &Running, secret: &str| {
        let request = running.http.post(format!("{}/v1/tokens", running.address));
        let request = request.basic_auth("shop", Some(secret));
        let request = request.json(&json!({"user_id": "ann"}));
        request.send().await.expect("an answer")
    };
    let token: Value = mint(&running, "old").await.json().await.expect("a token");
    let token = token["token"].as_str().expect("a token").to_owned();
    let waiting = wait(&mut running, &token).await;

    running.directory.write("clients.json", "[{");
    running.signal("HUP");
    let line = running.read_until("the clients are not read again").await;
    assert!(
        line.contains("ERROR") && line.contains("not a list of clients"),
        "{line}"
    );
    assert_eq!(mint(&running, "old").await.status(), StatusCode::OK);

    running
        .directory
        .write("clients.json", &clients(false, "new"));
    running.signal("HUP");
    running.read_until("the clients are read again").await;
    assert_eq!(mint(&running, "new").await.status(), StatusCode::OK);
    check_problem(mint(&running, "old").await, 401, "invalid_client").await;
    let session = running.send(Method::GET, "/v1/session", &token, "").await;
    assert_eq!(session.status(), StatusCode::OK);

    running
        .directory
        .write("clients.json", &clients(true, "new"));
    running.signal("HUP");
    running.read_until("the clients are read again").await;
    for answer in waiting {
        check_problem(answer.await.expect("it ends"), 401, "invalid_token").await;
    }
    check_problem(mint(&running, "new").await, 401, "invalid_client").await;
    // The sandbox's own client is there as before.
    assert_eq!(running.token().await.len(), 43);
    running.stop().await;
}

/// Two requests that wait: for news of a connection, and of a login at a bank's site.
async fn wait(running: &mut Running, token: &str) -> Vec<tokio::task::JoinHandle<Response>> {
    let body = r#"{"name":"Demo","type":"demo","credentials":{"username":"wealthica","password":"wait-login-600000"}}"#;
    let created = running
        .send(Method::POST, "/v1/institutions", token, body)
        .await;
    let institution: Value = created.json().await.expect("an institution");
    let id = institution["id"].as_str().expect("its id");
    let mut waiting = Vec::new();
    for path in [
        format!("/v1/institutions/{id}/poll?v=99"),
        format!("/v1/oauth/{NONCE}"),
    ] {
        let request = running.http.get(format!("{}{path}", running.address));
        let request = request.bearer_auth(token).send();
        waiting.push(tokio::spawn(async { request.await.expect("an answer") }));
        running.read_until("waiting for news").await;
    }
    waiting
}

/// A one-time token for a page.
async fn entry(server: &TestServer) -> String {
    let request = server.request(Method::GET, "/api/token?userId=ann");
    let request = request.basic_auth("demo", Some("demo-secret"));
    let told: Value = request
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    told["token"].as_str().expect("a token").into()
}

async fn open(server: &TestServer, entry: &str, cookie: &str) -> Response {
    let path = format!("/widget?jobTypes=transactions&userId=ann&token={entry}");
    let request = server.request(Method::GET, &path).header("cookie", cookie);
    request.send().await.expect("a page")
}

/// The bank has answered a login that this browser may go on with.
async fn keep_login(user: &User<'_>) -> String {
    let kept = json!({"provider": "oauth-bank", "code_verifier": "v".repeat(43), "query": ""});
    let answer = user
        .send(Method::PUT, &format!("/v1/oauth/{NONCE}"), kept)
        .await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let (cookie, _) = header(&answer, "set-cookie")
        .split_once(';')
        .expect("a cookie");
    let cookie = cookie.to_owned();
    // {"sub":"widget","nonce":"nonce-0123456789-0123456789"}
    let state = "eyJzdWIiOiJ3aWRnZXQiLCJub25jZSI6Im5vbmNlLTAxMjM0NTY3ODktMDEyMzQ1Njc4OSJ9";
    let back = format!("/oauth/redirect?code=c&state={state}");
    assert_eq!(user.server.get(&back).await.status(), 303);
    cookie
}

async fn exchange_code(server: &TestServer) -> String {
    let session = server
        .ask("/link-session", json!({"customer_user": {"id": "ann"}}))
        .await;
    let session: Value = session.json().await.expect("JSON");
    let token = session["link_session_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let user = User { server, token };
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let code = connected.exchange_code.expect("a code");
    code.expose().to_owned()
}
