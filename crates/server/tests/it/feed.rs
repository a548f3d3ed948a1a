//! A client's server reads what has happened to its users' connections.

use crate::support::{TestServer, check_problem};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

pub async fn ask(server: &TestServer, method: Method, path: &str) -> Response {
    let request = server.request(method, path);
    let request = request.basic_auth("demo", Some("demo-secret"));
    request.send().await.expect("an answer")
}

pub async fn feed(server: &TestServer, query: &str) -> (Vec<Value>, String) {
    let answer = ask(server, Method::GET, &format!("/v1/events{query}")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page: Value = answer.json().await.expect("JSON");
    let items = page["items"].as_array().expect("items").clone();
    (items, page["next"].as_str().expect("a cursor").to_owned())
}

pub fn kinds(items: &[Value]) -> Vec<&str> {
    let kinds = items.iter().map(|item| item["type"].as_str());
    kinds.map(|kind| kind.expect("a type")).collect()
}

#[tokio::test]
async fn a_connection_s_life_is_told_in_order_and_each_cursor_leads_on() {
    let server = TestServer::start().await;
    assert_eq!(feed(&server, "").await, (Vec::new(), "0".to_owned()));
    let user = server.user().await;
    // Nobody hears of a login that does not come about.
    user.connect("demo", "no", "no").await;
    let connected = user.connect("demo", "wealthica", "wealthica").await;
    let again = user.sync(&connected).await;
    let account = again.accounts.as_ref().expect("accounts")[0].id.clone();
    let chosen = user
        .put(&again, json!({"selected_accounts": [account]}))
        .await;
    assert_eq!(chosen.status(), StatusCode::OK);
    user.log_in(&connected, "no", "no").await;
    user.log_in(&connected, "wealthica", "wealthica").await;
    let path = format!("/v1/institutions/{}", connected.id);
    user.send(Method::DELETE, &path, json!({})).await;

    let told = [
        "connection.connected",
        "connection.refreshed",
        "connection.accounts_changed",
        "connection.needs_user",
        "connection.repaired",
        "connection.removed",
    ];
    let (all, last) = feed(&server, "?after=0").await;
    assert_eq!(kinds(&all), told);
    for (place, item) in all.iter().enumerate() {
        assert_eq!(item["sequence"], place + 1);
        assert_eq!(item["data"]["institution_id"], connected.id.as_str());
        assert_eq!(item["data"]["provider"], "demo");
        // Whose it was nobody knows any more.
        assert!(item["data"].get("user_id").is_none());
    }
    assert_eq!(all[2]["data"]["accounts"], 1);
    assert_eq!(all[3]["data"]["error"], "LoginFailedError");
    assert!(all[3]["data"]["since"].is_string());
    assert_eq!(all[5]["data"]["by"], "user");
    assert_eq!(
        feed(&server, &format!("?after={last}")).await,
        (Vec::new(), last.clone())
    );

    let (mut read, mut next) = (Vec::new(), "0".to_owned());
    for most in [4, 2] {
        let (items, after) = feed(&server, &format!("?limit=4&after={next}")).await;
        assert_eq!(items.len(), most);
        read.extend(items);
        next = after;
    }
    assert_eq!(read, all);
    let (removed, next) = feed(&server, "?after=0&type=connection.removed").await;
    assert_eq!(kinds(&removed), ["connection.removed"]);
    // Each place has one name, however it was come to.
    assert_eq!(next, last);
}

#[tokio::test]
async fn whose_a_connection_is_is_told_and_by_whom_it_was_removed() {
    let server = TestServer::start().await;
    for user in ["ann", "bob"] {
        let user = server.user_with(json!({"user_id": user})).await;
        user.connect("demo", "wealthica", "wealthica").await;
    }
    let (all, next) = feed(&server, "").await;
    let users: Vec<&Value> = all.iter().map(|item| &item["data"]["user_id"]).collect();
    assert_eq!(users, ["ann", "bob"]);
    let erased = ask(&server, Method::DELETE, "/v1/users/ann").await;
    assert_eq!(erased.status(), StatusCode::OK);
    let (all, _) = feed(&server, &format!("?after={next}")).await;
    assert_eq!(kinds(&all), ["connection.removed"]);
    assert_eq!(all[0]["data"]["by"], "client");
    let (all, _) = feed(&server, "").await;
    assert!(!json!(all).to_string().contains("ann"));
}

#[tokio::test]
async fn who_waits_hears_at_once_and_a_cursor_of_another_database_is_refused() {
    let server = TestServer::start().await;
    let user = server.user().await;
    // The feed is looked at by itself five seconds after it was asked for, which is later.
    let soon = Duration::from_secs(4);
    let waits = tokio::time::timeout(soon, feed(&server, "?after=0&wait=20"));
    let (heard, _) = tokio::join!(waits, user.connect("demo", "wealthica", "wealthica"));
    let heard = heard.expect("it is told and not only found");
    assert_eq!(kinds(&heard.0), ["connection.connected"]);
    let ahead = ask(&server, Method::GET, "/v1/events?after=99").await;
    check_problem(ahead, 410, "cursor_expired").await;
    // It may be another event's.
    for other in ["1-00000000", "1"] {
        let other = ask(&server, Method::GET, &format!("/v1/events?after={other}")).await;
        check_problem(other, 410, "cursor_expired").await;
    }
    for wrong in ["after=x", "after=1-x", "limit=0", "type=any", "wait=long"] {
        let answer = ask(&server, Method::GET, &format!("/v1/events?{wrong}")).await;
        check_problem(answer, 400, "invalid_request").await;
    }
    let id = heard.0[0]["id"].as_str().expect("an id");
    let path = format!("/v1/events/{id}/replay");
    let nowhere = ask(&server, Method::POST, &path).await;
    check_problem(nowhere, 409, "conflict").await;
    let unknown = ask(&server, Method::POST, "/v1/events/any/replay").await;
    check_problem(unknown, 404, "not_found").await;
    let token = user.get("/v1/events").await;
    check_problem(token, 401, "invalid_client").await;
}
