//! Several servers with one PostgreSQL database tell a client's server of everything once, and it reads the feed of any.

use crate::database;
use crate::running::Running;
use crate::support::{Directory, sha256_hex};
use axum::Router;
use connect_fakes::serving::Fake;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const CONNECTIONS: usize = 4;

/// Longer than a server pauses between two looks for what is due: the other one looks as well while it waits.
const SLOW: Duration = Duration::from_millis(1500);

async fn ask(server: &Running, method: Method, path: &str, body: Value) -> Value {
    let request = server
        .http
        .request(method, format!("{}{path}", server.address));
    let request = request.basic_auth("shop", Some("shop-secret"));
    let answer = request.json(&body).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.expect("JSON")
}

async fn connect(server: &Running, user: &str) {
    let token = ask(server, Method::POST, "/v1/tokens", json!({"user_id": user})).await;
    let token = token["token"].as_str().expect("a token");
    let credentials = json!({"username": "wealthica", "password": "wealthica"});
    let body = json!({"name": "Demo", "type": "demo", "credentials": credentials});
    let body = body.to_string();
    let begun = server.send(Method::POST, "/v1/institutions", token, &body);
    assert_eq!(begun.await.status(), 202);
}

#[tokio::test]
async fn of_two_servers_with_one_database_each_event_comes_once_and_each_server_knows_of_it() {
    if database::is_file() {
        return;
    }
    let slow = Router::new().fallback(|| async {
        tokio::time::sleep(SLOW).await;
        "taken"
    });
    let receiver = Fake::start(slow).await;
    let place = Directory::new();
    place.write("hook.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let hook = json!({"url": format!("{}/hook", receiver.origin()), "secret_file": "hook.secret"});
    let clients = json!([{
        "id": "shop", "name": "Shop", "secret_sha256": sha256_hex("shop-secret"), "webhooks": [hook],
    }]);
    let clients = place.write("clients.json", &clients.to_string());
    let more = [
        "--clients",
        clients.to_str().expect("a plain path"),
        "--limit",
        "all=off",
    ];
    let address = database::address(&place.0);
    let one = Running::start_with(&place.0, &address, &more).await;
    let two = Running::start_with(&place.0, &address, &more).await;

    let mut events: Vec<Value> = Vec::new();
    let mut next = "0".to_owned();
    for number in 0..CONNECTIONS {
        let (here, there) = match number % 2 {
            0 => (&one, &two),
            _ => (&two, &one),
        };
        let path = format!("/v1/events?wait=20&after={next}");
        let user = format!("user-{number}");
        let (page, ()) = tokio::join!(
            ask(there, Method::GET, &path, json!({})),
            connect(here, &user)
        );
        let items = page["items"].as_array().expect("items");
        assert_eq!(items.len(), 1, "{page}");
        events.extend(items.iter().cloned());
        next = page["next"].as_str().expect("a cursor").to_owned();
    }

    // Until the last one has arrived and is written down as such.
    let pool = database::open(&place.0).await;
    loop {
        let left: i64 = connect_server::sql::query_scalar(
            "SELECT count(*) FROM events LEFT JOIN deliveries ON deliveries.event = events.id AND deliveries.state = 'delivered'
             WHERE deliveries.event IS NULL",
        )
        .fetch_one(&pool)
        .await
        .expect("a number");
        if left == 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    pool.close().await;
    one.stop().await;
    two.stop().await;
    let requests = receiver.take_requests();
    let heard: BTreeSet<String> = requests
        .iter()
        .map(|request| request.headers["webhook-id"].clone())
        .collect();
    let told: BTreeSet<String> = events
        .iter()
        .map(|event| event["id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!((heard, requests.len()), (told, CONNECTIONS));
}
