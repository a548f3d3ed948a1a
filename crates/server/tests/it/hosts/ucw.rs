//! The Universal Connect Widget: its page in both versions, one-time tokens, and what is wrong with an address.

use super::{get_from, two_shops, user_of};
use crate::support::{TestServer, check_problem, header, launch, launch_of};
use connect_server::sql;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

const SHOP: &str = "http://localhost:3000/";

#[tokio::test]
async fn its_page_opens_a_session_for_the_user_of_its_address() {
    let server = TestServer::start().await;
    let query =
        "jobTypes=accountOwner,transactions&userId=ann&institutionId=demo&singleAccountSelect=true";
    let opened = launch(get_from(&server, SHOP, &format!("/widget?{query}")).await).await;
    assert_eq!(opened["system"], "ucw");
    assert_eq!(opened["origin"], "http://localhost:3000");
    let user = user_of(&server, &opened);
    let session = user
        .get_json("/v1/session?origin=http://localhost:3000")
        .await;
    assert_eq!(session["user_id"], "ann");
    assert_eq!(
        session["options"],
        json!({
            "origin": "http://localhost:3000",
            "job_types": ["accountOwner", "transactions"],
            "provider": "demo", "allow_change_institution": false,
            "account_selection": "single",
        })
    );
}

#[tokio::test]
async fn an_address_that_is_wrong_gets_a_page_that_names_the_parameter() {
    let server = TestServer::start().await;
    let long = format!("jobTypes=accountOwner&userId={}", "x".repeat(257));
    for (query, named) in [
        ("userId=ann", "jobTypes"),
        ("jobTypes=&userId=ann", "jobTypes"),
        ("jobTypes=,&userId=ann", "jobTypes"),
        ("jobTypes=accountOwner,evil&userId=ann", "jobTypes"),
        ("jobTypes=accountOwner", "userId"),
        ("jobTypes=accountOwner&userId=", "userId"),
        (&long, "userId"),
        (
            "jobTypes=accountOwner&userId=ann&connectionId=evil",
            "aggregator",
        ),
        (
            "jobTypes=accountOwner&userId=ann&connectionId=evil&aggregator=mx",
            "institutionId",
        ),
        (
            "jobTypes=accountOwner&userId=ann&targetOrigin=evil",
            "targetOrigin",
        ),
        (
            "jobTypes=accountOwner&userId=ann&targetOrigin=javascript:evil",
            "targetOrigin",
        ),
        (
            "jobTypes=accountOwner&userId=ann&targetOrigin=https://a.example%0d%0aevil:1",
            "targetOrigin",
        ),
    ] {
        let page = get_from(&server, SHOP, &format!("/widget?{query}")).await;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(header(&page, "evil"), "");
        let text = page.text().await.expect("a page");
        assert!(
            text.contains(&format!("<small>{named} ")),
            "{query}: {text}"
        );
        assert!(!text.contains("evil"), "{query}");
    }
}

#[tokio::test]
async fn without_a_token_a_page_opens_only_for_an_origin_that_a_client_allows_it_for() {
    let server = two_shops().await;
    let query = "/widget?jobTypes=accountOwner&userId=ann";
    let target = format!("{query}&targetOrigin=https://open.example");
    for path in [query, target.as_str()] {
        let opened = launch(get_from(&server, "https://open.example/a", path).await).await;
        assert_eq!(opened["origin"], "https://open.example", "{path}");
        assert!(opened["token"].is_string(), "{path}");
    }
    let closed = json!({"system": "ucw"});
    for path in [query, target.as_str()] {
        let request = server.request(Method::GET, path);
        let request = request.header("referer", "https://open.example/");
        let request = request.header("sec-fetch-dest", "document");
        let alone = request.send().await.expect("an answer");
        assert_eq!(launch(alone).await, closed, "{path}");
    }
    // A browser need not say where it comes from, and a page that goes on comes from itself.
    let own = server.url("/widget");
    for page in [
        server.get(&target).await,
        get_from(&server, &own, &target).await,
    ] {
        assert!(ends_with_ancestor(&page, "https://open.example"));
        assert_eq!(launch(page).await["origin"], "https://open.example");
    }
    for (referer, path) in [
        ("https://evil.example/", target.clone()),
        ("https://shop.example/", target.clone()),
        ("about:blank", target.clone()),
        ("https://shop.example/", query.to_owned()),
        ("https://evil.example/", query.to_owned()),
        ("", query.to_owned()),
        (
            "https://open.example/",
            format!("{query}&targetOrigin=https://evil.example"),
        ),
        (
            "https://open.example/",
            format!("{query}&targetOrigin=https://shop.example"),
        ),
    ] {
        let page = get_from(&server, referer, &path).await;
        assert_eq!(launch(page).await, closed, "{referer} {path}");
    }
}

/// Nobody else may embed the page.
fn ends_with_ancestor(page: &Response, origin: &str) -> bool {
    let policy = header(page, "content-security-policy");
    policy.ends_with(&format!("; frame-ancestors 'self' {origin}"))
}

async fn entry_token(server: &TestServer, user: &str) -> String {
    let request = server
        .request(Method::GET, &format!("/api/token?userId={user}"))
        .bearer_auth("demo-secret");
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header(&answer, "cache-control"), "no-store");
    let answer: Value = answer.json().await.expect("JSON");
    answer["token"].as_str().expect("a token").to_owned()
}

/// The path and the query of an address that version 2 gives.
async fn widget_url(server: &TestServer, body: Value) -> String {
    let answer = server.ask("/widgetUrl", body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.expect("JSON");
    let url = answer["widgetUrl"].as_str().expect("an address");
    let path = url.strip_prefix(&server.url("")).expect("this server's");
    path.to_owned()
}

/// Loads the page as a browser that sends this cookie.
async fn load(server: &TestServer, path: &str, cookie: &str) -> Response {
    let request = server.request(Method::GET, path).header("cookie", cookie);
    request.send().await.expect("an answer")
}

/// The cookie that lets a browser load the page again.
fn cookie_of(answer: &Response) -> String {
    let all = answer.headers().get_all("set-cookie").iter();
    let mut all = all.filter_map(|value| value.to_str().ok());
    let set = all.find(|set| set.starts_with("connect_page_"));
    let (pair, rest) = set.and_then(|set| set.split_once(';')).expect("a cookie");
    assert_eq!(
        rest,
        " HttpOnly; SameSite=None; Secure; Partitioned; Path=/widget; Max-Age=1800"
    );
    pair.to_owned()
}

/// The widget has words for it, and no session.
async fn check_refused(answer: Response) {
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(header(&answer, "set-cookie"), "");
    let opened = launch_of(&answer.text().await.expect("a page"));
    assert!(
        opened["token"].is_null() && opened["system"].is_string(),
        "{opened}"
    );
}

const TARGET: &str = "http://localhost:1";

/// The page runs: it asks for its session.
async fn run(server: &TestServer, opened: &Value) -> Value {
    let user = user_of(server, opened);
    user.get_json(&format!("/v1/session?origin={TARGET}")).await
}

/// The addresses of a page of each version, with the version's name.
async fn both(server: &TestServer, user: &str) -> [(String, &'static str); 2] {
    let token = entry_token(server, user).await;
    let asked = json!({"jobTypes": ["transactions"], "userId": user, "targetOrigin": TARGET});
    let query = format!("jobTypes=transactions&userId={user}&targetOrigin={TARGET}");
    [
        (format!("/widget?{query}&token={token}"), "ucw"),
        (widget_url(server, asked).await, "ucw_v2"),
    ]
}

#[tokio::test]
async fn a_token_opens_the_page_once_and_then_for_the_same_browser_alone() {
    let server = TestServer::start().await;
    for (path, system) in both(&server, "ann").await {
        let page = load(&server, &path, "").await;
        assert!(ends_with_ancestor(&page, TARGET));
        let cookie = cookie_of(&page);
        let opened = launch(page).await;
        assert_eq!(opened["system"], system);
        assert_eq!(opened["origin"], TARGET);
        let session = run(&server, &opened).await;
        assert_eq!(session["user_id"], "ann");
        assert_eq!(
            session["options"],
            json!({"origin": TARGET, "job_types": ["transactions"]})
        );

        let (name, _) = cookie.split_once('=').expect("a cookie");
        for other in [
            String::new(),
            format!("{name}=x"),
            format!("{name}="),
            format!("x{cookie}"),
        ] {
            check_refused(load(&server, &path, &other).await).await;
        }
        let again = load(&server, &path, &format!("a=b; {cookie}")).await;
        assert_eq!(header(&again, "set-cookie"), "");
        let again = launch(again).await;
        assert_eq!(run(&server, &again).await, session);

        // The cookie belongs to one address.
        for (second, _) in both(&server, "ann").await {
            let other = load(&server, &second, &cookie).await;
            assert_ne!(cookie_of(&other), cookie);
            run(&server, &launch(other).await).await;
            check_refused(load(&server, &second, &cookie).await).await;
        }
        check_refused(load(&server, "/widget?token=x", &cookie).await).await;
    }
}

#[tokio::test]
async fn what_only_looks_at_an_address_uses_nothing_up() {
    let server = TestServer::start().await;
    for (path, _) in both(&server, "ann").await {
        // A link's preview.
        let looked = server.request(Method::HEAD, &path).send().await;
        looked.expect("an answer");
        // A browser that fetches beforehand, and one whose load was cut off before its answer came.
        for purpose in ["prefetch", "prefetch;prerender", ""] {
            let request = server.request(Method::GET, &path);
            let request = request.header("sec-purpose", purpose);
            let fetched = request.send().await.expect("an answer");
            assert_eq!(fetched.status(), StatusCode::OK, "{purpose}");
        }
        let opened = launch(load(&server, &path, "").await).await;
        assert_eq!(run(&server, &opened).await["user_id"], "ann");
        check_refused(load(&server, &path, "").await).await;
    }
}

#[tokio::test]
async fn of_two_loadings_at_once_the_one_that_runs_first_keeps_the_session() {
    let server = TestServer::start().await;
    for (path, _) in both(&server, "ann").await {
        let (first, second) = tokio::join!(load(&server, &path, ""), load(&server, &path, ""));
        let (first, second) = (launch(first).await, launch(second).await);
        run(&server, &second).await;
        let late = user_of(&server, &first);
        let late = late.get(&format!("/v1/session?origin={TARGET}")).await;
        check_problem(late, 401, "invalid_token").await;
        run(&server, &second).await;
    }
}

#[tokio::test]
async fn a_token_ends_after_five_minutes() {
    let server = TestServer::start().await;
    let token = entry_token(&server, "ann").await;
    let database = server.database().await;
    let left: i64 = sql::query_scalar("SELECT ends_at - unixepoch() FROM entries")
        .fetch_one(&database)
        .await
        .expect("its end");
    assert!((295..=300).contains(&left), "{left}");
    sql::query("UPDATE entries SET ends_at = unixepoch()")
        .execute(&database)
        .await
        .expect("it is written");
    let path = format!("/widget?jobTypes=transactions&userId=ann&token={token}");
    check_refused(load(&server, &path, "").await).await;
    database.close().await;
    let server = server.restart().await;
    let kept: i64 = sql::query_scalar("SELECT count(*) FROM entries")
        .fetch_one(&server.database().await)
        .await
        .expect("a number");
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_token_is_for_its_user_and_its_clients_origins() {
    let server = two_shops().await;
    let request = server
        .request(Method::GET, "/api/token?userId=ann")
        .bearer_auth("shop-secret");
    let answer: Value = request
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let token = answer["token"].as_str().expect("a token");
    let path = |more: &str| format!("/widget?jobTypes=transactions&token={token}&{more}");
    for (query, named) in [
        ("userId=bob", "userId"),
        ("", "userId"),
        (
            "userId=ann&targetOrigin=https://open.example",
            "targetOrigin",
        ),
        ("userId=ann&connectionId=x", "aggregator"),
    ] {
        let answer = load(&server, &path(query), "").await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
        let page = answer.text().await.expect("a page");
        assert!(
            page.contains(&format!("<small>{named} ")),
            "{query}: {page}"
        );
    }
    // None of these has used the token up; who embeds the page is told where a client has registered it.
    let request = server.request(Method::GET, &path("userId=ann"));
    let request = request.header("referer", "https://shop.example/a");
    let page = request.send().await.expect("an answer");
    assert!(ends_with_ancestor(&page, "https://shop.example"));
    let opened = launch(page).await;
    assert_eq!(opened["origin"], "https://shop.example");
    let user = user_of(&server, &opened);
    check_problem(user.get("/v1/session").await, 403, "origin_not_allowed").await;
    let session = user
        .get_json("/v1/session?origin=https://shop.example")
        .await;
    assert_eq!(session["client"]["name"], "Shop");
    assert_eq!(session["options"]["origin"], "https://shop.example");
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_named() {
    let server = TestServer::start().await;
    let good = json!({"jobTypes": ["transactions"], "userId": "ann", "targetOrigin": "http://localhost:1"});
    for (field, value) in [
        ("jobTypes", json!([])),
        ("jobTypes", json!("transactions")),
        ("jobTypes", json!(["evil"])),
        ("jobTypes", Value::Null),
        ("userId", json!("")),
        ("userId", json!(5)),
        ("userId", Value::Null),
        ("targetOrigin", json!("evil")),
        ("targetOrigin", json!("ftp://evil.example")),
        ("targetOrigin", Value::Null),
        ("singleAccountSelect", json!("evil")),
        ("connectionId", json!("evil")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let named = if field == "connectionId" {
            "aggregator"
        } else {
            field
        };
        let answer = server.ask("/widgetUrl", body).await;
        let problem = check_problem(answer, 400, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(named), "{field}: {detail}");
        assert!(!detail.contains("evil"), "{detail}");
    }
    let mut elsewhere = good.clone();
    elsewhere["targetOrigin"] = json!("https://evil.example");
    let answer = server.ask("/widgetUrl", elsewhere).await;
    check_problem(answer, 403, "origin_not_allowed").await;
    for query in ["", "?userId=", "?user=ann"] {
        let request = server
            .request(Method::GET, &format!("/api/token{query}"))
            .bearer_auth("demo-secret");
        let answer = request.send().await.expect("an answer");
        check_problem(answer, 400, "invalid_request").await;
    }
    let answer = server.get("/api/token?userId=ann").await;
    check_problem(answer, 401, "invalid_client").await;
}

#[tokio::test]
async fn a_user_has_a_few_open_tokens_at_most() {
    let server = TestServer::start().await;
    let first = entry_token(&server, "ann").await;
    for _ in 0..20 {
        entry_token(&server, "ann").await;
    }
    entry_token(&server, "bob").await;
    let kept: i64 = sql::query_scalar("SELECT count(*) FROM entries")
        .fetch_one(&server.database().await)
        .await
        .expect("a number");
    assert_eq!(kept, 21);
    let path = format!("/widget?jobTypes=transactions&userId=ann&token={first}");
    check_refused(load(&server, &path, "").await).await;
}

#[tokio::test]
async fn a_page_whose_token_is_out_of_its_address_goes_on_for_the_same_browser_and_user() {
    let server = TestServer::start().await;
    let mut all = String::new();
    let mut pages = Vec::new();
    for user in ["ann", "bob"] {
        for (path, system) in both(&server, user).await {
            let page = load(&server, &path, "").await;
            all = format!("{all}; {}", cookie_of(&page));
            let opened = launch_of(&page.text().await.expect("a page"));
            run(&server, &opened).await;
            let name = opened["page"].as_str().expect("the page's name").to_owned();
            pages.push((path, system, user, name));
        }
    }
    for (path, system, user, name) in pages {
        let (left, _) = path.split_once("token=").expect("a token");
        let left = format!("{left}token=&connect_page={name}");
        let opened = launch(load(&server, &left, &all).await).await;
        assert_eq!(
            (&opened["system"], &opened["origin"]),
            (&json!(system), &json!(TARGET))
        );
        assert_eq!(run(&server, &opened).await["user_id"], user);
        // Without the cookie of this page, or without its name.
        check_refused(load(&server, &left, "").await).await;
        let nameless = left.replace(&name, "");
        check_refused(load(&server, &nameless, &all).await).await;
        check_refused(load(&server, &left, &format!("connect_page_{name}=x")).await).await;
        // An open page needs no token, and this is none.
        check_refused(get_from(&server, SHOP, &nameless).await).await;
        if system == "ucw" {
            let other = left.replace(user, "carl");
            check_refused(load(&server, &other, &all).await).await;
        }
    }
}
