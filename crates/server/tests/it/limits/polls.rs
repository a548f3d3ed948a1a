//! Requests that wait for news, more than anybody needs.

use super::{id, refused, server};
use crate::support::{TestServer, User};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const LOGIN: &str = "nonce-0123456789-0123456789";

/// A sync that goes on for longer than anybody waits.
async fn endless(user: &User<'_>) -> String {
    let answer = user.create("demo", "wealthica", "wait-login-600000").await;
    let institution: Value = answer.json().await.expect("an institution");
    format!(
        "/v1/institutions/{}/poll?v={}",
        id(&institution),
        institution["__v"]
    )
}

fn ask(server: &TestServer, user: &User<'_>, path: &str, asking: &mut JoinSet<Response>) {
    let request = server.http.get(server.url(path)).bearer_auth(&user.token);
    asking.spawn(async move { request.send().await.expect("an answer") });
}

#[tokio::test]
async fn of_300_polls_of_a_user_twenty_wait_and_other_users_wait_as_well() {
    let server = server("").await;
    let (ann, bob) = (
        server.user().await,
        server.user_with(json!({"user_id": "bob"})).await,
    );
    let path = endless(&ann).await;
    let mut asking = JoinSet::new();
    for _ in 0..300 {
        ask(&server, &ann, &path, &mut asking);
    }
    for _ in 0..280 {
        let answer = asking.join_next().await.expect("one that is answered");
        let (detail, _) = refused(answer.expect("an answer")).await;
        assert!(detail.contains("waiting requests of this user"), "{detail}");
    }
    assert_eq!(asking.len(), 20);
    // What waits for a login at a bank's own site waits in the same places.
    let login = format!("/v1/oauth/{LOGIN}");
    refused(ann.get(&login).await).await;
    let at_once = ann.get(&format!("{login}?wait=0")).await;
    assert_eq!(at_once.status(), StatusCode::OK);
    // What has news is answered at once.
    let (institution, _) = path.split_once("?v=").expect("a version");
    let news = ann.get(&format!("{institution}?v=0")).await;
    assert!(news.status() == StatusCode::OK || path.ends_with("=0"));

    let path = endless(&bob).await;
    let mut of_bob = JoinSet::new();
    for _ in 0..21 {
        ask(&server, &bob, &path, &mut of_bob);
    }
    let answer = of_bob.join_next().await.expect("one that is answered");
    refused(answer.expect("an answer")).await;
    assert_eq!(of_bob.len(), 20);
}

#[tokio::test]
async fn whoever_goes_away_leaves_their_place() {
    let server = server("polls-per-user=1").await;
    let user = server.user().await;
    let path = endless(&user).await;
    let mut asking = JoinSet::new();
    for _ in 0..2 {
        ask(&server, &user, &path, &mut asking);
    }
    let answer = asking.join_next().await.expect("one that is answered");
    refused(answer.expect("an answer")).await;
    // The other one's connection is closed, and once the server has seen it somebody else waits.
    asking.abort_all();
    let request = || server.http.get(server.url(&path)).bearer_auth(&user.token);
    let waited = loop {
        let answer = request().send().await.expect("an answer");
        if answer.status() != StatusCode::TOO_MANY_REQUESTS {
            break answer.status();
        }
    };
    assert_eq!(waited, StatusCode::NOT_MODIFIED);
}
