//! The accounts behind each bank, and what they hold.

use super::answers::error;
use super::banks;
use super::state::{Fake, uuid};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Status and code.
type Refusal = (u16, &'static str);

/// With new uids each time, and always the same hashes. `earlier`: how many sessions of the bank there were before.
pub fn accounts(bank: &str, earlier: usize) -> Vec<Value> {
    let current = account("FI8821291587733472", "Current account", "CACC");
    match bank {
        "Mock No Accounts" => Vec::new(),
        "Mock Blocked Account" => {
            let mut blocked = account("FI0455231152453547", "Old account", "CACC");
            let members = blocked.as_object_mut().expect("an account is an object");
            members.remove("uid");
            vec![current, blocked]
        }
        "Mock Every Kind" => {
            let kinds = ["CACC", "CASH", "CARD", "LOAN", "SVGS", "OTHR"];
            let numbered = kinds.iter().enumerate();
            numbered
                .map(|(n, kind)| account(&format!("FI88212915877334{n:02}"), kind, kind))
                .collect()
        }
        // An account with two numbers, of which another one is the first each time.
        "Mock Renumbered" => {
            let first = current["identification_hash"].clone();
            let second =
                json!("WwpbCiJhY2NvdW50IiwKImFjY291bnRfaWQiLAoib3RoZXIiCl0KXQ==.12345600000785=");
            let mut account = current;
            account["identification_hash"] = [&first, &second][earlier % 2].clone();
            account["identification_hashes"] = json!([first, second]);
            vec![account]
        }
        "Mock Two Currencies" => {
            let mut dollars = account("FI8821291587733472", "Current account", "CACC");
            dollars["currency"] = json!("USD");
            vec![current, dollars]
        }
        _ => {
            let savings = account("FI0455231152453547", "Savings", "SVGS");
            let mut card = account("4000123412341234", "Credit card", "CARD");
            let number = json!({"identification": "400012******1234", "scheme_name": "CPAN"});
            card["account_id"] = json!({"other": number});
            card["all_account_ids"] = json!([number]);
            card["credit_limit"] = json!({"currency": "EUR", "amount": "2000.00"});
            vec![current, savings, card]
        }
    }
}

fn account(iban: &str, details: &str, kind: &str) -> Value {
    let hash = format!("WwpbCiJhY2NvdW50IiwKImFjY291bnRfaWQiLAoiaWJhbiIKXQpd.{iban}=");
    json!({
        "account_id": {"iban": iban},
        "all_account_ids": [{"identification": iban, "scheme_name": "IBAN"}],
        "account_servicer": {"bic_fi": "MOCKFIHH", "name": "Mock"},
        "name": "Maija Meikäläinen",
        "details": details,
        "usage": "PRIV",
        "cash_account_type": kind,
        "product": "Mock product",
        "currency": "EUR",
        "psu_status": "Account Holder",
        "uid": uuid(),
        "identification_hash": hash,
        "identification_hashes": [hash],
    })
}

pub async fn balances(
    State(fake): State<Fake>,
    Path(uid): Path<String>,
    headers: HeaderMap,
) -> Response {
    let account = match reach(&fake, &uid, &headers) {
        Ok(account) => account,
        Err((status, code)) => return error(status, code),
    };
    let amount = |text: &str| json!({"currency": account["currency"], "amount": text});
    let (booked, available) = match account["cash_account_type"].as_str() {
        Some("CARD") => ("-120.50", "1879.50"),
        Some("LOAN") => ("-10000.00", "0.00"),
        _ => ("1234.56", "1200.00"),
    };
    Json(json!({"balances": [
        {
            "name": "Available balance", "balance_amount": amount(available), "balance_type": "ITAV",
            "last_change_date_time": "2026-01-01T12:00:00.000000+00:00",
        },
        {
            "name": "Booked balance", "balance_amount": amount(booked), "balance_type": "CLBD",
            "reference_date": "2026-01-01", "last_committed_transaction": "4604aa90f8a8418092d80c3270846f0a",
        },
    ]}))
    .into_response()
}

pub async fn details(
    State(fake): State<Fake>,
    Path(uid): Path<String>,
    headers: HeaderMap,
) -> Response {
    match reach(&fake, &uid, &headers) {
        Ok(account) => Json(account).into_response(),
        Err((status, code)) => error(status, code),
    }
}

/// The account, unless its session has ended, the bank says something else, or the headers are wrong.
fn reach(fake: &Fake, uid: &str, headers: &HeaderMap) -> Result<Value, Refusal> {
    let inside = fake.lock();
    let mut sessions = inside.sessions.values();
    let found = sessions.find_map(|session| {
        let mut accounts = session.accounts.iter();
        let account = accounts.find(|account| account["uid"] == uid)?;
        Some((session, account.clone()))
    });
    let (session, account) = found.ok_or((404, "ACCOUNT_DOES_NOT_EXIST"))?;
    if let Some(ended) = ended(&session.status) {
        return Err((422, ended));
    }
    let (bank, country) = (&session.authorization.bank, &session.authorization.country);
    match bank.as_str() {
        "Mock Busy" => return Err((429, "ASPSP_RATE_LIMIT_EXCEEDED")),
        "Mock Action" => return Err((422, "ASPSP_PSU_ACTION_REQUIRED")),
        _ => {}
    }
    let bank = banks::find(&inside.banks, country, bank).unwrap_or_default();
    let required = bank["required_psu_headers"].as_array().cloned();
    let required = required.unwrap_or_default();
    let has = |name: &Value| headers.contains_key(name.as_str().unwrap_or_default());
    let is_online = headers.keys().any(|name| name.as_str().starts_with("psu-"));
    match is_online && !required.iter().all(has) {
        true => Err((422, "PSU_HEADER_NOT_PROVIDED")),
        false => Ok(account),
    }
}

/// The code with which calls to a session of this status are refused.
pub fn ended(status: &str) -> Option<&'static str> {
    match status {
        "AUTHORIZED" => None,
        "EXPIRED" => Some("EXPIRED_SESSION"),
        "REVOKED" => Some("REVOKED_SESSION"),
        "CLOSED" => Some("CLOSED_SESSION"),
        _ => Some("WRONG_SESSION_STATUS"),
    }
}
