//! Whatever can go wrong on the way, at each call, from one table.

use super::*;
use crate::aggregators::Banks;
use connect_fakes::enable_banking::Answer as Reply;
use serde_json::{Value, json};
use std::sync::Arc;

/// Name, answer, what each call comes to.
fn faults(good: &str) -> Vec<(&'static str, Reply, &'static str)> {
    let html = "<!doctype html><title>Maintenance</title><h1>We are back soon</h1>";
    let long = format!("{{\"padding\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let half = good.as_bytes()[..good.len() / 2].to_vec();
    let empty = |status| Reply::json(status, "");
    vec![
        ("400", empty(400), "Protocol"),
        ("401", empty(401), "Misconfigured"),
        ("403", empty(403), "Misconfigured"),
        ("404", empty(404), "Protocol"),
        ("408", empty(408), "Timeout"),
        ("409", empty(409), "Protocol"),
        ("422", empty(422), "Protocol"),
        ("429", empty(429), "RateLimited(None)"),
        (
            "429 with Retry-After",
            empty(429).and("retry-after", "77"),
            "RateLimited(Some(77s))",
        ),
        ("500", empty(500), "Down"),
        ("503", empty(503), "Down"),
        (
            "500 with an unknown code",
            Reply::error(500, "SOMETHING_NEW"),
            "Down",
        ),
        ("500 with HTML", Reply::json(500, html), "Down"),
        (
            "422 with a code that is none",
            Reply::json(422, r#"{"error":"<b>"}"#),
            "Protocol",
        ),
        ("no answer", Reply::Never, "Timeout"),
        ("cut body", Reply::Cut(half.clone()), "Down"),
        ("half a body", Reply::json(200, half), "Protocol"),
        ("empty body", empty(200), "Protocol"),
        ("HTML instead of JSON", Reply::json(200, html), "Protocol"),
        ("10 MB body", Reply::json(200, long), "Protocol"),
        (
            "redirect",
            empty(302).and("location", "http://127.0.0.1:1/"),
            "Protocol",
        ),
        ("JSON null", Reply::json(200, "null"), "Protocol"),
        (
            "JSON of another form",
            Reply::json(200, "[1,2]"),
            "Protocol",
        ),
    ]
}

const SECRET: &str = "some-code-that-nobody-should-see";

/// Plays every fault to one call; `call` gives what that has come to.
async fn play(
    title: &'static str,
    world: &World,
    ends: &str,
    good: &Value,
    call: impl AsyncFn() -> Result<String, Upstream>,
) {
    let mut table = Table::new(title);
    for (name, answer, expected) in faults(&good.to_string()) {
        world.fake.next(ends, answer);
        let result = call().await;
        let printed = format!("{result:?}");
        assert!(
            !printed.contains(SECRET) && !printed.contains("eyJ"),
            "{printed}"
        );
        let ours = match result {
            Ok(line) => line,
            Err(Upstream::Misconfigured(words)) => {
                assert!(words.contains(CALLBACK), "{words}");
                "Misconfigured".to_owned()
            }
            Err(upstream) => format!("{upstream:?}"),
        };
        table.row(name, &ours, Some(expected));
    }
    table.finish();
}

/// An aggregator that does not wait for long.
async fn hasty() -> World {
    let mut world = World::new().await;
    let calls = Arc::get_mut(&mut world.banking.calls);
    calls.expect("nothing is called yet").patience = Duration::from_secs(3);
    world
}

#[tokio::test]
async fn faults_of_the_list_of_banks() {
    let world = hasty().await;
    let good = json!({"aspsps": []});
    play("GET /aspsps", &world, "GET /aspsps", &good, async || {
        let Banks::Whole(banks) = world.banking.banks().await?;
        Ok(format!("{} banks", banks.len()))
    })
    .await;
}

#[tokio::test]
async fn faults_on_the_way_to_the_bank() {
    let world = hasty().await;
    let good = json!({"url": "https://example.com/", "authorization_id": "a", "psu_id_hash": "b"});
    play("POST /auth", &world, "POST /auth", &good, async || {
        let sent = world.begin("FI|Mock ASPSP", None).await?;
        Ok(outcome(&Ok(sent)))
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_none_is_not_opened() {
    let world = World::new().await;
    for url in [
        "javascript:alert(1)",
        "data:text/html,x",
        "/bank",
        "ftp://example.com/",
        "",
    ] {
        let body = json!({"url": url, "authorization_id": "a", "psu_id_hash": "b"});
        world
            .fake
            .next("POST /auth", Reply::json(200, body.to_string()));
        let sent = world.begin("FI|Mock ASPSP", None).await;
        assert!(
            matches!(sent, Err(Upstream::Protocol(_))),
            "{url}: {sent:?}"
        );
    }
}

#[tokio::test]
async fn faults_when_the_user_is_back() {
    let world = hasty().await;
    let sent = world.begin("FI|Mock ASPSP", None).await.unwrap();
    let query = BTreeMap::from([("code".to_owned(), Secret::new(SECRET))]);
    play(
        "POST /sessions",
        &world,
        "POST /sessions",
        &super::holes::created(),
        async || {
            let back = world
                .banking
                .resume(
                    &sent.held,
                    Answer::Returned {
                        query: &query,
                        renews: None,
                    },
                )
                .await?;
            Ok(outcome(&Ok(back)))
        },
    )
    .await;
}

#[tokio::test]
async fn faults_when_a_connection_is_looked_at_again() {
    let world = hasty().await;
    let (held, _) = world.connect("FI|Mock ASPSP").await;
    let good = json!({"status": "AUTHORIZED", "accounts": [], "accounts_data": []});
    play(
        "GET /sessions/{id}",
        &world,
        "GET /sessions/*",
        &good,
        async || {
            let refreshed = world.banking.refresh(&held, false).await?;
            Ok(outcome(&Ok(refreshed)))
        },
    )
    .await;
}

#[tokio::test]
async fn a_balance_is_never_worth_a_connection_unless_the_operator_must_act() {
    let world = hasty().await;
    let (held, _) = world.connect("FI|Mock ASPSP").await;
    let good = json!({"balances": []}).to_string();
    let mut table = Table::new("GET /accounts/{uid}/balances of the first of three accounts");
    for (name, answer, as_upstream) in faults(&good) {
        world.fake.next("/balances", answer);
        let ours = outcome(&world.banking.look(&held).await);
        let expected = match as_upstream {
            "Misconfigured" => "Misconfigured",
            _ => "Done(accounts: 3, warnings: 1)",
        };
        table.row(name, &ours, Some(expected));
    }
    table.finish();
}
