//! Reads JSON bodies; what is wrong with one is told without repeating what it says.

use super::strict::Strict;
use crate::http::problem::{Answer, Refusal};
use crate::http::text::shortened;
use crate::serving::BodyTimedOut;
use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use connect_core::api::code;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Json<T>, Refusal> {
        parse(&text(request, state).await?).map(Json)
    }
}

/// A body as other systems' servers send it: what is wrong in it is a bad request.
pub struct Foreign<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Foreign<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Foreign<T>, Refusal> {
        let body = Json::from_request(request, state).await;
        body.map(|Json(body)| Foreign(body))
            .map_err(Refusal::into_bad_request)
    }
}

/// Two types whose fields stand side by side in one body, and nothing else: a restriction that is misspelt would restrict
/// nothing. Of a flattened type serde could not name the wrong field.
pub struct Both<A, B>(pub A, pub B);

impl<S: Send + Sync, A: DeserializeOwned, B: DeserializeOwned> FromRequest<S> for Both<A, B> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Both<A, B>, Refusal> {
        let text = text(request, state).await?;
        let (first, not_first) = parse_some(&text)?;
        let (second, not_second) = parse_some(&text)?;
        let outer = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
        let mut unknown = not_second
            .iter()
            .filter(|path| not_first.contains(&outer(path)));
        match unknown.next() {
            Some(path) => Err(Refusal::invalid(format!(
                "the field {:?} is not known",
                shortened(path)
            ))),
            None => Ok(Both(first, second)),
        }
    }
}

/// The text of a body that is one JSON object; it may hold a password, and is overwritten once it was read.
async fn text<S: Send + Sync>(request: Request, state: &S) -> Answer<Zeroizing<String>> {
    if !is_json(request.headers()) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(
            Refusal::new(status, code::INVALID_REQUEST, "The body must be JSON")
                .detail("the header Content-Type must be application/json"),
        );
    }
    let bytes = read(request, state).await?;
    let text = String::from_utf8(bytes.into()).map_err(|_| malformed("the body is not UTF-8"))?;
    let text = Zeroizing::new(text);
    if text.trim_ascii().is_empty() {
        return Err(malformed("the body is empty"));
    }
    serde_json::from_str::<Strict>(&text).map_err(|error| unreadable(&error))?;
    // serde would take a list as well, field by field.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Refusal::invalid("the body must be a JSON object"));
    }
    Ok(text)
}

fn parse<T: DeserializeOwned>(text: &str) -> Answer<T> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| refuse(&error))
}

/// With the paths of what was passed over.
fn parse_some<T: DeserializeOwned>(text: &str) -> Answer<(T, Vec<String>)> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut passed_over = Vec::new();
    // What may be left out has a mark of its own in a path.
    let mut note = |path: serde_ignored::Path| passed_over.push(path.to_string().replace(".?", ""));
    let reader = serde_ignored::Deserializer::new(&mut reader, &mut note);
    let parsed = serde_path_to_error::deserialize(reader).map_err(|error| refuse(&error))?;
    Ok((parsed, passed_over))
}

/// A JSON body that may be left out.
pub struct OrEmpty<T>(pub Json<T>);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for OrEmpty<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<OrEmpty<T>, Refusal> {
        if request.body().is_end_stream() {
            return Ok(OrEmpty(Json(T::default())));
        }
        Json::from_request(request, state).await.map(OrEmpty)
    }
}

/// The whole body, when it is not too large and comes in time.
pub async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Refusal> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ if BodyTimedOut::is_behind(&rejection) => timed_out(),
            _ => malformed("the body could not be read to its end"),
        })
}

pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let media_type = value.split(';').next().unwrap_or(value);
    Some(media_type.trim().to_ascii_lowercase())
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|media_type| {
        media_type == "application/json"
            || (media_type.starts_with("application/") && media_type.ends_with("+json"))
    })
}

/// serde's message may quote a character: only what it is about and where is told.
fn unreadable(error: &serde_json::Error) -> Refusal {
    let message = error.to_string();
    let what = if error.is_data() {
        "a key stands twice in one object"
    } else if message.starts_with("recursion limit exceeded") {
        "nested too deeply"
    } else if message.starts_with("number out of range") {
        "a number is too large"
    } else {
        "not JSON"
    };
    malformed(&format!(
        "{what}, at line {} column {}",
        error.line(),
        error.column()
    ))
}

/// serde's message quotes the value it did not expect, which may be a password: only its safe beginnings are told.
fn refuse(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let inner = error.inner();
    let path = error.path().to_string();
    let message = inner.to_string();
    let missing = message
        .strip_prefix("missing field ")
        .and_then(|rest| rest.split(" at line").next());
    Refusal::invalid(match (missing, path.as_str()) {
        (Some(field), _) => format!("the field {field} is missing"),
        (None, "." | "?") => format!(
            "the body has not the expected form, see line {} column {}",
            inner.line(),
            inner.column()
        ),
        (None, path) => format!("the field {path} has not the expected form"),
    })
}

fn malformed(detail: &str) -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        code::MALFORMED_JSON,
        "The body is not valid JSON",
    )
    .detail(detail)
}

fn too_large() -> Refusal {
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    Refusal::new(status, code::BODY_TOO_LARGE, "The body is too large")
        .detail("a body has at most 64 KiB")
}

fn timed_out() -> Refusal {
    let status = StatusCode::REQUEST_TIMEOUT;
    Refusal::new(status, code::REQUEST_TIMEOUT, "The body took too long")
        .detail("the body has not come to its end in time; the request may be sent again")
}
