//! Whoever tries too often, as whoever they like to be: each attack is played against what holds when nothing is set.

mod answers;
mod connections;
mod logins;
mod pages;
mod polls;
mod requests;
mod secrets;
mod tokens;

use crate::support::{TestServer, check_problem, header};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Behind a proxy that says for whom it asks; with these limits beside the usual ones.
async fn server(limits: &str) -> TestServer {
    let limits = match limits {
        "" => "requests-per-address=6000/1m",
        other => other,
    };
    TestServer::with(&["--limit", limits, "--trusted-proxy", "127.0.0.1"]).await
}

/// As the proxy sends it on from this address.
fn from(address: &str, request: RequestBuilder) -> RequestBuilder {
    request.header("x-forwarded-for", address)
}

/// Refused for a while; tells the problem's detail and for how long.
async fn refused(answer: Response) -> (String, Duration) {
    let seconds = header(&answer, "retry-after").parse().expect("seconds");
    assert!((1..=3600).contains(&seconds), "{seconds}");
    let problem = check_problem(answer, 429, "rate_limited").await;
    let detail = problem["detail"].as_str().expect("a detail");
    (detail.to_owned(), Duration::from_secs(seconds))
}

/// Sends until one is refused; tells how many were not.
async fn until_refused(send: impl AsyncFn() -> Response) -> (u64, Response) {
    for taken in 0..1000 {
        let answer = send().await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            return (taken, answer);
        }
    }
    panic!("a thousand were taken");
}

/// What is sent after the time that a refusal has told is taken; it is sent all the time, and costs nothing till then.
async fn goes_on_after(refusal: Response, send: impl AsyncFn() -> Response) -> Response {
    let heard = Instant::now();
    let (_, wait) = refused(refusal).await;
    loop {
        let sent = Instant::now();
        let answer = send().await;
        if answer.status() != StatusCode::TOO_MANY_REQUESTS {
            return answer;
        }
        assert!(sent < heard + wait, "refused after {wait:?}");
    }
}

/// How many there can have been at most: so many at once, and one more each time so many seconds are over.
fn most(at_once: u64, seconds: u64, began: Instant) -> u64 {
    at_once + began.elapsed().as_secs() / seconds + 1
}

fn id(institution: &Value) -> &str {
    institution["id"].as_str().expect("an id")
}
