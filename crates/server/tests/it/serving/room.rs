//! There is room for a new connection as long as not all others have a request: who has none makes room.

use super::peer::Peer;
use crate::support::{TestServer, User};
use connect_core::api::Institution;
use reqwest::Client;
use serde_json::json;
use std::pin::pin;

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

/// Nobody is closed for being late.
async fn server(limits: &[&str]) -> TestServer {
    TestServer::with(&[limits, &["--header-timeout", "3600"]].concat()).await
}

async fn flood(server: &TestServer) -> Vec<Peer> {
    let mut peers = Vec::new();
    for number in 0..300 {
        let text = ["", "GET /hea", "POST /v1/tokens HTTP/1.1\r\n"][number % 3];
        peers.push(Peer::saying(server, text).await);
    }
    peers
}

#[tokio::test]
async fn half_open_sockets_of_one_address_make_way() {
    let server = server(&["--connections-per-address", "16"]).await;
    let mut peers = flood(&server).await;
    let answer = Peer::saying(&server, HEALTH).await.hear().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(peers[0].hear_all().await, "");
    assert!(server.server.connections() <= 16);
    let counts = server.server.counts();
    assert!(counts.evicted.read() >= 280);
    assert_eq!(counts.refused.read(), 0);
    // The newest ones have still their time.
    let last = &mut peers[298];
    last.say("lthz HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(last.hear().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn half_open_sockets_of_everybody_make_way() {
    let server = server(&["--connections", "16"]).await;
    let mut peers = flood(&server).await;
    let answer = Peer::saying(&server, HEALTH).await.hear().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(peers[0].hear_all().await, "");
    assert!(server.server.connections() <= 16);
}

#[tokio::test]
async fn so_do_idle_ones_and_bodies_that_do_not_come() {
    let server = server(&["--connections-per-address", "2"]).await;
    let mut idle = Peer::saying(&server, HEALTH).await;
    assert!(idle.hear().await.starts_with("HTTP/1.1 200 "));
    let body = "POST /v1/tokens HTTP/1.1\r\nHost: a\r\n\
        Authorization: Basic ZGVtbzpkZW1vLXNlY3JldA==\r\nContent-Type: application/json\r\n\
        Content-Length: 20\r\n\r\n{";
    let mut half = Peer::saying(&server, body).await;
    let _first = Peer::saying(&server, HEALTH).await;
    assert_eq!(idle.hear_all().await, "");
    let mut healths = Vec::new();
    let mut heard = pin!(half.hear_all());
    // The body is waited for from some moment on.
    let heard = loop {
        let mut health = Peer::saying(&server, HEALTH).await;
        tokio::select! {
            heard = &mut heard => break heard,
            _ = health.hear() => healths.push(health),
        }
    };
    assert_eq!(heard, "");
}

async fn waiting(server: &TestServer, user: &User<'_>, institution: &Institution) -> Peer {
    let poll = format!(
        "GET /v1/institutions/{}/poll?v=99 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\r\n",
        institution.id, user.token
    );
    Peer::saying(server, &poll).await
}

#[tokio::test]
async fn whoever_has_a_request_never_makes_way() {
    let server = server(&["--connections-per-address", "4"]).await;
    let user = server.user().await;
    let institution = user.create("demo", "wealthica", "wait-login-600000").await;
    let institution: Institution = institution.json().await.expect("an institution");
    let path = format!("/v1/institutions/{}", institution.id);
    let mut polls = Vec::new();
    for _ in 0..3 {
        polls.push(waiting(&server, &user, &institution).await);
    }
    let mut peers = flood(&server).await;
    assert_eq!(peers[0].hear_all().await, "");
    let removed = Client::new().delete(server.url(&path));
    let removed = removed.bearer_auth(&user.token).json(&json!({})).send();
    assert_eq!(removed.await.expect("an answer").status(), 204);
    for poll in &mut polls {
        assert!(poll.hear().await.starts_with("HTTP/1.1 404 "));
    }
}

#[tokio::test]
async fn when_all_are_busy_the_new_one_is_refused() {
    let server = server(&["--connections-per-address", "2"]).await;
    let user = server.user().await;
    let institution = user.create("demo", "wealthica", "wait-login-600000").await;
    let institution: Institution = institution.json().await.expect("an institution");
    let mut polls = [
        waiting(&server, &user, &institution).await,
        waiting(&server, &user, &institution).await,
    ];
    // Until both polls are under way a newcomer takes a waiting one's place.
    let counts = server.server.counts();
    while counts.refused.read() == 0 {
        Peer::saying(&server, HEALTH).await.hear().await;
    }
    server.server.stop().await;
    for poll in &mut polls {
        assert!(poll.hear().await.starts_with("HTTP/1.1 304 "));
    }
}
