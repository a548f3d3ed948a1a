//! Nobody holds a connection for long without a request that has come whole, or without taking its answer.

use super::peer::{Peer, check_last_problem, header};
use crate::support::TestServer;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;

const HOUR: &str = "3600";
const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

/// Only what is given is short.
async fn server(short: &[&str]) -> TestServer {
    let mut options = short.to_vec();
    for option in [
        "--header-timeout",
        "--body-timeout",
        "--idle-timeout",
        "--response-patience",
    ] {
        if !short.contains(&option) {
            options.extend([option, HOUR]);
        }
    }
    TestServer::with(&options).await
}

/// A request of the client's own server, up to its body.
fn mint(length: usize) -> String {
    format!(
        "POST /v1/tokens HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ZGVtbzpkZW1vLXNlY3JldA==\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn whoever_says_nothing_or_half_a_request_is_closed() {
    let server = server(&["--header-timeout", "1"]).await;
    let started = Instant::now();
    let said = ["", "GET /hea", "GET /healthz HTTP/1.1\r\nHost: a\r\n"];
    for text in said {
        let mut peer = Peer::saying(&server, text).await;
        assert_eq!(peer.hear_all().await, "", "{text}");
    }
    assert!(started.elapsed() >= Duration::from_secs(3));
    assert_eq!(server.server.counts().late_heads.read(), 3);
    assert_eq!(server.server.connections(), 0);
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_closed() {
    let server = server(&["--header-timeout", "1"]).await;
    let mut peer = Peer::saying(&server, "GET /healthz HTTP/1.1\r\nHost: a\r\nA: ").await;
    assert_eq!(peer.dribble("a").await, "");
}

#[tokio::test]
async fn so_is_the_next_one_on_a_connection_that_was_used() {
    let server = server(&["--header-timeout", "1"]).await;
    let mut peer = Peer::saying(&server, HEALTH).await;
    assert!(peer.hear().await.starts_with("HTTP/1.1 200 "));
    assert_eq!(peer.dribble("G").await, "");
    assert_eq!(server.server.counts().late_heads.read(), 1);
}

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_is_answered_408() {
    let server = server(&["--body-timeout", "1"]).await;
    let mut peer = Peer::saying(&server, &mint(60_000)).await;
    let answer = peer.dribble(" ").await;
    check_last_problem(&answer, 408, "request_timeout");
    let chunked = mint(0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
    let mut peer = Peer::saying(&server, &chunked).await;
    let answer = peer.dribble("1\r\na\r\n").await;
    check_last_problem(&answer, 408, "request_timeout");
    assert_eq!(server.server.counts().late_bodies.read(), 2);
}

#[tokio::test]
async fn a_body_that_never_comes_is_answered_408() {
    let server = server(&["--body-timeout", "1"]).await;
    let mut peer = Peer::saying(&server, &mint(20)).await;
    check_last_problem(&peer.hear_all().await, 408, "request_timeout");
    for (path, status) in [("/connect", 408), ("/sandbox/oauth-bank/login", 400)] {
        let form = format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\n"
        );
        let answer = Peer::saying(&server, &form).await.hear_all().await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert_eq!(header(&answer, "connection"), "close");
    }
}

#[tokio::test]
async fn a_connection_without_a_further_request_is_closed() {
    let server = server(&["--idle-timeout", "1"]).await;
    let mut peer = Peer::saying(&server, HEALTH).await;
    assert!(peer.hear().await.starts_with("HTTP/1.1 200 "));
    let started = Instant::now();
    assert_eq!(peer.hear_all().await, "");
    assert!(started.elapsed() >= Duration::from_millis(900));
    assert_eq!(server.server.counts().idle.read(), 1);
}

#[tokio::test]
async fn a_head_is_not_larger_than_it_may_be() {
    let server = TestServer::start().await;
    let head = format!(
        "GET /healthz HTTP/1.1\r\nHost: a\r\nA: {}",
        "a".repeat(390_000)
    );
    let answer = Peer::saying(&server, &head).await.hear_all().await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_eq!(header(&answer, "connection"), "close");
    let large = format!(
        "GET /healthz HTTP/1.1\r\nHost: a\r\nA: {}\r\n\r\n",
        "a".repeat(15_000)
    );
    let answer = Peer::saying(&server, &large).await.hear().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

const FILE: usize = 4_000_000;

/// An answer that no system keeps whole.
async fn with_a_large_file(options: &[&str]) -> TestServer {
    let server = server(options).await;
    server
        .directory
        .write("dist/large.txt", &"large".repeat(FILE / 5));
    server
}

const LARGE: &str = "GET /large.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn whoever_does_not_take_an_answer_is_closed() {
    let server = with_a_large_file(&["--response-patience", "1"]).await;
    let mut peer = Peer::with_little_room(&server).await;
    peer.say(LARGE).await;
    while server.server.counts().slow_readers.read() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(peer.hear_all().await.len() < FILE);
}

#[tokio::test]
async fn whoever_takes_it_drop_by_drop_is_closed_too() {
    let options = ["--response-patience", "1", "--response-rate", "1048576"];
    let server = with_a_large_file(&options).await;
    let mut peer = Peer::with_little_room(&server).await;
    peer.say(LARGE).await;
    let mut drops = tokio::time::interval(Duration::from_millis(10));
    let (mut taken, mut drop) = (0, [0; 256]);
    loop {
        drops.tick().await;
        match peer.0.read(&mut drop).await {
            Ok(0) | Err(_) => break,
            Ok(read) => taken += read,
        }
        assert!(taken < FILE, "it was not closed");
        if server.server.counts().slow_readers.read() == 1 {
            break;
        }
    }
    assert_eq!(server.server.counts().slow_readers.read(), 1);
}

#[tokio::test]
async fn whoever_takes_it_steadily_gets_all_of_it() {
    let options = ["--response-patience", "1", "--idle-timeout", "1"];
    let server = with_a_large_file(&options).await;
    let mut peer = Peer::with_little_room(&server).await;
    peer.say(LARGE).await;
    let mut drops = tokio::time::interval(Duration::from_millis(10));
    let (mut taken, mut drop) = (0, vec![0; 20_000]);
    let started = Instant::now();
    loop {
        drops.tick().await;
        match peer.0.read(&mut drop).await.expect("it goes on") {
            0 => break,
            read => taken += read,
        }
    }
    assert!(taken > FILE, "{taken}");
    assert!(started.elapsed() > Duration::from_secs(2));
}

#[tokio::test]
async fn requests_that_wait_are_not_closed() {
    let short = [
        ["--header-timeout", "1"],
        ["--body-timeout", "1"],
        ["--idle-timeout", "1"],
        ["--response-patience", "1"],
    ];
    let server = TestServer::with(&short.concat()).await;
    let user = server.user().await;
    let institution = user.create("demo", "wealthica", "wait-login-600000").await;
    let institution: connect_core::api::Institution =
        institution.json().await.expect("an institution");
    let poll = format!(
        "GET /v1/institutions/{}/poll?v=99 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\r\n",
        institution.id, user.token
    );
    let login = format!(
        "GET /v1/oauth/nonce-0123456789-0123456789 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\r\n",
        user.token
    );
    let mut poll = Peer::saying(&server, &poll).await;
    let mut login = Peer::saying(&server, &login).await;
    // Three times as long as anything else may take.
    for _ in 0..3 {
        assert_eq!(Peer::of(&server).await.hear_all().await, "");
    }
    let path = format!("/v1/institutions/{}", institution.id);
    let removed = user.send(reqwest::Method::DELETE, &path, json!({})).await;
    assert_eq!(removed.status(), 204);
    assert!(poll.hear().await.starts_with("HTTP/1.1 404 "));
    server.server.stop().await;
    assert!(login.hear().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn nobody_without_a_whole_request_holds_up_a_stop() {
    let server = server(&[]).await;
    let mut idle = Peer::saying(&server, HEALTH).await;
    assert!(idle.hear().await.starts_with("HTTP/1.1 200 "));
    let _half = [
        Peer::of(&server).await,
        Peer::saying(&server, "GET /hea").await,
        Peer::saying(&server, &mint(20)).await,
        idle,
    ];
    while server.server.connections() < 4 {
        tokio::task::yield_now().await;
    }
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.server.stop()).await;
    assert!(stopped.is_ok(), "half a request keeps the server");
}
