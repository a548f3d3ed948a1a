//! Bank passwords that are guessed with somebody's token: at one connection, at many, by many users.

use super::{from, goes_on_after, most, refused, server, until_refused};
use crate::support::User;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use std::time::Instant;

/// One more connection, which is removed again: there shall be room for the next one.
async fn log_in(user: &User<'_>) -> Response {
    let answer = user.create("demo", "wealthica", "wealthica").await;
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
async fn a_login_is_taken_when_the_time_is_over() {
    let server = server("logins-per-user=2/2s").await;
    let user = server.user().await;
    let login = async || log_in(&user).await;
    let (_, refusal) = until_refused(login).await;
    let answer = goes_on_after(refusal, login).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}
