//! The test bank "Accounts Bank": how many accounts there are, and which of them can be connected.

use crate::support::{TestServer, check_problem, error_name};
use connect_core::api::{Account, Institution, SyncStatus};
use reqwest::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;

const BANK: &str = "accounts-bank";

fn accounts(institution: &Institution) -> &[Account] {
    institution.accounts.as_deref().unwrap_or_default()
}

#[tokio::test]
async fn the_password_says_how_many_accounts_there_are() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (password, eligible, others) in [("many", 5, 1), ("one", 1, 0), ("mortgage", 0, 1)] {
        let institution = user.connect(BANK, "user_good", password).await;
        assert_eq!(institution.sync_status, SyncStatus::Ok, "{password}");
        let (can, cannot): (Vec<&Account>, Vec<&Account>) = accounts(&institution)
            .iter()
            .partition(|account| account.eligible == Some(true));
        assert_eq!((can.len(), cannot.len()), (eligible, others), "{password}");
        assert!(can.iter().all(|account| account.reason.is_none()));
        for account in cannot {
            assert_eq!(account.kind, "mortgage");
            let reason = account.reason.as_deref();
            assert_eq!(reason, Some("Mortgages can't be connected here."));
        }
    }
    let many = user.connect(BANK, "user_good", "many").await;
    let currencies: BTreeSet<&str> = accounts(&many)
        .iter()
        .filter_map(|account| account.currency.as_deref())
        .collect();
    let masks: BTreeSet<&str> = accounts(&many)
        .iter()
        .filter_map(|account| account.mask.as_deref())
        .collect();
    assert_eq!((currencies.len(), masks.len()), (3, 6));
}

#[tokio::test]
async fn a_login_without_accounts_says_so_and_a_wrong_one_fails() {
    let server = TestServer::start().await;
    let user = server.user().await;
    for (username, password, error) in [
        ("user_good", "none", "NoAccountsError"),
        ("user_good", "some", "LoginFailedError"),
        ("user_bad", "many", "LoginFailedError"),
        ("user_good", "error_AnyError", "AnyError"),
    ] {
        let institution = user.connect(BANK, username, password).await;
        assert_eq!(error_name(&institution), error, "{username}/{password}");
        assert!(institution.accounts.is_none());
    }
}

#[tokio::test]
async fn chosen_accounts_stay_chosen_until_another_login_finds_others() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let many = user.connect(BANK, "user_good", "many").await;
    let two: Vec<&str> = accounts(&many)[1..3]
        .iter()
        .map(|account| account.id.as_str())
        .collect();
    let chosen = user.put(&many, json!({"selected_accounts": two})).await;
    assert_eq!(chosen.status(), StatusCode::OK);
    let chosen: Institution = chosen.json().await.expect("an institution");
    assert_eq!(accounts(&chosen), &accounts(&many)[1..3]);
    let synced = user.sync(&chosen).await;
    assert_eq!(synced.accounts, chosen.accounts);
    let again = user.log_in(&synced, "user_good", "many").await;
    assert_eq!(again.accounts, chosen.accounts);
    let one = user.log_in(&again, "user_good", "one").await;
    assert_eq!(accounts(&one).len(), 1);
    let many = user.log_in(&one, "user_good", "many").await;
    assert_eq!(accounts(&many).len(), 6);
}

#[tokio::test]
async fn what_cannot_be_connected_cannot_be_chosen() {
    let server = TestServer::start().await;
    let user = server.user().await;
    let many = user.connect(BANK, "user_good", "many").await;
    let ids = |eligible: bool| -> Vec<&str> {
        let accounts = accounts(&many).iter();
        accounts
            .filter(|account| account.eligible == Some(eligible))
            .map(|account| account.id.as_str())
            .collect()
    };
    let all: Vec<&str> = ids(true).into_iter().chain(ids(false)).collect();
    for chosen in [ids(false), all] {
        let refused = user.put(&many, json!({"selected_accounts": chosen})).await;
        let problem = check_problem(refused, 422, "invalid_request").await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(
            detail.contains(ids(false)[0]) && detail.contains("House"),
            "{detail}"
        );
    }
    let taken = user
        .put(&many, json!({"selected_accounts": ids(true)}))
        .await;
    assert_eq!(taken.status(), StatusCode::OK);
}

#[tokio::test]
async fn where_one_account_is_wanted_exactly_one_is_taken() {
    let server = TestServer::start().await;
    let user = server
        .user_with(json!({"user_id": "ann", "account_selection": "single"}))
        .await;
    let many = user.connect(BANK, "user_good", "many").await;
    let first = &accounts(&many)[0].id;
    let second = &accounts(&many)[1].id;
    let refused = user
        .put(&many, json!({"selected_accounts": [first, second]}))
        .await;
    let problem = check_problem(refused, 422, "invalid_request").await;
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("exactly one"), "{detail}");
    let taken = user
        .put(&many, json!({"selected_accounts": [second]}))
        .await;
    let taken: Institution = taken.json().await.expect("an institution");
    assert_eq!(accounts(&taken), &accounts(&many)[1..2]);
}
