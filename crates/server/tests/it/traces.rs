//! Spans as a collector receives them.

use crate::running::Running;
use reqwest::Method;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes what is sent to it over OTLP. Texts stand as they are in protobuf, and ids as bytes.
struct Collector(TcpListener);

impl Collector {
    async fn start() -> Collector {
        Collector(TcpListener::bind("127.0.0.1:0").await.expect("a port"))
    }

    fn address(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("an address"))
    }

    /// The head and the body of each request until one has all these bytes.
    async fn until(&self, all: &[&[u8]]) -> Vec<u8> {
        let mut heard = Vec::new();
        let hears = async {
            while !all.iter().all(|part| has(&heard, part)) {
                let (mut socket, _) = self.0.accept().await.expect("a connection");
                heard.extend(take(&mut socket).await);
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, hears).await;
        assert!(in_time.is_ok(), "{}", String::from_utf8_lossy(&heard));
        heard
    }
}

fn has(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

async fn take(socket: &mut TcpStream) -> Vec<u8> {
    let (mut heard, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = socket.read(&mut buffer).await.expect("bytes");
        heard.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&heard).to_ascii_lowercase();
        let Some((head, _)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split("content-length: ").nth(1).expect("a length");
        let length: usize = length
            .lines()
            .next()
            .expect("a line")
            .parse()
            .expect("a number");
        let end = heard.windows(4).position(|four| four == b"\r\n\r\n");
        if heard.len() >= end.expect("a head") + 4 + length {
            break;
        }
    }
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    socket.write_all(answer.as_bytes()).await.expect("it hears");
    heard
}

#[tokio::test]
async fn a_request_and_the_calls_that_it_causes_are_one_trace_without_a_user_in_it() {
    let collector = Collector::start().await;
    let address = collector.address();
    let options = ["--otlp-endpoint", &address, "--trusted-proxy", "127.0.0.1"];
    let server = Running::start(&options).await;
    let token = server.token().await;
    let url = format!("{}/v1/institutions", server.address);
    let body = r#"{"name":"Demo","type":"demo","credentials":{"username":"secret-user","password":"secret-password"}}"#;
    let request = server.http.request(Method::POST, url).bearer_auth(&token);
    let request = request.header("traceparent", format!("00-{TRACE}-b7ad6b7169203331-01"));
    let request = request
        .header("content-type", "application/json")
        .body(body);
    assert_eq!(request.send().await.expect("an answer").status(), 202);
    let id: [u8; 16] =
        std::array::from_fn(|at| u8::from_str_radix(&TRACE[2 * at..2 * at + 2], 16).expect("hex"));
    let parts: [&[u8]; 6] = [
        b"POST /v1/traces HTTP/1.1",
        b"connect-server",
        b"POST /v1/institutions",
        b"http.response.status_code",
        b"begin sandbox",
        &id,
    ];
    let heard = collector.until(&parts).await;
    for word in ["secret-user", "secret-password", "ann", "Bearer", &token] {
        assert!(!has(&heard, word.as_bytes()), "{word}");
    }
}

#[tokio::test]
async fn nobody_else_says_where_a_request_belongs() {
    let collector = Collector::start().await;
    let address = collector.address();
    let server = Running::start(&["--otlp-endpoint", &address]).await;
    let request = server.http.get(format!("{}/healthz", server.address));
    let request = request.header("traceparent", format!("00-{TRACE}-b7ad6b7169203331-01"));
    assert!(request.send().await.is_ok());
    let heard = collector.until(&[b"GET /healthz"]).await;
    let id: Vec<u8> = (0..16)
        .map(|at| u8::from_str_radix(&TRACE[2 * at..2 * at + 2], 16).expect("hex"))
        .collect();
    assert!(!has(&heard, &id));
}
