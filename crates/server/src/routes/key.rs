//! The header `Idempotency-Key`: what a client calls a connection before the connection has an id.

use crate::http::problem::Refusal;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use connect_core::api::{IDEMPOTENCY_KEY, code};

const LONGEST: usize = 128;

pub struct Key(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Key, Refusal> {
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else {
            return Ok(Key(None));
        };
        let text = value.to_str().unwrap_or_default();
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if (1..=LONGEST).contains(&text.len()) && visible {
            return Ok(Key(Some(text.into())));
        }
        let status = StatusCode::BAD_REQUEST;
        let refusal = Refusal::new(status, code::INVALID_REQUEST, "A header is not valid");
        Err(refusal.detail("Idempotency-Key must have 1 to 128 visible ASCII characters"))
    }
}
