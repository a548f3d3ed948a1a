//! A flood from one address, whoever it says to be.

use super::{from, goes_on_after, refused, server, until_refused};
use crate::support::{TestServer, header};
use reqwest::{Method, StatusCode};

#[tokio::test]
async fn a_flood_from_one_address_is_refused_before_anything_is_done_for_it() {
    let server = server("requests-per-address=5/1h").await;
    let ask = async |address: &str, path: &str, accept: &str| {
        let request = from(address, server.request(Method::GET, path));
        let request = request.header("accept", accept);
        request.send().await.expect("an answer")
    };
    for _ in 0..5 {
        let answer = ask("192.0.2.1", "/healthz", "*/*").await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
    for (path, accept) in [
        ("/v1/session", "*/*"),
        ("/v1/session", browser),
        ("/v1/nothing", browser),
        ("/api/token", browser),
        ("/healthz", "*/*"),
        ("/connect", "*/*"),
        ("/nothing.wasm", "*/*"),
    ] {
        let (detail, _) = refused(ask("192.0.2.1", path, accept).await).await;
        assert!(detail.contains("requests from this address"), "{path}");
    }
    for path in ["/", "/connect", "/v2/", "/nothing"] {
        let answer = ask("192.0.2.1", path, browser).await;
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(header(&answer, "content-type").starts_with("text/html"));
        assert!(!header(&answer, "retry-after").is_empty());
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        let page = answer.text().await.expect("a page");
        assert!(page.contains("Please wait a little"), "{path}");
    }
    let elsewhere = ask("192.0.2.2", "/healthz", "*/*").await;
    assert_eq!(elsewhere.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_address_goes_on_when_the_time_is_over() {
    let server = server("requests-per-address=3/3s").await;
    let ask = async || {
        let request = from("192.0.2.1", server.request(Method::GET, "/healthz"));
        request.send().await.expect("an answer")
    };
    let (_, refusal) = until_refused(ask).await;
    assert_eq!(goes_on_after(refusal, ask).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn who_is_not_a_trusted_proxy_asks_for_nobody_else() {
    let limits = ["--limit", "requests-per-address=3/1h"];
    let server = TestServer::with(&limits).await;
    let mut statuses = Vec::new();
    for host in 0..5 {
        let address = format!("192.0.2.{host}");
        let request = from(&address, server.request(Method::GET, "/healthz"));
        let request = request.header("forwarded", format!("for={address}"));
        let answer = request.send().await.expect("an answer");
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
}

#[tokio::test]
async fn what_a_user_writes_before_the_proxy_changes_nothing() {
    let server = server("requests-per-address=3/1h").await;
    let mut statuses = Vec::new();
    for host in 0..5 {
        let line = format!("192.0.2.{host}, 198.51.100.1");
        let request = from(&line, server.request(Method::GET, "/healthz"));
        let request = request.header("forwarded", format!("for=192.0.2.{host}"));
        let answer = request.send().await.expect("an answer");
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
}

#[tokio::test]
async fn a_proxy_may_write_the_header_of_the_rfc() {
    let more = [
        "--limit",
        "requests-per-address=1/1h",
        "--trusted-proxy",
        "127.0.0.0/8",
        "--proxy-header",
        "forwarded",
    ];
    let server = TestServer::with(&more).await;
    let mut statuses = Vec::new();
    for line in [
        "for=192.0.2.1",
        "for=192.0.2.2",
        "for=192.0.2.3, for=192.0.2.1;proto=https",
    ] {
        let request = server.request(Method::GET, "/healthz");
        let request = request.header("forwarded", line);
        let answer = request.send().await.expect("an answer");
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 429]);
}

#[tokio::test]
async fn a_widget_s_page_elsewhere_hears_of_it() {
    let more = [
        "--limit",
        "requests-per-address=1/1h",
        "--widget-origin",
        "https://widget.example",
    ];
    let server = TestServer::with(&more).await;
    for expected in [401, 429] {
        let request = server.request(Method::GET, "/v1/session");
        let request = request.header("origin", "https://widget.example");
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), expected);
        let allowed = header(&answer, "access-control-allow-origin");
        assert_eq!(allowed, "https://widget.example");
        let exposed = header(&answer, "access-control-expose-headers");
        assert_eq!(exposed, "Retry-After");
    }
}
