//! What Prometheus is told, on an address of its own.

use crate::support::TestServer;
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn server(more: &[&str]) -> TestServer {
    TestServer::with(&[&["--metrics-listen", "127.0.0.1:0"], more].concat()).await
}

pub async fn text(server: &TestServer) -> String {
    let address = server.server.metrics_address().expect("an address");
    let answer = server.http.get(format!("http://{address}/metrics"));
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()["content-type"].to_str().expect("a text");
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    answer.text().await.expect("a text")
}

/// The number that stands behind it.
fn number(text: &str, series: &str) -> f64 {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let line = line.unwrap_or_else(|| panic!("no {series} in\n{text}"));
    line.parse().expect("a number")
}

#[tokio::test]
async fn what_users_and_clients_do_is_counted() {
    let server = server(&[]).await;
    let first = text(&server).await;
    let connected = r#"connect_connections_connected_total{aggregator="sandbox"}"#;
    assert_eq!(number(&first, connected), 0.0);
    let ann = server.user().await;
    ann.connect("demo", "wealthica", "wealthica").await;
    ann.connect("demo", "somebody", "x").await;
    assert_eq!(server.get("/v1/nowhere").await.status(), 404);
    let text = text(&server).await;
    for (series, expected) in [
        (
            r#"connect_sessions_minted_total{client="demo",by="server"}"#,
            1.0,
        ),
        (
            r#"connect_connections_begun_total{aggregator="sandbox"}"#,
            2.0,
        ),
        (
            r#"connect_connections_connected_total{aggregator="sandbox"}"#,
            1.0,
        ),
        (
            r#"connect_connections_failed_total{aggregator="sandbox",error="LoginFailedError"}"#,
            1.0,
        ),
        (
            r#"connect_http_requests_total{method="POST",route="/v1/institutions",status="2xx"}"#,
            2.0,
        ),
        (
            r#"connect_http_request_duration_seconds_count{method="POST",route="/v1/tokens"}"#,
            1.0,
        ),
        (
            r#"connect_aggregator_calls_total{aggregator="sandbox",call="begin",outcome="ok"}"#,
            2.0,
        ),
        ("connect_syncs_running", 0.0),
        ("connect_polls_waiting", 0.0),
        (r#"connect_database_errors_total{passing="true"}"#, 0.0),
        (r#"connect_connections_cut_total{why="idle"}"#, 0.0),
    ] {
        assert_eq!(number(&text, series), expected, "{series}");
    }
    assert!(number(&text, "connect_connections_open") >= 1.0);
    if cfg!(target_os = "linux") {
        assert!(number(&text, "process_resident_memory_bytes") > 1e6);
        assert!(number(&text, "process_open_fds") > 3.0);
        assert!(number(&text, "process_cpu_seconds_total") > 0.0);
    }
}

#[tokio::test]
async fn a_limit_that_was_reached_is_counted_by_its_name() {
    let server = server(&["--limit", "tokens-per-user=1/1h"]).await;
    let name = |name: &str| format!("connect_limits_refused_total{{limit=\"{name}\"}}");
    let before = text(&server).await;
    assert_eq!(number(&before, &name("tokens-per-user")), 0.0);
    for expected in [200, 429, 429] {
        let answer = server.mint(json!({"user_id": "ann"})).await;
        assert_eq!(answer.status(), expected);
    }
    let after = text(&server).await;
    assert_eq!(number(&after, &name("tokens-per-user")), 2.0);
    assert_eq!(number(&after, &name("tokens-per-client")), 0.0);
}

#[tokio::test]
async fn a_poll_is_counted_while_it_waits() {
    let server = server(&[]).await;
    let ann = server.user().await;
    let connection = ann.connect("demo", "wealthica", "wealthica").await;
    let poll = ann.poll(&connection);
    tokio::pin!(poll);
    let waits = async {
        while number(&text(&server).await, "connect_polls_waiting") < 1.0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = &mut poll => panic!("there was no news"),
        () = waits => {}
    }
}

#[tokio::test]
async fn no_word_of_a_caller_is_in_it_and_the_public_address_has_none_of_it() {
    let server = server(&[]).await;
    let ann = server.user_with(json!({"user_id": "hunter2-ann"})).await;
    let connection = ann.connect("demo", "wealthica", "wealthica").await;
    for path in [
        "/hunter2-path",
        "/v1/oauth/hunter2-nonce",
        "/v1/hunter2?hunter2=1",
    ] {
        ann.get(path).await;
    }
    let odd = Method::from_bytes(b"HUNTER").expect("a method");
    let odd = server.request(odd, "/v1/providers").send().await;
    assert!(odd.is_ok());
    let text = text(&server).await;
    let token = ann.token.as_str();
    for word in [
        "hunter2",
        "HUNTER",
        &connection.id,
        token,
        "wealthica",
        "127.0.0.1",
    ] {
        assert!(!text.contains(word), "{word} in\n{text}");
    }
    assert_eq!(server.get("/metrics").await.status(), 404);
    let address = server.server.metrics_address().expect("an address");
    let other = server.http.get(format!("http://{address}/healthz"));
    assert_eq!(other.send().await.expect("an answer").status(), 404);
    let without = TestServer::start().await;
    assert_eq!(without.server.metrics_address(), None);
}
