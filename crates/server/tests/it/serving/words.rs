//! What must be said of a request and of the end of a connection (RFC 9112 3.2 and 9.6).

use super::peer::{Peer, check_last_problem, header};
use crate::support::TestServer;

#[tokio::test]
async fn a_request_says_its_host_once() {
    let server = TestServer::start().await;
    let get = |version: &str, hosts: &str| format!("GET /healthz HTTP/{version}\r\n{hosts}\r\n");
    for hosts in [
        "",
        "Host: a\r\nHost: a\r\n",
        "Host: a\r\nHost: b\r\n",
        "Host: a b\r\n",
    ] {
        let answer = Peer::saying(&server, &get("1.1", hosts)).await.hear().await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{hosts}: {answer}");
        assert!(answer.contains("\"code\":\"invalid_request\""), "{answer}");
    }
    let answer = Peer::saying(&server, &get("1.1", "Host: a\r\n"))
        .await
        .hear()
        .await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let answer = Peer::saying(&server, &get("1.0", ""))
        .await
        .hear_all()
        .await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
}

fn unknown(length: usize, body: &str) -> String {
    format!(
        "POST /v1/institutions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn an_answer_before_the_body_has_come_says_that_it_is_the_last() {
    let server = TestServer::start().await;
    let mut peer = Peer::saying(&server, &unknown(60_000, "{")).await;
    check_last_problem(&peer.hear().await, 401, "invalid_token");
    let expecting = unknown(20, "").replace("Host: a", "Host: a\r\nExpect: 100-continue");
    let mut peer = Peer::saying(&server, &expecting).await;
    check_last_problem(&peer.hear().await, 401, "invalid_token");
}

#[tokio::test]
async fn whoever_sends_on_hears_it_and_is_not_reset() {
    let server = TestServer::start().await;
    for length in [60_000, 10_000_000] {
        let mut peer = Peer::saying(&server, &unknown(length, "")).await;
        peer.say(&"a".repeat(length)).await;
        check_last_problem(&peer.hear_all().await, 401, "invalid_token");
    }
}

#[tokio::test]
async fn after_a_body_that_has_come_the_connection_is_kept() {
    let server = TestServer::start().await;
    let mut peer = Peer::saying(&server, &unknown(2, "{}")).await;
    for _ in 0..2 {
        let answer = peer.hear().await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert_eq!(header(&answer, "connection"), "");
        peer.say(&unknown(2, "{}")).await;
    }
}
