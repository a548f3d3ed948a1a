//! Stories of many who wait at once: who is woken, and what is left of them.

use crate::commands::CommandLine;
use crate::engine::news::News;
use crate::server::Server;
use crate::store::institutions::Owner;
use crate::store::revoke;
use crate::stub_server::{Place, User};
use clap::Parser;
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::json;
use std::sync::Arc;
use tokio::task::{JoinSet, yield_now};

const CROWD: usize = 200;

/// Each waits for its own news, and for the end of its session, its user and its client.
const TOPICS_EACH: usize = 4;

async fn until_so_many_wait(news: &News, count: usize) {
    while news.waiting_for_topics() != count * TOPICS_EACH {
        yield_now().await;
    }
}

async fn start(place: &Place) -> Server {
    let mut words = place.words(false);
    // The longest that there is: a slow machine shall have time to let them all wait.
    let patience = words.iter().position(|word| word == "--poll-timeout");
    words[patience.expect("it is said") + 1] = "40".into();
    let more = ["--limit", "all=off", "--connections-per-address", "1000"];
    words.extend(more.map(String::from));
    let options = CommandLine::parse_from(words).options;
    Server::start(options).await.expect("it starts")
}

/// Until the answer is another one than that there is no news, as the widget asks.
async fn wait(user: Arc<User>, path: String) -> StatusCode {
    loop {
        let status = user.get(&path).await.status();
        if status != StatusCode::OK {
            return status;
        }
    }
}

async fn connect(user: &User) {
    let credentials = json!({"username": "ann", "password": "any"});
    let body = json!({"name": "Bank", "type": "bank", "credentials": credentials});
    let mut told = user.send("POST", "/v1/institutions", &body).await;
    while told["sync_status"] == "syncing" {
        let id = told["id"].as_str().expect("an id");
        let path = format!("/v1/institutions/{id}/poll?v={}", told["__v"]);
        told = user.json(&path).await;
    }
    assert_eq!(told["sync_status"], "ok", "{told}");
}

#[tokio::test]
async fn a_connection_wakes_none_of_those_who_wait_for_something_else_and_they_leave_nothing_behind()
 {
    let place = Place::new();
    let bank = json!({"id": "bank", "name": "Bank"});
    let login = json!([{"working": "login"}, {"working": "accounts"}, {"done": ["a"]}]);
    place.world(
        "one",
        &json!({"banks": [bank], "login": login, "refresh": [{"done": ["a"]}]}),
    );
    place.aggregators(&["one"], "");
    let server = start(&place).await;
    let user = Arc::new(User::of(&server).await);
    let news = &server.app().news;
    let mut polls = JoinSet::new();
    for number in 0..CROWD {
        let path = format!("/v1/oauth/nonce-0123456789-{number:011}");
        polls.spawn(wait(user.clone(), path));
    }
    until_so_many_wait(news, CROWD).await;

    let told = news.times_told();
    connect(&user).await;
    // Its own poll alone, once for each of its changes at most.
    let told_since = news.times_told() - told;
    assert!(told_since < 10, "{told_since}");
    assert!(polls.try_join_next().is_none());

    // Those that go away leave nothing behind.
    let other = JoinSet::from_iter((0..20).map(|number| {
        let path = format!("/v1/oauth/other-0123456789-{number:011}");
        wait(user.clone(), path)
    }));
    until_so_many_wait(news, CROWD + 20).await;
    drop(other);
    until_so_many_wait(news, CROWD).await;

    let owner = Owner {
        client: "shop".into(),
        user: "ann".into(),
        scope: None,
    };
    let now = Timestamp::now();
    let taken_back = revoke::user(&server.app().db, &owner, now).await;
    assert!(taken_back.expect("it is written") > 0);
    server.app().ends.of_user(&owner);
    while let Some(status) = polls.join_next().await {
        assert_eq!(status.expect("an answer"), StatusCode::UNAUTHORIZED);
    }
    assert!(news.times_told() - told - told_since <= CROWD);
    until_so_many_wait(news, 0).await;
    server.stop().await;
}
