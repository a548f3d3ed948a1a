//! What is found behind a token, how it was asked for, and what is kept of it.

use super::*;
use crate::aggregators::{Cause, Found, Stage};

#[tokio::test]
async fn the_claim_is_kept_before_anything_else_is_asked() {
    let world = World::start().await;
    let token = upstream::token(&world.fake.origin(), "demo", Some("once"));
    let progress = world.begin(&token, None).await.unwrap();

    assert!(matches!(progress.stage, Stage::Working(_)));
    assert!(progress.held.expose().contains("/simplefin"));
    let [claim] = &world.fake.take_requests()[..] else {
        panic!("the claim alone is asked");
    };
    assert_eq!((claim.method.as_str(), claim.body.as_str()), ("POST", ""));
    assert_eq!(claim.path, "/simplefin/claim/demo/once");
    assert_eq!(claim.headers["content-length"], "0");
    assert!(!claim.headers.contains_key("authorization"));
}

#[tokio::test]
async fn accounts_are_asked_for_without_their_transactions_and_with_no_secret_in_the_address() {
    let world = World::start().await;
    let held = world.claimed("demo").await;
    world.fake.take_requests();
    world.adapter.refresh(&held, true).await.unwrap();

    let [asked] = &world.fake.take_requests()[..] else {
        panic!("one request");
    };
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("GET", "/simplefin/accounts")
    );
    assert_eq!(asked.query, "version=2&balances-only=1");
    // "demo:open:sesame@7", as the stand-in wants it.
    assert_eq!(
        asked.headers["authorization"],
        "Basic ZGVtbzpvcGVuOnNlc2FtZUA3"
    );
    assert!(asked.headers["user-agent"].starts_with("connect-server/"));
}

#[tokio::test]
async fn one_bank_s_accounts_have_their_own_names() {
    let found = stands("demo").await;
    let accounts = found.accounts.iter().map(|account| {
        let money = (account.currency.as_deref(), account.balance);
        (account.name.as_str(), account.kind.as_str(), money)
    });
    let expected = [
        ("Demo Savings", "savings", (Some("USD"), Some(115525.5))),
        ("Demo Checking", "checking", (Some("USD"), Some(-24.05))),
    ];
    assert_eq!(Vec::from_iter(accounts), expected);
}

#[tokio::test]
async fn several_banks_are_told_apart_by_their_names() {
    let found = stands("three-banks").await;
    let names: Vec<_> = found
        .accounts
        .iter()
        .map(|account| (account.name.as_str(), account.kind.as_str()))
        .collect();
    assert_eq!(names[0], ("First Bank Checking", "checking"));
    assert_eq!(names[6], ("Second Bank High Yield Savings", "savings"));
    assert_eq!(names[12], ("Third Bank Visa Platinum", "credit"));
    assert_eq!(names[13], ("Third Bank Home Mortgage", "mortgage"));
    assert_eq!(names[14], ("Third Bank Roth IRA", "investment"));
    // Their ids are the same at each bank.
    let stable: std::collections::BTreeSet<_> = found
        .accounts
        .iter()
        .map(|account| &account.stable)
        .collect();
    assert_eq!(stable.len(), 15);
}

#[tokio::test]
async fn the_older_form_is_read_as_well() {
    let found = stands("v1").await;
    let first = &found.accounts[0];
    assert_eq!(
        (first.name.as_str(), first.balance),
        ("Savings", Some(100.23))
    );
    assert_eq!(first.stable, "mybank.com\n2930002");
    assert_eq!(found.accounts[1].kind, "credit");
}

#[tokio::test]
async fn a_bank_that_wants_its_user_is_a_warning_about_its_own_accounts() {
    let found = stands("one-bank-broken").await;
    let [warning] = &found.warnings[..] else {
        panic!("one warning");
    };
    assert_eq!(
        warning.message,
        "Other Bank: Reauthenticate with Other Bank"
    );
    assert_eq!(warning.accounts, ["CON-2\nB1"]);
    let words = &stands("message").await.warnings[0].message;
    assert_eq!(words, "Other Bank: Please log in again");
}

#[tokio::test]
async fn a_currency_that_is_an_address_is_not_called() {
    let world = World::start().await;
    let progress = world.connect("custom-currency").await.unwrap();
    let Stage::Done(found) = progress.stage else {
        panic!("it stands");
    };
    assert_eq!(
        (
            found.accounts[0].currency.as_deref(),
            found.accounts[0].balance
        ),
        (None, Some(12000.0))
    );
    assert_eq!(world.fake.requests().len(), 2, "the claim and the accounts");
}

#[tokio::test]
async fn texts_from_outside_are_one_bounded_line() {
    let found = stands("odd-texts").await;
    let texts = [&found.accounts[0].name, &found.warnings[0].message];
    for text in texts {
        assert!(text.chars().count() < 320, "{}", text.len());
        assert!(
            !text
                .chars()
                .any(|letter| letter.is_control() || letter == '\u{202e}'),
            "{text:?}"
        );
    }
    assert!(
        found.warnings[0]
            .message
            .starts_with("My Bank: Line one line two very")
    );
}

#[tokio::test]
async fn a_wrong_token_leaves_what_is_held_as_it_was() {
    let world = World::start().await;
    let held = world.claimed("demo").await;
    for scenario in [
        "claim-unknown",
        "claim-broken",
        "claim-nonsense",
        "claim-other-host",
    ] {
        let token = upstream::token(&world.fake.origin(), scenario, None);
        let progress = world.begin(&token, Some(&held)).await.unwrap();
        assert!(matches!(progress.stage, Stage::Failed(_)), "{scenario}");
        assert_eq!(progress.held, held, "{scenario}");
    }
    let again = world.adapter.look(&held).await.unwrap();
    assert!(matches!(again.stage, Stage::Done(_)));
}

#[tokio::test]
async fn a_new_token_replaces_what_is_held_and_accounts_stay_the_same() {
    let world = World::start().await;
    let held = world.claimed("message").await;
    let token = upstream::token(&world.fake.origin(), "both-lists", None);
    let renewed = world.begin(&token, Some(&held)).await.unwrap().held;
    assert_ne!(renewed, held);

    let mut ids = Vec::new();
    for held in [held, renewed] {
        let Stage::Done(found) = world.adapter.look(&held).await.unwrap().stage else {
            panic!("it stands");
        };
        ids.push(found.accounts[0].stable.clone());
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_used_token_says_that_somebody_else_may_have_it() {
    let world = World::start().await;
    let progress = world.connect("claim-unknown").await.unwrap();
    let Stage::Failed(failed) = progress.stage else {
        panic!("it is refused");
    };
    assert_eq!(failed.cause, Cause::LoginRefused);
    assert!(
        failed
            .words
            .unwrap()
            .contains("If it was not you who used it, disable it")
    );
}

#[tokio::test]
async fn nobody_is_called_when_a_connection_is_forgotten() {
    let world = World::start().await;
    let held = world.claimed("demo").await;
    world.fake.take_requests();
    world.adapter.forget(&held).await.unwrap();
    assert!(world.fake.requests().is_empty());
}

async fn stands(scenario: &str) -> Found {
    let world = World::start().await;
    match world.connect(scenario).await.unwrap().stage {
        Stage::Done(found) => found,
        other => panic!("{scenario}: {other:?}"),
    }
}
