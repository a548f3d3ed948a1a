//! Pages that open without a token: each sees and changes what it has made itself, and ends nobody else's session.

use crate::hosts::{get_from, user_of};
use crate::support::{TestServer, User, check_problem, header, launch};
use connect_server::sql;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

const SHOP: &str = "http://localhost:3000/";

/// Behaves as Demo does; nobody is connected to it from the start.
const BANK: &str = "gb-monzo";

/// A stranger's page in the name of this user.
fn path_of(user: &str) -> String {
    format!("/widget?jobTypes=transactions&userId={user}&targetOrigin=http://localhost:3000")
}

async fn stranger<'a>(server: &'a TestServer, user: &str) -> User<'a> {
    let page = get_from(server, SHOP, &path_of(user)).await;
    user_of(server, &launch(page).await)
}

/// The page again, as its browser loads it.
async fn reload<'a>(server: &'a TestServer, path: &str, cookie: &str) -> User<'a> {
    let request = server.request(Method::GET, path).header("cookie", cookie);
    let page = request.send().await.expect("an answer");
    user_of(server, &launch(page).await)
}

/// What a browser sends back of the cookie that an answer sets.
fn cookie(answer: &Response) -> String {
    let set = header(answer, "set-cookie");
    set.split(';').next().expect("a cookie").to_owned()
}

async fn check_nothing_there(user: &User<'_>, id: &str) {
    let path = format!("/v1/institutions/{id}");
    for (method, more, body) in [
        (Method::GET, "", json!({})),
        (Method::GET, "/poll?v=0", json!({})),
        (
            Method::PUT,
            "",
            json!({"credentials": {"username": "a", "password": "b"}}),
        ),
        (Method::PUT, "", json!({"security_answer": "a"})),
        (Method::PUT, "", json!({"resend": true})),
        (Method::PUT, "", json!({"selected_accounts": ["a"]})),
        (Method::POST, "/sync", json!({"force": true})),
        (Method::DELETE, "", json!({})),
    ] {
        let answer = user.send(method, &format!("{path}{more}"), body).await;
        check_problem(answer, 404, "not_found").await;
    }
    let bank = user.get_json("/v1/providers/gb-monzo").await;
    assert_eq!(bank.get("connected"), None);
}

#[tokio::test]
async fn a_page_without_a_token_finds_nothing_that_its_user_has_connected() {
    let server = TestServer::start().await;
    let ann = server.user().await;
    let own = ann.connect(BANK, "wealthica", "wealthica").await;
    check_nothing_there(&stranger(&server, "ann").await, &own.id).await;

    let again = format!(
        "{}&aggregator=a&institutionId=gb-monzo&connectionId={}",
        path_of("ann"),
        own.id
    );
    let again = launch(get_from(&server, SHOP, &again).await).await;
    check_nothing_there(&user_of(&server, &again), &own.id).await;
    assert_eq!(ann.read(&own.id).await.id, own.id);
}

#[tokio::test]
async fn a_page_without_a_token_keeps_what_it_has_made_and_no_other_page_finds_it() {
    let server = TestServer::start().await;
    for (path, own) in [
        (path_of("ann"), true),
        // The page that was opened says where from when its browser does not.
        ("/widget?jobTypes=transactions&userId=ann".to_owned(), true),
        ("/v2/".to_owned(), false),
    ] {
        let page = get_from(&server, SHOP, &path).await;
        let cookie = cookie(&page);
        let maker = user_of(&server, &launch(page).await);
        let made = maker.connect(BANK, "wealthica", "wealthica").await;
        let bank = maker.get_json("/v1/providers/gb-monzo").await;
        assert_eq!(bank["connected"], made.id.as_str(), "{path}");

        check_nothing_there(&stranger(&server, "ann").await, &made.id).await;
        let again = reload(&server, &path, &cookie).await;
        assert_eq!(again.read(&made.id).await.id, made.id, "{path}");

        // In the same browser, but in somebody else's name.
        if own {
            let other = path.replace("ann", "bob");
            check_nothing_there(&reload(&server, &other, &cookie).await, &made.id).await;
        }
    }
}

/// A host beside this one can set a cookie for all of their site, but none of this name.
#[tokio::test]
async fn who_has_opened_a_page_is_told_by_a_cookie_that_no_other_host_can_set() {
    let server = TestServer::with(&["--public-url", "https://connect.example"]).await;
    for (path, name) in [("/v2/", "v2"), (&path_of("ann"), "widget")] {
        let page = get_from(&server, SHOP, path).await;
        let set = header(&page, "set-cookie").to_owned();
        let own = format!("__Host-connect_open_{name}=");
        assert!(set.starts_with(&own), "{set}");
        let rest = "; HttpOnly; SameSite=None; Secure; Partitioned; Path=/; Max-Age=1800";
        assert!(set.ends_with(rest), "{set}");

        let cookie = cookie(&page);
        let maker = user_of(&server, &launch(page).await);
        let made = maker.connect(BANK, "wealthica", "wealthica").await;
        let again = reload(&server, path, &cookie).await;
        assert_eq!(again.read(&made.id).await.id, made.id, "{path}");
        // What the neighbour's own browser was given.
        let tossed = cookie.replace(&own, "connect_open=");
        let request = server.request(Method::GET, path).header("referer", SHOP);
        let request = request.header("cookie", tossed);
        let victim = launch(request.send().await.expect("an answer")).await;
        check_nothing_there(&user_of(&server, &victim), &made.id).await;
    }
}

#[tokio::test]
async fn a_host_that_opens_the_page_again_in_the_same_browser_refreshes_what_it_has_made() {
    let server = TestServer::start().await;
    let page = get_from(&server, SHOP, &path_of("ann")).await;
    let cookie = cookie(&page);
    let maker = user_of(&server, &launch(page).await);
    let made = maker.connect(BANK, "wealthica", "wealthica").await;
    let again = format!(
        "{}&aggregator=a&institutionId=gb-monzo&connectionId={}",
        path_of("ann"),
        made.id
    );
    let request = server.request(Method::GET, &again);
    let request = request.header("referer", SHOP).header("cookie", &cookie);
    let again = launch(request.send().await.expect("an answer")).await;
    let refreshed = user_of(&server, &again).sync(&made).await;
    assert_eq!(refreshed.id, made.id);
}

#[tokio::test]
async fn what_strangers_make_in_a_users_name_is_no_connection_of_theirs() {
    let server = TestServer::start().await;
    let stranger = stranger(&server, "ann").await;
    let made = stranger.connect(BANK, "wealthica", "wealthica").await;

    let ann = json!({"user_id": "ann", "duplicates": "reject"});
    let ann = server.user_with(ann).await;
    let bank = ann.get_json("/v1/providers/gb-monzo").await;
    assert_eq!(bank.get("connected"), None);
    let own = ann.connect(BANK, "wealthica", "wealthica").await;
    let bank = ann.get_json("/v1/providers/gb-monzo").await;
    assert_eq!(bank["connected"], own.id.as_str());
    // The client's server can tell the two apart.
    let login = ann.read(&own.id).await.login_id.expect("a login's id");
    let told = server.login(&login, "demo-secret").await;
    let told: Value = told.json().await.expect("JSON");
    let told = told["institutions"].as_array().expect("a list");
    assert_eq!(told.len(), 2);
    for connection in told {
        let strange = connection["institution"]["id"] == made.id.as_str();
        let said = connection.get("user_unverified");
        assert_eq!(said, strange.then_some(&json!(true)), "{connection}");
    }
    // The user may see what was done in their name, and remove it.
    let path = format!("/v1/institutions/{}", made.id);
    assert_eq!(ann.read(&made.id).await.id, made.id);
    let gone = ann.send(Method::DELETE, &path, json!({})).await;
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_stranger_takes_neither_a_users_key_nor_their_room() {
    let server = TestServer::start().await;
    let ann = server.user().await;
    let stranger = stranger(&server, "ann").await;
    let create = async |user: &User<'_>, key: &str, password: &str| {
        let credentials = json!({"username": "wealthica", "password": password});
        let body = json!({"name": "Demo", "type": "demo", "credentials": credentials});
        let request = server.request(Method::POST, "/v1/institutions");
        let request = request.bearer_auth(&user.token);
        let request = request.header("idempotency-key", key).json(&body);
        request.send().await.expect("an answer")
    };
    let long = "wait-login-600000";
    let mut ids = Vec::new();
    for user in [&ann, &stranger] {
        let answer = create(user, "one", long).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let made: Value = answer.json().await.expect("an institution");
        ids.push(made["id"].clone());
    }
    assert_ne!(ids[0], ids[1]);
    for number in 2..=10 {
        let answer = create(&stranger, &number.to_string(), long).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }
    let full = create(&stranger, "eleven", long).await;
    check_problem(full, 429, "rate_limited").await;
    let ann = create(&ann, "two", long).await;
    assert_eq!(ann.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn logins_that_strangers_begin_at_banks_end_none_of_a_users() {
    let server = TestServer::start().await;
    let ann = server.user().await;
    let stranger = stranger(&server, "ann").await;
    let begin = async |user: &User<'_>, number: usize| {
        let verifier = "v".repeat(43);
        let kept = json!({"provider": "oauth-bank", "code_verifier": verifier, "query": ""});
        let path = format!("/v1/oauth/nonce-0123456789-0123456789-{number}");
        user.send(Method::PUT, &path, kept).await.status()
    };
    assert_eq!(begin(&ann, 0).await, StatusCode::NO_CONTENT);
    for number in 1..=30 {
        assert_eq!(begin(&stranger, number).await, StatusCode::NO_CONTENT);
    }
    // Nor does a stranger read of it or write over it.
    assert_eq!(begin(&stranger, 0).await, StatusCode::CONFLICT);
    let path = "/v1/oauth/nonce-0123456789-0123456789-0?wait=0";
    let kept = ann.get_json(path).await;
    assert_eq!(kept["kept"]["provider"], "oauth-bank", "{kept}");
    assert_eq!(stranger.get_json(path).await.get("kept"), None);
}

#[tokio::test]
async fn too_many_open_pages_are_refused_in_words_and_none_that_is_there_ends() {
    let server = TestServer::start().await;
    let own = server.user().await;
    let (ucw, flinks) = (path_of("ann"), "/v2/");
    let page = get_from(&server, SHOP, flinks).await;
    let cookie = cookie(&page);
    let there = user_of(&server, &launch(page).await);
    sql::query(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 9999)
         INSERT INTO tokens (token_sha256, client, user_hash, options, expires_at, session, by_page, scope)
         SELECT 'hash ' || number, 'demo', 'user', '{}', unixepoch() + 500 + number % 1000, CAST(number AS TEXT), TRUE, CAST(number AS TEXT) FROM numbers",
    )
    .execute(&server.database().await)
    .await
    .expect("they are written");
    for path in [ucw.as_str(), flinks] {
        let refused = get_from(&server, SHOP, path).await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(!header(&refused, "retry-after").is_empty());
        assert_eq!(header(&refused, "set-cookie"), "");
        let page = refused.text().await.expect("a page");
        assert!(page.contains("too many requests"), "{page}");
    }
    let again = reload(&server, flinks, &cookie).await;
    let origin = "/v1/session?origin=http://localhost:3000";
    for user in [&own, &again] {
        assert_eq!(user.get(origin).await.status(), StatusCode::OK);
    }
    let kept = async || -> i64 {
        let count = sql::query_scalar("SELECT count(*) FROM tokens WHERE scope IS NOT NULL");
        let count = count.fetch_one(&server.database().await).await;
        count.expect("a number")
    };
    // A page that is loaded again and again takes its own place, and nobody else's.
    assert_eq!(kept().await, 10_000);
    check_problem(there.get(origin).await, 401, "invalid_token").await;
    reload(&server, flinks, &cookie).await;
    assert_eq!(kept().await, 10_000);

    // Those that have ended leave room.
    sql::query("UPDATE tokens SET expires_at = unixepoch() - 1 WHERE user_hash = 'user'")
        .execute(&server.database().await)
        .await
        .expect("it is written");
    launch(get_from(&server, SHOP, &ucw).await).await;
}
