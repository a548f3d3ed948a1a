//! What every call passes first: is recorded, may get another answer than it should, and must have a valid token.

use super::state::Fake;
use super::token;
use crate::serving::respond;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::io::Write;

pub async fn pass(State(fake): State<Fake>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let headers = head
        .headers
        .iter()
        .filter(|(name, _)| *name != "authorization");
    let headers: Map<String, Value> = headers
        .map(|(name, value)| {
            (
                name.to_string(),
                json!(String::from_utf8_lossy(value.as_bytes())),
            )
        })
        .collect();
    let mut record = json!({
        "method": head.method.as_str(),
        "path": head.uri.path(),
        "query": head.uri.query().unwrap_or_default(),
        "headers": headers,
        "body": serde_json::from_slice::<Value>(&body).ok(),
    });
    let authorization = head.headers.get("authorization");
    let authorization = authorization.and_then(|value| value.to_str().ok());
    let authorization = authorization.unwrap_or_default().to_owned();
    let called = format!("{} {}", head.method, head.uri.path());
    let (instead, now) = {
        let mut inside = fake.lock();
        let place = inside.next.iter().position(|(end, _)| ends(&called, end));
        let instead = place.and_then(|place| inside.next.remove(place));
        (instead, jiff::Timestamp::now().as_second() + inside.ahead)
    };
    if let Some((_, answer)) = instead {
        record["fault"] = json!(true);
        write_down(&fake, record);
        return respond(answer).await;
    }
    let response = match token::check(&authorization, now) {
        Ok(()) => next.run(Request::from_parts(head, Body::from(body))).await,
        Err(why) => {
            let mut body = error_body(401, "UNAUTHORIZED_ACCESS");
            body["detail"] = json!(why);
            (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response()
        }
    };
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    record["status"] = json!(head.status.as_u16());
    record["answer"] = serde_json::from_slice(&body).unwrap_or_default();
    write_down(&fake, record);
    Response::from_parts(head, Body::from(body))
}

/// `GET /sessions/` followed by anything is meant by `GET /sessions/*`.
fn ends(called: &str, end: &str) -> bool {
    let called = called.replacen(super::ROOT, "", 1);
    match end.strip_suffix('*') {
        Some(start) => called.starts_with(start),
        None => called.ends_with(end),
    }
}

fn write_down(fake: &Fake, record: Value) {
    if let Some(path) = std::env::var_os("ENABLE_BANKING_RECORD") {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path);
        let mut file = file.expect("the file of the records can be written");
        let line = format!("{record}\n");
        file.write_all(line.as_bytes())
            .expect("there is room for a line");
    }
    fake.lock().requests.push(record);
}

pub fn error(status: u16, code: &str) -> Response {
    let status_code = StatusCode::from_u16(status).expect("the stand-in's own statuses are valid");
    (status_code, axum::Json(error_body(status, code))).into_response()
}

pub fn error_body(status: u16, code: &str) -> Value {
    json!({"code": status, "message": "Said by the stand-in", "error": code})
}
