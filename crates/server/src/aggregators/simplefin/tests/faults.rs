//! What any upstream may do wrong, done to the claim, to the accounts, and to each value of a good answer.

use super::*;
use crate::aggregators::testing::{faults, holes, named, play};
use connect_fakes::serving::Answer;

const SECRETS: &[&str] = &["open:sesame", "open%3Asesame", "hidden"];

const GOOD: &str = r#"{
  "errlist": [{"code": "act.failed", "msg": "hm", "conn_id": "C", "account_id": "A"}],
  "connections": [{"conn_id": "C", "name": "Bank", "org_id": "O", "org_url": "https://bank.example", "sfin_url": "https://sfin.example"}],
  "accounts": [{"id": "A", "conn_id": "C", "name": "Savings", "currency": "USD", "balance": "1.00", "available-balance": "1.00", "balance-date": 1}]
}"#;

#[tokio::test]
async fn whatever_the_claim_is_answered_with_it_ends_as_one_of_ours() {
    let world = World::start().await;
    let token = upstream::token(&world.fake.origin(), "demo/hidden", None);
    let rows = named(faults("http://demo:hidden@127.0.0.1/simplefin"));
    let expected = |fault: &str| {
        Some(match fault {
            "401" | "403" | "404" => "Failed(LoginRefused)",
            "429" => "RateLimited(None)",
            "429 with Retry-After" => "RateLimited(Some(77s))",
            "500" | "503" | "no answer" | "cut body" => "Failed(TryLater)",
            "400" | "409" | "422" | "redirect" => "Protocol(",
            "10 MB body" => "Protocol(\"its answer is too long\")",
            "half a body"
            | "empty body"
            | "HTML instead of JSON"
            | "JSON null"
            | "JSON of another form" => "Failed(Unknown { code: \"access_url\" })",
            _ => return None,
        })
    };
    let call = async || world.begin(&token, None).await;
    let title = "Faults of SimpleFIN's claim → ours";
    play(title, &world.fake, "/hidden", rows, expected, SECRETS, call).await;
}

#[tokio::test]
async fn whatever_the_accounts_are_answered_with_it_ends_as_one_of_ours() {
    let world = World::start().await;
    let held = world.claimed("demo").await;
    let mut rows = named(faults(GOOD));
    rows.push(("402".into(), Answer::status(402)));
    let unknown = GOOD.replace("act.failed", "sun.eclipse");
    rows.push(("unknown error code".into(), Answer::json(200, unknown)));
    let expected = |fault: &str| {
        Some(match fault {
            "401" | "403" => "Failed(LoginRefused)",
            "402" => "Failed(ActionNeeded at http://127.0.0.1",
            "429" => "RateLimited(None)",
            "429 with Retry-After" => "RateLimited(Some(77s))",
            "500" | "503" | "cut body" => "Down(",
            "no answer" => "Timeout",
            "10 MB body" => "Protocol(\"its answer is too long\")",
            "unknown error code" => "Done(accounts: 1, warnings: 1)",
            "400"
            | "404"
            | "409"
            | "422"
            | "redirect"
            | "half a body"
            | "empty body"
            | "HTML instead of JSON"
            | "JSON null"
            | "JSON of another form" => "Protocol(",
            _ => return None,
        })
    };
    let call = async || world.adapter.look(&held).await;
    let title = "Faults of SimpleFIN's accounts → ours";
    play(
        title,
        &world.fake,
        "/accounts",
        rows,
        expected,
        SECRETS,
        call,
    )
    .await;
}

#[tokio::test]
async fn a_value_that_is_null_or_missing_costs_no_more_than_what_it_says() {
    let world = World::start().await;
    let held = world.claimed("demo").await;
    let expected = |fault: &str| {
        Some(match fault.split(' ').next().unwrap_or_default() {
            // The one account is gone, and the one error is about it.
            "/accounts" => "Failed(BankDown)",
            "/accounts/0" | "/accounts/0/id" => "Failed(BankDown)",
            "/errlist" | "/errlist/0" => "Done(accounts: 1, warnings: 0)",
            _ => "Done(accounts: 1, warnings: 1)",
        })
    };
    let call = async || world.adapter.look(&held).await;
    let title = "Holes in SimpleFIN's answer → ours";
    play(
        title,
        &world.fake,
        "/accounts",
        holes(GOOD),
        expected,
        SECRETS,
        call,
    )
    .await;
}
