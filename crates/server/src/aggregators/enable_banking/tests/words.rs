//! Every value of every list that Enable Banking's published API has for us, and what it becomes here.

use super::super::accounts::choose;
use super::super::meaning::{MEANINGS, Meaning, kind, rank, standing};
use super::super::wire::Balances;
use super::*;
use connect_fakes::enable_banking::Answer as Reply;

/// All error codes, in the order of the published list, and what each becomes after the user is back from the bank.
const CODES: &[(&str, &str)] = &[
    ("ACCESS_DENIED", "Failed(Denied)"),
    ("ACCOUNT_DOES_NOT_EXIST", "Failed(TryLater)"),
    ("ALREADY_AUTHORIZED", "Failed(TryLater)"),
    (
        "ASPSP_ACCOUNT_NOT_ACCESSIBLE",
        "Failed(ActionNeeded { at: None })",
    ),
    ("ASPSP_ERROR", "Failed(BankDown)"),
    ("ASPSP_TIMEOUT", "Failed(BankDown)"),
    (
        "ASPSP_RATE_LIMIT_EXCEEDED",
        "Failed(RateLimited { after: None })",
    ),
    ("AUTHORIZATION_NOT_PROVIDED", "Misconfigured"),
    ("CLOSED_SESSION", "Failed(ConsentEnded)"),
    ("DATE_TO_WITHOUT_DATE_FROM", "Failed(Unknown"),
    ("DATE_FROM_IN_FUTURE", "Failed(Unknown"),
    ("EXPIRED_AUTHORIZATION_CODE", "Failed(TryLater)"),
    ("EXPIRED_SESSION", "Failed(ConsentEnded)"),
    ("INVALID_ACCOUNT_ID", "Failed(Unknown"),
    ("INVALID_HOST", "Misconfigured"),
    ("UNAUTHORIZED_IP", "Misconfigured"),
    ("NO_ACCOUNTS_ADDED", "Failed(NoAccounts)"),
    ("PAYMENT_NOT_FOUND", "Failed(Unknown"),
    ("PSU_HEADER_NOT_PROVIDED", "Failed(Unknown"),
    ("PSU_HEADER_INVALID", "Failed(Unknown"),
    ("REDIRECT_URI_NOT_ALLOWED", "Misconfigured"),
    ("REVOKED_SESSION", "Failed(ConsentEnded)"),
    ("SESSION_DOES_NOT_EXIST", "Failed(ConsentEnded)"),
    ("UNAUTHORIZED_ACCESS", "Misconfigured"),
    ("UNTRUSTED_PAYMENT_PARTY", "Failed(Unknown"),
    ("WEBHOOK_URI_NOT_ALLOWED", "Failed(Unknown"),
    ("WRONG_ASPSP_PROVIDED", "Failed(BankDown)"),
    ("WRONG_AUTHORIZATION_CODE", "Failed(TryLater)"),
    ("WRONG_DATE_INTERVAL", "Failed(Unknown"),
    ("WRONG_CREDENTIALS_PROVIDED", "Failed(LoginRefused)"),
    ("WRONG_REQUEST_PARAMETERS", "Failed(Unknown"),
    ("WRONG_SESSION_STATUS", "Failed(TryLater)"),
    ("WRONG_TRANSACTIONS_PERIOD", "Failed(Unknown"),
    ("WRONG_CONTINUATION_KEY", "Failed(Unknown"),
    ("TRANSACTION_DOES_NOT_EXIST", "Failed(Unknown"),
    ("PAYMENT_LIMIT_EXCEEDED", "Failed(Unknown"),
    ("ASPSP_PAYMENT_NOT_ACCESSIBLE", "Failed(Unknown"),
    ("INVALID_PAYMENT", "Failed(Unknown"),
    (
        "ASPSP_PSU_ACTION_REQUIRED",
        "Failed(ActionNeeded { at: None })",
    ),
    ("PAYMENT_NOT_FINALIZED", "Failed(Unknown"),
];

const STATUSES: &[(&str, &str)] = &[
    ("INVALID", "Failed(ConsentEnded)"),
    ("PENDING_AUTHORIZATION", "Failed(TryLater)"),
    ("RETURNED_FROM_BANK", "Failed(TryLater)"),
    ("AUTHORIZED", "Done(accounts: 3, warnings: 0)"),
    ("EXPIRED", "Failed(ConsentEnded)"),
    ("CLOSED", "Failed(ConsentEnded)"),
    ("REVOKED", "Failed(ConsentEnded)"),
    ("CANCELLED", "Failed(Denied)"),
];

#[tokio::test]
async fn every_error_code_has_a_meaning_whatever_its_status() {
    let world = World::new().await;
    let sent = world.begin("FI|Mock ASPSP", None).await.unwrap();
    let query = BTreeMap::from([("code".to_owned(), Secret::new("some-code"))]);
    let mut table = Table::new("Error codes after the user is back");
    for (code, expected) in CODES {
        let mut ours = Vec::new();
        for status in [400, 401, 403, 404, 408, 422, 429, 500] {
            world
                .fake
                .next("POST /sessions", Reply::error(status, code));
            let came = world
                .banking
                .resume(
                    &sent.held,
                    Answer::Returned {
                        query: &query,
                        renews: None,
                    },
                )
                .await;
            ours.push(outcome(&came));
        }
        ours.dedup();
        let expected = Meaning::of(code).is_some().then_some(*expected);
        table.row(code, &ours.join(" or "), expected);
    }
    let listed = |code: &str| CODES.iter().any(|(each, _)| *each == code);
    assert!(MEANINGS.iter().all(|(code, _)| listed(code)));
    assert_eq!(MEANINGS.len(), CODES.len());
    table.finish();
}

#[tokio::test]
async fn every_status_of_a_session_has_a_meaning() {
    let world = World::new().await;
    let (held, _) = world.connect("FI|Mock ASPSP").await;
    let mut table = Table::new("What became of a session");
    for (status, expected) in STATUSES {
        world.fake.turn_sessions(status);
        let refreshed = world.banking.refresh(&held, false).await;
        let expected = standing(status).is_some().then_some(*expected);
        table.row(status, &outcome(&refreshed), expected);
    }
    let unknown = r#"{"status": "ON_HOLIDAY", "accounts": []}"#;
    world
        .fake
        .next("GET /sessions/*", Reply::json(200, unknown));
    let refreshed = world.banking.refresh(&held, false).await;
    table.row(
        "(one of tomorrow)",
        &outcome(&refreshed),
        Some("Failed(Unknown"),
    );
    table.finish();
}

#[tokio::test]
async fn every_type_of_account_has_a_kind() {
    let world = World::new().await;
    let (_, found) = world.connect(OTHER).await;
    let mut table = Table::new("Types of accounts");
    let expected = [
        ("CACC", "checking"),
        ("CASH", "other"),
        ("CARD", "credit"),
        ("LOAN", "loan"),
        ("SVGS", "savings"),
        ("OTHR", "other"),
    ];
    for (account, (name, expected)) in found.accounts.iter().zip(expected) {
        assert_eq!(account.name, name);
        table.row(name, &account.kind, kind(name).map(|_| expected));
    }
    assert_eq!(found.accounts.len(), expected.len());
    table.finish();
}

#[test]
fn every_type_of_balance_has_its_place() {
    let all = [
        "CLAV", "CLBD", "FWAV", "INFO", "ITAV", "ITBD", "OPAV", "OPBD", "PRCD", "OTHR", "VALU",
        "XPCD",
    ];
    let mut ranks: Vec<usize> = all.iter().map(|each| rank(each).expect(each)).collect();
    ranks.sort();
    assert_eq!(ranks, (0..12).collect::<Vec<_>>());
}

#[test]
fn the_balance_that_is_shown_is_booked_and_in_the_account_s_currency() {
    let shown = |text: &str, currency: Option<&str>| {
        let balances: Balances = serde_json::from_str(text).unwrap();
        choose(&balances.balances, currency)
    };
    let two = r#"{"balances": [
        {"balance_type": "INFO", "balance_amount": {"currency": "EUR", "amount": "1.00"}},
        {"balance_type": "CLBD", "balance_amount": {"currency": "USD", "amount": "2.00"}},
        {"balance_type": "NEWS", "balance_amount": {"currency": "EUR", "amount": "3.00"}},
        {"balance_type": "ITAV", "balance_amount": {"currency": "EUR", "amount": "-4.50"}}
    ]}"#;
    assert_eq!(shown(two, Some("EUR")), Some(-4.5));
    assert_eq!(shown(two, Some("USD")), Some(2.0));
    assert_eq!(shown(two, Some("SEK")), None);
    assert_eq!(shown(two, None), Some(2.0));
    let odd = r#"{"balances": [
        {"balance_type": "CLBD", "balance_amount": {"currency": "EUR", "amount": "NaN"}},
        {"balance_type": null, "balance_amount": null},
        {"balance_amount": {"currency": "EUR", "amount": "1,00"}}
    ]}"#;
    assert_eq!(shown(odd, Some("EUR")), None);
}
