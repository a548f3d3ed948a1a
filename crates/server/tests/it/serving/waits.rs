//! Requests that wait for news: the server takes their connection apart meanwhile, and nobody sees it.

use super::peer::{Peer, header};
use super::tls;
use crate::metrics;
use crate::running::Running;
use crate::support::{TestServer, User};
use connect_core::api::Institution;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// A sync that goes on for longer than anybody waits.
async fn endless(user: &User<'_>) -> Institution {
    let answer = user.create("demo", "wealthica", "wait-login-600000").await;
    answer.json().await.expect("an institution")
}

fn poll(user: &User<'_>, institution: &Institution) -> String {
    format!(
        "GET /v1/institutions/{}/poll?v=99 HTTP/1.1\r\nHost: a\r\nX-Request-Id: of-the-proxy\r\nAuthorization: Bearer {}\r\n\r\n",
        institution.id, user.token
    )
}

async fn remove(user: &User<'_>, institution: &Institution) {
    let path = format!("/v1/institutions/{}", institution.id);
    let removed = user.send(Method::DELETE, &path, json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
}

async fn until_one_waits(server: &TestServer) {
    while server.server.waiting() == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_comes_behind_it_is_answered_after_it() {
    let server = TestServer::with(&["--poll-timeout", "40"]).await;
    let user = server.user().await;
    for at_once in [true, false] {
        let institution = endless(&user).await;
        let poll = poll(&user, &institution);
        let mut peer = match at_once {
            true => Peer::saying(&server, &format!("{poll}{HEALTH}")).await,
            false => Peer::saying(&server, &poll).await,
        };
        until_one_waits(&server).await;
        if !at_once {
            peer.say(HEALTH).await;
        }
        remove(&user, &institution).await;
        let heard = peer.hear_all().await;
        let answers: Vec<&str> = heard.matches("HTTP/1.1 ").collect();
        assert_eq!(answers.len(), 2, "{heard}");
        assert!(heard.starts_with("HTTP/1.1 404 "), "{heard}");
        assert!(heard.contains("HTTP/1.1 200 OK"), "{heard}");
    }
}

#[tokio::test]
async fn whoever_goes_away_waits_no_longer() {
    let server = TestServer::with(&["--poll-timeout", "40"]).await;
    let user = server.user().await;
    let institution = endless(&user).await;
    let peer = Peer::saying(&server, &poll(&user, &institution)).await;
    until_one_waits(&server).await;
    drop(peer);
    while server.server.waiting() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn it_is_one_request_however_often_it_is_looked_at() {
    let options = [
        "--poll-timeout",
        "1",
        "--trusted-proxy",
        "127.0.0.1",
        "--metrics-listen",
        "127.0.0.1:0",
        // The token, the connection and the poll.
        "--limit",
        "requests-per-address=3/24h",
    ];
    let server = TestServer::with(&options).await;
    let user = server.user().await;
    let institution = endless(&user).await;
    let mut peer = Peer::saying(&server, &poll(&user, &institution)).await;
    let answer = peer.hear().await;
    assert!(answer.starts_with("HTTP/1.1 304 "), "{answer}");
    assert_eq!(header(&answer, "x-request-id"), "of-the-proxy");
    let text = metrics::text(&server).await;
    let counted: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("connect_http_requests_total") && line.contains("/poll"))
        .collect();
    assert!(
        counted.len() == 1 && counted[0].ends_with(" 1"),
        "{counted:?}"
    );
    assert!(counted[0].contains("3xx"), "{counted:?}");
    peer.say(&poll(&user, &institution)).await;
    let answer = peer.hear().await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
}

#[tokio::test]
async fn over_tls_it_waits_as_well_and_the_connection_is_kept() {
    let (server, certificate) = tls::server(&["--poll-timeout", "1"]).await;
    let client: Client = tls::client(&certificate);
    let origin = format!("https://{}", server.server.address());
    let minted = client.post(format!("{origin}/v1/tokens"));
    let minted = minted.basic_auth("demo", Some("demo-secret"));
    let minted = minted.json(&json!({"user_id": "ann"})).send();
    let minted: Value = minted.await.expect("an answer").json().await.expect("JSON");
    let token = minted["token"].as_str().expect("a token");
    let created = client.post(format!("{origin}/v1/institutions"));
    let credentials = json!({"username": "wealthica", "password": "wait-login-600000"});
    let created = created
        .bearer_auth(token)
        .json(&json!({"name": "Demo", "type": "demo", "credentials": credentials}));
    let created: Institution = created
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let accepted = server.server.counts().accepted.read();
    for _ in 0..2 {
        let poll = format!("{origin}/v1/institutions/{}/poll?v=99", created.id);
        let answer = client.get(poll).bearer_auth(token).send().await;
        assert_eq!(
            answer.expect("an answer").status(),
            StatusCode::NOT_MODIFIED
        );
    }
    assert_eq!(server.server.counts().accepted.read(), accepted);
}

/// hyper's buffers alone would be 16 KB of each.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn it_takes_little_room() {
    const FIRST: u32 = 200;
    const MORE: u32 = 800;
    let more = [
        "--sandbox-step-ms",
        "0",
        "--poll-timeout",
        "40",
        "--limit",
        "all=off",
    ];
    let room = [
        "--connections",
        "4096",
        "--connections-per-address",
        "4096",
        "--log",
        "debug",
    ];
    let mut server = Running::start(&[more, room].concat()).await;
    let token = server.token().await;
    let body = r#"{"name":"Demo","type":"demo","credentials":{"username":"wealthica","password":"wait-login-600000"}}"#;
    let created = server
        .send(Method::POST, "/v1/institutions", &token, body)
        .await;
    let created: Institution = created.json().await.expect("an institution");
    let path = format!("/v1/institutions/{}/poll?v=99", created.id);
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n");
    let to = server
        .address
        .strip_prefix("http://")
        .expect("an address")
        .to_owned();
    let mut peers = Vec::new();
    let mut sizes = Vec::new();
    for number in 1..=FIRST + MORE {
        let mut peer = TcpStream::connect(&to).await.expect("a connection");
        peer.write_all(request.as_bytes())
            .await
            .expect("it is sent");
        peers.push(peer);
        // One by one: what is done for many at the same moment takes room as well.
        server.read_until("waiting for news").await;
        if number == FIRST || number == FIRST + MORE {
            sizes.push(resident(server.process()));
        }
    }
    let each = (sizes[1] - sizes[0]) / u64::from(MORE);
    // All of them have news at once.
    let path = format!("/v1/institutions/{}", created.id);
    let removed = server.send(Method::DELETE, &path, &token, "").await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    for peer in peers {
        assert!(Peer(peer).hear().await.starts_with("HTTP/1.1 404 "));
    }
    server.stop().await;
    assert!(each < 10_000, "{each} bytes each");
}

/// The bytes of a process that are in memory.
#[cfg(target_os = "linux")]
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.expect("it is told");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.expect("a number") * 1024
}
