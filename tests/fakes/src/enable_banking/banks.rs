//! The banks, each named for what happens at it.

use super::answers::error;
use super::state::Fake;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const HALF_A_YEAR: u64 = 180 * 24 * 3600;
const NINETY_DAYS: u64 = 90 * 24 * 3600;

pub async fn list(
    State(fake): State<Fake>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let country = query.get("country").map(String::as_str);
    if country.is_some_and(|it| it.len() != 2 || !it.bytes().all(|b| b.is_ascii_uppercase())) {
        return error(422, "WRONG_REQUEST_PARAMETERS");
    }
    let psu_type = query.get("psu_type").map(String::as_str);
    if psu_type.is_some_and(|it| it != "personal" && it != "business") {
        return error(422, "WRONG_REQUEST_PARAMETERS");
    }
    let mut banks = fake.lock().banks.clone();
    banks.retain(|bank| country.is_none_or(|country| bank["country"] == country));
    banks.retain(|bank| {
        let types = bank["psu_types"].as_array().expect("every bank has them");
        psu_type.is_none_or(|one| types.iter().any(|each| each == one))
    });
    Json(json!({"aspsps": banks})).into_response()
}

pub fn find(banks: &[Value], country: &str, name: &str) -> Option<Value> {
    let mut banks = banks.iter();
    banks
        .find(|bank| bank["country"] == country && bank["name"] == name)
        .cloned()
}

/// Without a logo: the others' are addresses of Enable Banking's that lead to no picture.
pub fn plain(name: &str) -> Value {
    let redirect = [method("redirect", "personal", "REDIRECT", false)];
    let mut bank = bank("FI", name, &redirect);
    bank["logo"] = Value::Null;
    bank
}

pub fn all() -> Vec<Value> {
    let redirect = [method("redirect", "personal", "REDIRECT", false)];
    let mut banks = vec![
        bank("FI", "Mock ASPSP", &redirect),
        bank("DE", "Mock ASPSP", &redirect),
        bank("SE", "Mock ASPSP", &redirect),
        bank("FI", "Mock Beta", &redirect),
        bank(
            "DE",
            "Mock Decoupled",
            &[method("app", "personal", "DECOUPLED", false)],
        ),
        bank(
            "SE",
            "Mock Choice",
            &[
                method("company", "business", "REDIRECT", false),
                method("typed", "personal", "EMBEDDED", false),
                method("app", "personal", "DECOUPLED", false),
                method("web", "personal", "REDIRECT", false),
                method("old", "personal", "REDIRECT", true),
            ],
        ),
        bank(
            "SE",
            "Mock Hidden",
            &[method("quiet", "personal", "REDIRECT", true)],
        ),
        bank(
            "FI",
            "Mock Company",
            &[method("company", "business", "REDIRECT", false)],
        ),
        // It says nothing of methods.
        bank("DE", "Mock Silent", &[]),
        bank("DE", "Mock Short Consent", &redirect),
        bank("FI", "Mock Blocked Account", &redirect),
        bank("FI", "Mock Every Kind", &redirect),
        bank("FI", "Mock Two Currencies", &redirect),
        bank("FI", "Mock Renumbered", &redirect),
        bank("FI", "Mock No Accounts", &redirect),
        bank("FI", "Mock Unlinked", &redirect),
        bank("FI", "Mock Location", &redirect),
        bank("DE", "Mock Shut", &redirect),
        bank("DE", "Mock Late", &redirect),
        bank("DE", "Mock Busy", &redirect),
        bank("DE", "Mock Action", &redirect),
    ];
    for bank in &mut banks {
        let headers = match bank["name"].as_str() {
            Some("Mock ASPSP") => json!(["Psu-Ip-Address", "Psu-User-Agent"]),
            Some("Mock Location") => json!(["Psu-Ip-Address", "Psu-Geo-Location"]),
            _ => continue,
        };
        bank["required_psu_headers"] = headers;
    }
    banks
}

fn bank(country: &str, name: &str, methods: &[Value]) -> Value {
    let brand = name.replace(' ', "%20");
    let psu_types = match name {
        "Mock Company" => json!(["business"]),
        "Mock Choice" => json!(["personal", "business"]),
        _ => json!(["personal"]),
    };
    let mut bank = json!({
        "name": name,
        "country": country,
        "logo": format!("https://enablebanking.com/brands/{country}/{brand}/"),
        "psu_types": psu_types,
        "auth_methods": methods,
        "maximum_consent_validity": if name == "Mock Short Consent" { NINETY_DAYS } else { HALF_A_YEAR },
        "beta": name == "Mock Beta",
    });
    if name == "Mock ASPSP" {
        bank["bic"] = json!(format!("MOCK{country}HH"));
        bank["sandbox"] =
            json!({"users": [{"username": "customera", "password": "12345678", "otp": "123456"}]});
        bank["group"] = json!({"name": "Mock Group", "logo": "https://enablebanking.com/brands/FI/Mock%20Group/"});
    }
    bank
}

fn method(name: &str, psu_type: &str, approach: &str, hidden: bool) -> Value {
    json!({"name": name, "title": format!("By {name}"), "psu_type": psu_type, "approach": approach, "hidden_method": hidden})
}
