//! Connections under the server's own certificate have the limits of plain ones, and outlive a new certificate.

use super::peer::{Peer, header};
use crate::running::Running;
use crate::support::{Directory, TestServer, refused};
use rcgen::{CertificateParams, KeyPair};
use reqwest::{Certificate, Client, StatusCode};
use std::time::{Duration, Instant};

/// Writes a certificate for this machine's own address and its key; the certificate in PEM.
fn write(directory: &Directory) -> String {
    let params = CertificateParams::new(["127.0.0.1".into()]).expect("a name");
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate").pem();
    directory.write("tls.key", &key.serialize_pem());
    directory.write("tls.pem", &certificate);
    certificate
}

fn files(directory: &Directory) -> [String; 4] {
    let path = |file: &str| directory.path(file).display().to_string();
    let (certificate, key) = (path("tls.pem"), path("tls.key"));
    ["--tls-cert".into(), certificate, "--tls-key".into(), key]
}

/// Trusts this certificate alone.
pub fn client(certificate: &str) -> Client {
    let root = Certificate::from_pem(certificate.as_bytes()).expect("a certificate");
    let client = Client::builder().tls_built_in_root_certs(false);
    client.add_root_certificate(root).build().expect("a client")
}

pub async fn server(more: &[&str]) -> (TestServer, String) {
    let directory = Directory::new();
    let certificate = write(&directory);
    let files = files(&directory);
    let mut options = vec!["--sandbox"];
    options.extend(files.iter().map(String::as_str));
    options.extend(more);
    let server = TestServer::in_directory(directory, &options).await;
    (server, certificate)
}

fn health(server: &TestServer) -> String {
    format!("https://{}/healthz", server.server.address())
}

#[tokio::test]
async fn a_request_is_answered_over_https_and_a_new_certificate_ends_no_connection() {
    let (server, old) = server(&[]).await;
    let url = health(&server);
    let works = async |client: &Client| {
        let answer = client.get(&url).send().await;
        answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
    };
    let early = client(&old);
    assert!(works(&early).await);
    let new = write(&server.directory);
    server.server.reload();
    let accepted = server.server.counts().accepted.read();
    assert!(works(&early).await);
    assert_eq!(server.server.counts().accepted.read(), accepted);
    assert!(works(&client(&new)).await && !works(&client(&old)).await);
    // What cannot be used changes nothing.
    server.directory.write("tls.pem", "no certificate");
    server.server.reload();
    assert!(works(&client(&new)).await);
    server.server.stop().await;
}

#[tokio::test]
async fn plain_http_is_refused_with_words_and_nothing_of_it_is_looked_at() {
    let (server, certificate) = server(&[]).await;
    let ask = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = Peer::saying(&server, ask).await.hear_all().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(
        answer.ends_with("This port speaks https alone.\n"),
        "{answer}"
    );
    assert_eq!(header(&answer, "connection"), "close");
    let client = client(&certificate);
    assert!(client.get(health(&server)).send().await.is_ok());
}

#[tokio::test]
async fn a_handshake_that_stalls_is_cut_when_a_head_would_be() {
    let (server, _) = server(&["--header-timeout", "1"]).await;
    let started = Instant::now();
    // Nothing; the first byte of a handshake; the head of its first record.
    for said in ["", "\x16", "\x16\x03\x01\x02\x00\x01"] {
        let mut peer = Peer::saying(&server, said).await;
        assert_eq!(peer.hear_all().await, "");
    }
    assert!(started.elapsed() >= Duration::from_secs(3));
    assert_eq!(server.server.counts().late_heads.read(), 3);
    assert_eq!(server.server.connections(), 0);
}

#[tokio::test]
async fn what_is_no_handshake_is_ended_at_once() {
    let (server, _) = server(&["--header-timeout", "3600"]).await;
    let mut peer = Peer::saying(&server, &"\x16".repeat(64)).await;
    // An alert may come before the end.
    peer.hear_all().await;
    let mut left = Peer::of(&server).await;
    left.say("\x16").await;
    drop(left);
    while server.server.connections() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_who_waits_makes_room_also_within_the_handshake() {
    let (server, certificate) =
        server(&["--connections-per-address", "1", "--header-timeout", "3600"]).await;
    let mut first = Peer::saying(&server, "\x16").await;
    let client = client(&certificate);
    assert!(client.get(health(&server)).send().await.is_ok());
    assert_eq!(first.hear_all().await, "");
}

#[tokio::test]
async fn a_server_with_a_wrong_certificate_does_not_start_and_says_why() {
    let directory = Directory::new();
    write(&directory);
    let other = KeyPair::generate().expect("a key").serialize_pem();
    directory.write("tls.key", &other);
    let files = files(&directory);
    let mut options = vec!["--sandbox"];
    options.extend(files.iter().map(String::as_str));
    let said = refused(&directory, &options).await;
    assert!(
        said.contains("tls.key is not the key of the certificate in"),
        "{said}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn hangup_reads_certificate_and_log_level_again_and_health_asks_by_tls() {
    let directory = Directory::new();
    let old = write(&directory);
    let level = directory.write("level", "info\n").display().to_string();
    let files = files(&directory);
    let mut options = vec!["--log-level-file", level.as_str()];
    options.extend(files.iter().map(String::as_str));
    let mut server = Running::start_in(directory, &options).await;
    let url = format!("{}/healthz", server.address);
    assert!(url.starts_with("https://"), "{url}");
    assert!(client(&old).get(&url).send().await.is_ok());
    let new = write(&server.directory);
    server.directory.write("level", "debug\n");
    server.signal("HUP");
    server.read_until("the log's level is read again").await;
    assert!(client(&new).get(&url).send().await.is_ok());
    server.read_until("answered").await;
    let listen = server.address.trim_start_matches("https://").to_owned();
    let mut health = tokio::process::Command::new(env!("CARGO_BIN_EXE_connect-server"));
    health.args(["health", "--listen", &listen]);
    let plain = health.output().await.expect("it runs");
    assert_eq!(plain.status.code(), Some(2));
    let said = String::from_utf8_lossy(&plain.stderr);
    assert!(said.contains("--tls-cert and --tls-key"), "{said}");
    let by_tls = health.args(&files).output().await.expect("it runs");
    assert!(by_tls.status.success(), "{by_tls:?}");
    assert_eq!(by_tls.stdout, b"ready\n");
    server.directory.write("level", "loud\n");
    server.signal("HUP");
    server
        .read_until("must hold error, warn, info, debug or trace")
        .await;
    server.stop().await;
}
