//! Several servers with one PostgreSQL database, and one that is killed and started again with its file: whatever a user has
//! begun goes on, wherever the next request gets to.

mod crowd;
mod gate;

use crate::database;
use crate::running::Running;
use crate::support::Directory;
use connect_core::api::{Institution, SyncStatus, error_name};
use crowd::{Crowd, Guest};
use gate::Gate;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode, Url};
use serde_json::json;
use std::time::Duration;

/// Two servers and the database that they share. `None`: there is no PostgreSQL server to be had.
struct Pair {
    place: Directory,
    one: Running,
    two: Running,
}

impl Pair {
    async fn start(more: &[&str]) -> Option<Pair> {
        if database::is_file() {
            return None;
        }
        let place = Directory::new();
        let address = database::address(&place.0);
        Some(Pair {
            one: Running::start_with(&place.0, &address, more).await,
            two: Running::start_with(&place.0, &address, more).await,
            place,
        })
    }
}

#[tokio::test]
async fn what_is_begun_at_one_server_is_heard_of_and_goes_on_at_the_other() {
    let Some(pair) = Pair::start(&["--sandbox-step-ms", "50", "--poll-timeout", "30"]).await else {
        return;
    };
    let (one, two) = (&pair.one, &pair.two);
    let mut guest = Guest::new(one.address.clone(), one.token().await, "anything");
    let begun = guest.create().await.expect("one takes it");
    guest.at = two.address.clone();
    // The other one's poll hears of each step, long before it gives up by itself.
    let asked = guest.follow(begun).await.expect("two answers");
    assert_eq!(
        asked.sync_error.as_ref().map(|error| &*error.name),
        Some(error_name::SECURITY_QUESTION)
    );
    let asked = guest
        .answer(&asked, "javascript")
        .await
        .expect("two takes it");
    guest.at = one.address.clone();
    let asked = guest.follow(asked).await.expect("one answers");
    let asked = guest.answer(&asked, "ruby").await.expect("one takes it");
    guest.at = two.address.clone();
    let connected = guest.follow(asked).await.expect("two answers");
    assert_eq!(connected.sync_status, SyncStatus::Ok);

    // A session that is taken back at one ends what waits at the other.
    let path = "/v1/oauth/nonce-0123456789-0123456789";
    let waiting = two.send(Method::GET, path, &guest.token, "");
    let taken_back = async {
        let request = one.http.post(format!("{}/v1/tokens/revoke", one.address));
        let request = request.basic_auth("demo", Some("demo-secret"));
        let answer = request.json(&json!({"token": guest.token})).send().await;
        answer.expect("an answer").status()
    };
    let (waited, taken_back) = tokio::join!(waiting, taken_back);
    assert!(taken_back.is_success(), "{taken_back}");
    assert_eq!(waited.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_limited_is_counted_by_both_together() {
    let limits = "logins-per-user=3/24h,secrets-per-client=4/24h";
    let Some(pair) = Pair::start(&["--limit", limits]).await else {
        return;
    };
    let servers = [&pair.one, &pair.two];
    let mut guest = Guest::new(
        pair.one.address.clone(),
        pair.one.token().await,
        "wealthica",
    );
    let mut taken = 0;
    for number in 0..8 {
        guest.at = servers[number % 2].address.clone();
        taken += u32::from(guest.create().await.is_ok());
    }
    assert_eq!(taken, 3);
    let mut looked_at = 0;
    for number in 0..10 {
        let server = servers[number % 2];
        let request = server.http.post(format!("{}/v1/tokens", server.address));
        let request = request.basic_auth("guessed", Some("guessed"));
        let answer = request.json(&json!({"user_id": "ann"})).send().await;
        let status = answer.expect("an answer").status();
        looked_at += u32::from(status == StatusCode::UNAUTHORIZED);
    }
    assert_eq!(looked_at, 4);
}

#[tokio::test]
async fn a_login_at_the_test_bank_goes_on_at_whichever_server() {
    let Some(pair) = Pair::start(&["--sandbox-step-ms", "0"]).await else {
        return;
    };
    let (one, two) = (&pair.one, &pair.two);
    let http = Client::builder().redirect(Policy::none()).build();
    let http = http.expect("a client");
    let redirect_uri = format!("{}/oauth/redirect", one.address);
    let asked = [
        ("client_id", "sandbox-widget"),
        ("response_type", "code"),
        ("redirect_uri", &redirect_uri),
        ("state", "any"),
    ];
    let authorize = format!("{}/sandbox/oauth-bank/authorize", one.address);
    let page = http.get(authorize).query(&asked).send().await;
    let page = page.expect("an answer").text().await.expect("a page");
    let (_, rest) = page.split_once("name=\"visit\" value=\"").expect("a form");
    let (visit, _) = rest.split_once('"').expect("its end");
    let press = async |server: &Running, page: &str, typed: &[(&str, &str)]| {
        let request = http.post(format!("{}/sandbox/oauth-bank/{page}", server.address));
        let form = [&[("visit", visit)], typed].concat();
        request.form(&form).send().await.expect("an answer")
    };
    let typed = [("username", "user_good"), ("password", "any")];
    let consent = press(two, "login", &typed).await;
    let consent = consent.text().await.expect("a page");
    assert!(consent.contains("Share your data?"), "{consent}");
    let back = press(one, "consent", &[("answer", "allow")]).await;
    let back = back.headers()["location"].to_str().expect("an address");
    let back = Url::parse(back).expect("an address");
    let code = back.query_pairs().find(|(name, _)| name == "code");
    let (_, code) = code.expect("a code");
    let body = json!({"name": "OAuth Bank", "type": "oauth-bank", "credentials": {"code": code}});
    let token = one.token().await;
    let created = two
        .send(Method::POST, "/v1/institutions", &token, &body.to_string())
        .await;
    let created: Institution = created.json().await.expect("an institution");
    let guest = Guest::new(one.address.clone(), token, "any");
    let connected = guest.follow(created).await.expect("one answers");
    assert_eq!(connected.sync_status, SyncStatus::Ok);
}

#[tokio::test]
async fn when_a_server_is_killed_in_the_middle_of_connections_the_other_goes_on_with_all_of_them() {
    let Some(Pair { place, one, two }) = Pair::start(CROWDED).await else {
        return;
    };
    let crowd = Crowd::start(&[&one.address, &two.address], &two, SO_MANY).await;
    crowd.until_half_are_let_in().await;
    let _gone = one.kill().await;
    crowd.all_are_connected_once(&place).await;
}

#[tokio::test]
async fn a_server_that_is_killed_goes_on_with_all_connections_when_it_is_started_again() {
    let place = Directory::new();
    let address = database::address(&place.0);
    let gate = Gate::open().await;
    let public = gate.address();
    let more: Vec<&str> = [CROWDED, &["--public-url", &public]].concat();
    let first = Running::start_with(&place.0, &address, &more).await;
    gate.leads_to(&[&first.address]);
    let crowd = Crowd::start(&[&gate.address()], &first, SO_MANY).await;
    crowd.until_half_are_let_in().await;
    let _gone = first.kill().await;
    let second = Running::start_with(&place.0, &address, &more).await;
    gate.leads_to(&[&second.address]);
    crowd.all_are_connected_once(&place).await;
}

#[tokio::test]
async fn when_the_database_is_gone_for_a_while_nothing_is_lost_and_nothing_is_done_twice() {
    let Some(server) = database::postgres() else {
        return;
    };
    let place = Directory::new();
    let gate = Gate::to_postgres(&server).await;
    let address = gate.as_postgres(&database::address(&place.0));
    let one = Running::start_with(&place.0, &address, CROWDED).await;
    let two = Running::start_with(&place.0, &address, CROWDED).await;
    let crowd = Crowd::start(&[&one.address, &two.address], &one, SO_MANY).await;
    crowd.until_half_are_let_in().await;
    gate.shut_for(Duration::from_secs(10)).await;
    crowd.all_are_connected_once(&place).await;
}

#[tokio::test]
async fn servers_are_replaced_one_after_the_other_and_no_request_fails() {
    let gate = Gate::open().await;
    let public = gate.address();
    let more = ["--public-url", &public, "--drain", "3000"];
    let more: Vec<&str> = [CROWDED, &more].concat();
    let Some(Pair { place, one, two }) = Pair::start(&more).await else {
        return;
    };
    let address = database::address(&place.0);
    gate.leads_to(&[&one.address, &two.address]);
    let crowd = Crowd::start(&[&public], &two, SO_MANY).await;
    crowd.until_half_are_let_in().await;
    // As a rolling deploy does it: a new one first, then no new connections to the old one, then its end.
    let three = Running::start_with(&place.0, &address, &more).await;
    gate.leads_to(&[&two.address, &three.address]);
    one.stop().await;
    let four = Running::start_with(&place.0, &address, &more).await;
    gate.leads_to(&[&three.address, &four.address]);
    two.stop().await;
    let failed = crowd.all_are_connected_once(&place).await;
    assert_eq!(failed, 0, "requests that have failed");
}

/// Each goes through several steps, and waits in between as people do.
const SO_MANY: usize = 200;
const CROWDED: &[&str] = &[
    "--sandbox-step-ms",
    "400",
    "--limit",
    "all=off",
    "--poll-timeout",
    "5",
    "--connections-per-address",
    "2000",
];
