//! The example works, and the document that quotes it says what it says.

use super::{Piggy, Settings};
use crate::aggregators::{Aggregator, Cause, Login, Psu, Stage, Way};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use connect_core::Secret;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpListener;

/// The first look is too early. Literal answers, which know nothing of the adapter's types.
async fn piggy() -> Piggy {
    static LOOKS: AtomicU32 = AtomicU32::new(0);
    let login = post(
        async |body: String| match body.contains(r#""pin":"1234""#) {
            true => (StatusCode::OK, r#"{"key":"k-1"}"#),
            false => (StatusCode::FORBIDDEN, "{}"),
        },
    );
    let login = login.delete(async || StatusCode::NO_CONTENT);
    let accounts = get(async |headers: HeaderMap| {
        assert_eq!(headers["authorization"], "Bearer k-1");
        match LOOKS.fetch_add(1, Ordering::Relaxed) {
            0 => r#"{"ready":false}"#,
            _ => r#"{"ready":true,"accounts":[{"number":"7","title":"Pig","cents":1250}]}"#,
        }
    });
    let router = Router::new()
        .route("/login", login)
        .route("/accounts", accounts);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = format!("base_url = \"http://{address}/\"");
    let settings: Settings = toml::from_str(&settings).expect("settings");
    Piggy::new(settings).expect("it can be used")
}

#[tokio::test]
async fn a_pin_connects_and_the_accounts_come_a_little_later() {
    let piggy = piggy().await;
    let login = |pin: &str| BTreeMap::from([("pin".to_owned(), Secret::new(pin))]);
    let begin = async |credentials: &BTreeMap<String, Secret>| {
        let login = Login {
            user: "u1",
            bank: "piggy",
            way: Way::Credentials(credentials),
            renews: None,
            psu: &Psu::default(),
        };
        piggy.begin(login).await.expect("an answer")
    };
    let refused = begin(&login("0000")).await.stage;
    assert!(matches!(refused, Stage::Failed(failed) if failed.cause == Cause::LoginRefused));
    let begun = begin(&login("1234")).await;
    let early = piggy.look(&begun.held).await.expect("an answer");
    assert!(matches!(early.stage, Stage::Working(_)) && !early.after.is_zero());
    let done = piggy.look(&early.held).await.expect("an answer");
    let Stage::Done(found) = done.stage else {
        panic!("it does not stand");
    };
    assert_eq!(found.accounts[0].balance, Some(12.5));
    piggy.forget(&done.held).await.expect("it is gone");
}

#[test]
fn each_block_of_the_document_stands_in_the_code() {
    let document = include_str!("../../../../../docs/write-an-aggregator.md");
    let sources = [include_str!("mod.rs"), include_str!("../mod.rs")];
    let blocks: Vec<&str> = document
        .split("```rust\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(blocks.len() >= 5, "it quotes {} blocks", blocks.len());
    for block in blocks {
        let stands = sources.iter().any(|source| source.contains(block));
        assert!(stands, "this is not in the code any more:\n{block}");
    }
}

#[test]
fn the_document_names_each_call_stage_cause_and_failure() {
    let document = include_str!("../../../../../docs/write-an-aggregator.md");
    let variants = |source: &'static str, from: &str| {
        let (_, rest) = source.split_once(from).expect("it is there");
        let (body, _) = rest.split_once("\n}").expect("it ends");
        let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
        let names = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
        names
            .filter_map(|line| line.split(|c: char| !c.is_alphanumeric()).next())
            .collect::<Vec<&str>>()
    };
    let calls = include_str!("../mod.rs")
        .split("\n}")
        .find(|part| part.contains("pub trait Aggregator"));
    let calls = calls.expect("the trait").lines();
    let calls = calls.filter_map(|line| line.trim().strip_prefix("async fn ")?.split('(').next());
    let mut words: Vec<&str> = calls.collect();
    words.extend(variants(include_str!("../progress.rs"), "pub enum Stage {"));
    words.extend(variants(include_str!("../cause.rs"), "pub enum Cause {"));
    words.extend(variants(include_str!("../cause.rs"), "pub enum Upstream {"));
    assert!(words.len() > 25, "{words:?}");
    let missing: Vec<&&str> = words
        .iter()
        .filter(|word| !document.contains(&format!("`{word}")))
        .collect();
    assert!(missing.is_empty(), "the document does not name {missing:?}");
}
