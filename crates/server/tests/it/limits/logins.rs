//! Bank passwords that are guessed with somebody's token: at one connection, at many, by many users.

use super::{from, goes_on_after, most, refused, server, until_refused};
use crate::support::User;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// One more connection, of a bank user of its own, which is removed again: there shall be room for the next one.
async fn log_in(user: &User<'_>) -> Response {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("victim-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    log_in_as(user, &name).await
}

async fn log_in_as(user: &User<'_>, name: &str) -> Response {
    let answer = user.create("demo", name, "guess").await;
    if answer.status() != StatusCode::ACCEPTED {
        return answer;
    }
    let institution = user.follow(answer).await;
    let path = format!("/v1/institutions/{}", institution.id);
    user.send(Method::DELETE, &path, json!({})).await
}

#[tokio::test]
async fn of_sixty_passwords_for_one_connection_ten_are_tried() {
    let server = server("").await;
    let user = server.user().await;
    let institution = user.connect("demo", "wealthica", "wealthica").await;
    let mut tried = 1;
    for guess in 0..60 {
        let credentials = json!({"username": "victim", "password": format!("guess-{guess}")});
        let answer = user
            .put(&institution, json!({"credentials": credentials}))
            .await;
        if answer.status() == StatusCode::ACCEPTED {
            user.follow(answer).await;
            tried += 1;
        } else {
            let (detail, wait) = refused(answer).await;
            assert!(detail.contains("logins for this connection"), "{detail}");
            assert!(wait.as_secs() <= 360 && !detail.contains("guess"));
        }
    }
    assert_eq!(tried, 10);
    // Another connection of the same user is another one.
    let other = user.create("demo", "wealthica", "wealthica").await;
    assert_eq!(other.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_key_names_the_connection_whose_passwords_are_guessed() {
    let server = server("logins-per-connection=3/1h").await;
    let user = server.user().await;
    for (number, expected) in [(1, 202), (2, 202), (3, 202), (4, 429)] {
        let credentials = json!({"username": "victim", "password": format!("guess-{number}")});
        let body = json!({"name": "Demo", "type": "demo", "credentials": credentials});
        let request = server.request(Method::POST, "/v1/institutions");
        let request = request.bearer_auth(&user.token);
        let request = request.header("idempotency-key", "one").json(&body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), expected, "{number}");
    }
}

#[tokio::test]
async fn a_user_logs_in_sixty_times_an_hour_at_however_many_connections() {
    let server = server("").await;
    let user = server.user().await;
    let began = Instant::now();
    let (made, refusal) = until_refused(async || log_in(&user).await).await;
    assert!(refused(refusal).await.0.contains("logins of this user"));
    let most = most(60, 60, began);
    assert!((60..=most).contains(&made), "{made} of {most}");
    let bob = server.user_with(json!({"user_id": "bob"})).await;
    let created = bob.create("demo", "wealthica", "wealthica").await;
    assert_eq!(created.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn users_of_one_address_share_its_logins() {
    let server = server("logins-per-address=3/1h").await;
    let mut statuses = Vec::new();
    for (name, address) in [
        ("ann", "192.0.2.1"),
        ("bob", "192.0.2.1"),
        ("cleo", "192.0.2.1"),
        ("dan", "192.0.2.1"),
        ("dan", "192.0.2.2"),
    ] {
        let user = server.user_with(json!({"user_id": name})).await;
        let credentials = json!({"username": "victim", "password": "guess"});
        let body = json!({"name": "Demo", "type": "demo", "credentials": credentials});
        let request = from(address, server.request(Method::POST, "/v1/institutions"));
        let answer = request.bearer_auth(&user.token).json(&body).send().await;
        statuses.push(answer.expect("an answer").status().as_u16());
    }
    assert_eq!(statuses, [202, 202, 202, 429, 202]);
}

#[tokio::test]
async fn of_a_bank_user_twenty_passwords_are_tried_by_however_many_users() {
    let server = server("").await;
    let began = Instant::now();
    let users = AtomicU32::new(0);
    let try_as_another = async || {
        let number = users.fetch_add(1, Ordering::Relaxed);
        let user_id = json!({"user_id": format!("user-{number}")});
        log_in_as(&server.user_with(user_id).await, "victim").await
    };
    let (tried, refusal) = until_refused(try_as_another).await;
    let (detail, wait) = refused(refusal).await;
    assert!(detail.contains("logins of this bank user"), "{detail}");
    assert!(wait.as_secs() <= 180 && !detail.contains("victim"));
    let most = most(20, 180, began);
    assert!((20..=most).contains(&tried), "{tried} of {most}");
    // The same with new credentials of a connection that is there, and it costs none of that connection's.
    let ann = server.user().await;
    let own = ann.connect("demo", "wealthica", "wealthica").await;
    for _ in 0..12 {
        let credentials = json!({"username": " victim ", "password": "guess"});
        let answer = ann.put(&own, json!({"credentials": credentials})).await;
        let (detail, _) = refused(answer).await;
        assert!(detail.contains("logins of this bank user"), "{detail}");
    }
    let again = ann.log_in(&own, "wealthica", "wealthica").await;
    assert_eq!(again.id, own.id);
}

#[tokio::test]
async fn banks_that_are_sent_no_user_name_count_none() {
    let server = server("logins-per-bank-user=1/1h").await;
    let user = server.user().await;
    for _ in 0..3 {
        let body = json!({"name": "Bank", "type": "oauth-bank", "credentials": {"code": "any"}});
        let answer = user.send(Method::POST, "/v1/institutions", body).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }
}

#[tokio::test]
async fn a_login_is_taken_when_the_time_is_over() {
    let server = server("logins-per-user=2/2s").await;
    let user = server.user().await;
    let login = async || log_in(&user).await;
    let (_, refusal) = until_refused(login).await;
    let answer = goes_on_after(refusal, login).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}
