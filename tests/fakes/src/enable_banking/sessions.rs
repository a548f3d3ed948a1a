//! The application, the way to a bank's page, and the sessions that come of it.

use super::answers::error;
use super::state::{Authorization, Fake, Session, uuid};
use super::{ROOT, banks, data};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub async fn application(State(fake): State<Fake>) -> Response {
    Json(fake.lock().application.clone()).into_response()
}

pub async fn authorize(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let (Some(bank), Some(country), Some(state), Some(redirect_url), Some(until)) = (
        text(&body["aspsp"]["name"]),
        text(&body["aspsp"]["country"]),
        text(&body["state"]),
        text(&body["redirect_url"]),
        text(&body["access"]["valid_until"]),
    ) else {
        return error(422, "WRONG_REQUEST_PARAMETERS");
    };
    let found = banks::find(&fake.lock().banks, &country, &bank);
    let Some(found) = found else {
        return error(422, "WRONG_ASPSP_PROVIDED");
    };
    let (registered, ahead) = {
        let inside = fake.lock();
        (inside.application["redirect_urls"].clone(), inside.ahead)
    };
    let registered = registered.as_array().cloned().unwrap_or_default();
    if !registered.contains(&body["redirect_url"]) {
        return error(422, "REDIRECT_URI_NOT_ALLOWED");
    }
    let Ok(until) = until.parse::<jiff::Timestamp>() else {
        return error(422, "WRONG_REQUEST_PARAMETERS");
    };
    let now = jiff::Timestamp::now().as_second() + ahead;
    let longest = found["maximum_consent_validity"]
        .as_i64()
        .unwrap_or_default();
    let is_too_long = until.as_second() > now + longest || until.as_second() <= now;
    if is_too_long || !is_possible(&body, &found) {
        return error(422, "WRONG_REQUEST_PARAMETERS");
    }
    match bank.as_str() {
        "Mock Shut" => return error(500, "ASPSP_ERROR"),
        "Mock Late" => return error(408, "ASPSP_TIMEOUT"),
        _ => {}
    }
    let id = uuid();
    let authorization = Authorization {
        bank,
        country,
        redirect_url,
        state,
        access: body["access"].clone(),
        psu_type: text(&body["psu_type"]).unwrap_or("personal".into()),
    };
    fake.lock().authorizations.insert(id.clone(), authorization);
    let host = headers.get("host").and_then(|host| host.to_str().ok());
    let host = host.unwrap_or("127.0.0.1");
    Json(json!({
        "url": format!("http://{host}{ROOT}/bank?sessionid={id}"),
        "authorization_id": id,
        "psu_id_hash": "a1f0bb7e4d6e5b2f",
    }))
    .into_response()
}

/// Whether the method is one of the bank's, and the rest is of the right form.
fn is_possible(body: &Value, bank: &Value) -> bool {
    let methods = bank["auth_methods"].as_array().cloned().unwrap_or_default();
    let method = match &body["auth_method"] {
        Value::Null => body["credentials"].is_null(),
        wanted => methods.iter().any(|method| method["name"] == *wanted),
    };
    let language = match &body["language"] {
        Value::Null => true,
        Value::String(language) => {
            language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase())
        }
        _ => false,
    };
    let types = bank["psu_types"].as_array().cloned().unwrap_or_default();
    let psu_type = body["psu_type"].is_null() || types.contains(&body["psu_type"]);
    let psu_id = body["psu_id"].is_null() || body["psu_id"].is_string();
    method && language && psu_type && psu_id
}

pub async fn create(State(fake): State<Fake>, Json(body): Json<Value>) -> Response {
    let Some(text) = body["code"].as_str() else {
        return error(422, "WRONG_REQUEST_PARAMETERS");
    };
    let mut inside = fake.lock();
    let Some(code) = inside.codes.get_mut(text) else {
        return error(422, "WRONG_AUTHORIZATION_CODE");
    };
    if code.is_used {
        return error(422, "ALREADY_AUTHORIZED");
    }
    if code.is_expired {
        return error(422, "EXPIRED_AUTHORIZATION_CODE");
    }
    code.is_used = true;
    let without_accounts = code.without_accounts;
    let authorization = code.authorization.clone();
    if authorization.bank == "Mock Unlinked" {
        return error(422, "NO_ACCOUNTS_ADDED");
    }
    let same = |session: &&Session| session.authorization.bank == authorization.bank;
    let earlier = inside.sessions.values().filter(same).count();
    let accounts = match without_accounts {
        true => Vec::new(),
        false => data::accounts(&authorization.bank, earlier),
    };
    let id = uuid();
    let answer = json!({
        "session_id": id,
        "accounts": accounts,
        "aspsp": {"name": authorization.bank, "country": authorization.country},
        "psu_type": authorization.psu_type,
        "access": authorization.access,
    });
    let session = Session {
        status: "AUTHORIZED".into(),
        authorization,
        accounts,
    };
    inside.sessions.insert(id, session);
    Json(answer).into_response()
}

pub async fn show(State(fake): State<Fake>, Path(id): Path<String>) -> Response {
    let inside = fake.lock();
    let Some(session) = inside.sessions.get(&id) else {
        return error(404, "SESSION_DOES_NOT_EXIST");
    };
    let usable = session
        .accounts
        .iter()
        .filter(|account| account["uid"].is_string());
    let usable: Vec<&Value> = usable.collect();
    let ids: Vec<&Value> = usable.iter().map(|account| &account["uid"]).collect();
    let data = usable.iter().map(|account| {
        json!({
            "uid": account["uid"],
            "identification_hash": account["identification_hash"],
            "identification_hashes": account["identification_hashes"],
        })
    });
    let data: Vec<Value> = data.collect();
    let authorization = &session.authorization;
    Json(json!({
        "status": session.status,
        "accounts": ids,
        "accounts_data": data,
        "aspsp": {"name": authorization.bank, "country": authorization.country},
        "psu_type": authorization.psu_type,
        "psu_id_hash": "a1f0bb7e4d6e5b2f",
        "access": authorization.access,
        "created": "2026-01-01T12:00:00.000000+00:00",
        "authorized": "2026-01-01T12:01:00.000000+00:00",
    }))
    .into_response()
}

pub async fn delete(State(fake): State<Fake>, Path(id): Path<String>) -> Response {
    let mut inside = fake.lock();
    let Some(session) = inside.sessions.get_mut(&id) else {
        return error(404, "SESSION_DOES_NOT_EXIST");
    };
    if let Some(ended) = data::ended(&session.status) {
        return error(422, ended);
    }
    session.status = "CLOSED".into();
    Json(json!({"message": "OK"})).into_response()
}
