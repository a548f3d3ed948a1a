//! Whatever may be missing in an answer, or be null, from one table.

use super::*;
use crate::aggregators::Banks;
use connect_fakes::enable_banking::Answer as Reply;
use serde_json::{Value, json};

pub(super) fn created() -> Value {
    json!({
        "session_id": "4604aa90-f8a8-4180-92d8-0c3270846f0a",
        "accounts": [{
            "account_id": {"iban": "FI8821291587733472", "other": null},
            "name": "Maija", "details": "Current account", "product": "Product",
            "cash_account_type": "CACC", "currency": "EUR",
            "uid": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
            "identification_hash": "hash", "identification_hashes": ["hash"],
        }],
        "aspsp": {"name": "Mock ASPSP", "country": "FI"},
        "psu_type": "personal",
        "access": {"valid_until": "2027-01-01T00:00:00+00:00"},
    })
}

#[tokio::test]
async fn a_session_may_lack_whatever_is_not_its_id_or_its_accounts() {
    let world = World::new().await;
    let sent = world.begin("FI|Mock ASPSP", None).await.unwrap();
    let query = BTreeMap::from([("code".to_owned(), Secret::new("some-code"))]);
    let mut table = Table::new("Holes in POST /sessions");
    for (name, body) in holes(&created()) {
        world
            .fake
            .next("POST /sessions", Reply::json(200, body.to_string()));
        let back = world
            .banking
            .resume(
                &sent.held,
                Answer::Returned {
                    query: &query,
                    renews: None,
                },
            )
            .await;
        let expected = match name.as_str() {
            "/session_id null" | "/session_id missing" => "Protocol",
            "/accounts null" | "/accounts missing" | "/accounts/0 missing" => "Failed(NoAccounts)",
            "/accounts/0 null" => "Failed(NoAccounts)",
            _ => "Working(Accounts)",
        };
        table.row(&name, &outcome(&back), Some(expected));
    }
    table.finish();
}

#[tokio::test]
async fn a_bank_may_lack_whatever_is_not_its_name_or_country() {
    let world = World::with(|settings| settings.countries = vec!["FI".into()]).await;
    let good = json!({"aspsps": [{
        "name": "Bank", "country": "FI", "logo": "https://example.com/l/", "psu_types": ["personal"],
        "auth_methods": [{"name": "m", "title": "M", "psu_type": "personal", "approach": "REDIRECT",
            "hidden_method": false, "credentials": [{"name": "n", "title": "t", "required": true}]}],
        "maximum_consent_validity": 1000, "sandbox": {"users": [{"username": "u", "password": "p", "otp": "o"}]},
        "beta": false, "bic": "NDEAFIHH", "required_psu_headers": ["Psu-Ip-Address"], "payments": [],
        "group": {"name": "g", "logo": "https://example.com/g/"},
    }]});
    let mut table = Table::new("Holes in GET /aspsps");
    for (name, body) in holes(&good) {
        world
            .fake
            .next("GET /aspsps", Reply::json(200, body.to_string()));
        let ours = match world.banking.banks().await {
            Ok(Banks::Whole(banks)) => format!("{} banks", banks.len()),
            Err(upstream) => format!("{upstream:?}"),
        };
        let expected = match name.as_str() {
            "/aspsps null" | "/aspsps missing" => "Protocol",
            "/aspsps/0 null" | "/aspsps/0 missing" => "0 banks",
            "/aspsps/0/name null" | "/aspsps/0/name missing" => "0 banks",
            "/aspsps/0/country null" | "/aspsps/0/country missing" => "0 banks",
            _ => "1 banks",
        };
        table.row(&name, &ours, Some(expected));
    }
    table.finish();
}

/// The good answer with each of its values, however deep, once null and once left out.
fn holes(good: &Value) -> Vec<(String, Value)> {
    let mut places = Vec::new();
    walk(good, String::new(), &mut places);
    let each = places.into_iter().flat_map(|place| {
        let mut null = good.clone();
        *null.pointer_mut(&place).unwrap() = Value::Null;
        let mut without = good.clone();
        let (parent, last) = place.rsplit_once('/').unwrap();
        match without.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.remove(last)),
            Value::Array(items) => drop(items.remove(last.parse().unwrap())),
            _ => unreachable!("only these have members"),
        }
        [
            (format!("{place} null"), null),
            (format!("{place} missing"), without),
        ]
    });
    each.collect()
}

fn walk(value: &Value, place: String, places: &mut Vec<String>) {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        _ => return,
    };
    for (name, value) in inside {
        let place = format!("{place}/{name}");
        places.push(place.clone());
        walk(value, place, places);
    }
}
