//! What an answer's status means, and what is in it.

use super::Upstream;
use crate::aggregators::http::Reply;
use reqwest::StatusCode;
use serde_json::Value;

/// Any other status than a good one, where it means nothing special.
pub fn expected(reply: &Reply) -> Result<(), Upstream> {
    let status = reply.status;
    if status.is_success() {
        return Ok(());
    }
    let number = status.as_u16();
    Err(match status {
        StatusCode::UNAUTHORIZED => Upstream::Misconfigured(
            "the service takes the token of this server for nobody's (status 401)".into(),
        ),
        StatusCode::FORBIDDEN => {
            Upstream::Misconfigured("the service does not allow this (status 403)".into())
        }
        StatusCode::TOO_MANY_REQUESTS => Upstream::RateLimited(reply.retry_after),
        StatusCode::REQUEST_TIMEOUT => Upstream::Timeout,
        _ if status.is_server_error() => Upstream::Down(format!("status {number}")),
        _ if status.is_redirection() => Upstream::Protocol(format!(
            "it sends somewhere else (status {number}), and that is not followed"
        )),
        _ => Upstream::Protocol(format!("status {number}")),
    })
}

pub fn object(reply: &Reply) -> Result<Value, Upstream> {
    let value: Value = reply.json()?;
    if value.is_object() {
        return Ok(value);
    }
    Err(Upstream::Protocol("no JSON object".into()))
}
