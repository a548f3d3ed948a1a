//! Requests that wait for news, more than anybody needs.

use super::{from, id, refused, server};
use crate::support::{TestServer, User, check_problem, header};
use reqwest::{Method, Response, StatusCode};
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
    ask_from("192.0.2.1", server, user, path, asking);
}

fn ask_from(
    address: &str,
    server: &TestServer,
    user: &User<'_>,
    path: &str,
    asking: &mut JoinSet<Response>,
) {
    let request = from(address, server.request(Method::GET, path)).bearer_auth(&user.token);
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

#[tokio::test]
async fn of_120_polls_from_an_address_a_hundred_wait_whoevers_they_are_and_other_addresses_wait_as_well()
 {
    let server = server("").await;
    let mut asking = JoinSet::new();
    for number in 0..6 {
        let user = server
            .user_with(json!({"user_id": format!("user-{number}")}))
            .await;
        let path = endless(&user).await;
        for _ in 0..20 {
            ask(&server, &user, &path, &mut asking);
        }
    }
    for _ in 0..20 {
        let answer = asking.join_next().await.expect("one that is answered");
        let (detail, _) = refused(answer.expect("an answer")).await;
        let words = "waiting requests from this address";
        assert!(detail.contains(words), "{detail}");
    }
    assert_eq!(asking.len(), 100);
    let late = server.user_with(json!({"user_id": "late"})).await;
    let path = endless(&late).await;
    let mut elsewhere = JoinSet::new();
    for _ in 0..21 {
        ask_from("192.0.2.2", &server, &late, &path, &mut elsewhere);
    }
    let answer = elsewhere.join_next().await.expect("one that is answered");
    refused(answer.expect("an answer")).await;
    assert_eq!(elsewhere.len(), 20);
}

#[tokio::test]
async fn a_quarter_of_the_connections_is_left_for_those_who_do_not_wait() {
    // Nothing else is limited.
    let server = TestServer::with(&["--connections", "16"]).await;
    let user = server.user().await;
    let path = endless(&user).await;
    let mut asking = JoinSet::new();
    for _ in 0..13 {
        ask(&server, &user, &path, &mut asking);
    }
    let answer = asking.join_next().await.expect("one that is answered");
    let answer = answer.expect("an answer");
    assert_eq!(header(&answer, "retry-after"), "5");
    check_problem(answer, 503, "unavailable").await;
    assert_eq!(asking.len(), 12);
    // Also what waits for a login at a bank's own site.
    let answer = user.get(&format!("/v1/oauth/{LOGIN}")).await;
    check_problem(answer, 503, "unavailable").await;
    assert_eq!(server.get("/healthz").await.status(), StatusCode::OK);
    let login = user.create("demo", "wealthica", "wealthica").await;
    assert_eq!(login.status(), StatusCode::ACCEPTED);
    assert_eq!(asking.len(), 12);
}
