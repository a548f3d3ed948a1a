//! Whom to tell of a hole, where RFC 9116 looks for it.

use crate::support::{Directory, TestServer, header};
use clap::Parser;
use connect_server::CommandLine;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;

const PATH: &str = "/.well-known/security.txt";

#[tokio::test]
async fn who_finds_a_hole_learns_whom_to_tell() {
    let server = TestServer::with(&[
        "--public-url",
        "https://connect.example",
        "--security-contact",
        "mailto:security@shop.example",
        "--security-contact",
        "https://shop.example/holes",
        "--security-policy",
        "https://shop.example/policy",
    ])
    .await;
    let answer = server.get(PATH).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "content-type"), "text/plain; charset=utf-8");
    assert_eq!(header(&answer, "cross-origin-opener-policy"), "same-origin");
    let text = answer.text().await.expect("a text");
    let (before, rest) = text.split_once("Expires: ").expect("an end");
    let (end, after) = rest.split_once('\n').expect("a line");
    assert_eq!(
        before,
        "Contact: mailto:security@shop.example\nContact: https://shop.example/holes\n"
    );
    assert_eq!(
        after,
        "Preferred-Languages: en\nCanonical: https://connect.example/.well-known/security.txt\nPolicy: https://shop.example/policy\n"
    );
    let left = end
        .parse::<Timestamp>()
        .expect("RFC 3339")
        .duration_since(Timestamp::now());
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    // RFC 9116, 2.5.5: less than a year.
    assert!(days(360) < left && left < days(365), "{end}");
    let head = server.request(Method::HEAD, PATH).send().await;
    assert_eq!(head.expect("an answer").status(), 200);
}

#[tokio::test]
async fn without_a_contact_there_is_nothing() {
    let server = TestServer::start().await;
    assert_eq!(server.get(PATH).await.status(), 404);
}

#[test]
fn a_contact_is_an_address_that_can_be_written_to() {
    let directory = Directory::new();
    let parse = |more: &[&str]| {
        let file = directory.path("connect.db");
        let words = [
            "connect-server",
            "--database",
            file.to_str().expect("a plain path"),
        ];
        CommandLine::try_parse_from([&words[..], more].concat()).map_err(|error| error.to_string())
    };
    for contact in [
        "security@shop.example",
        "http://shop.example",
        "mailto:",
        "javascript:alert(1)",
        "",
    ] {
        let error = parse(&["--security-contact", contact]).expect_err(contact);
        assert!(
            error.contains("mailto:") && error.contains("https://"),
            "{error}"
        );
    }
    let alone = parse(&["--security-policy", "https://shop.example/policy"]);
    let error = alone.expect_err("a policy without a contact");
    assert!(error.contains("--security-contact"), "{error}");
    let plain = [
        "--security-contact",
        "mailto:a@shop.example",
        "--security-policy",
        "http://shop.example",
    ];
    let error = parse(&plain).expect_err("a policy in the clear");
    assert!(error.contains("https://"), "{error}");
}
