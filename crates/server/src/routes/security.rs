//! `GET /.well-known/security.txt`: whom to tell of a hole. Source: RFC 9116.

use crate::app::Shared;
use crate::config::origin::Origin;
use crate::config::security::Security;
use crate::http::isolation::without_opener;
use crate::http::page;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

pub const PATH: &str = "/.well-known/security.txt";

/// The RFC wants less than a year: whoever reads later cannot know that it still holds.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 364);

pub async fn contact(State(app): State<Shared>) -> Response {
    let mut response = match &app.security {
        Some(text) => {
            let headers = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::CACHE_CONTROL, "public, max-age=3600"),
            ];
            (headers, text.clone()).into_response()
        }
        None => page::not_found(),
    };
    without_opener(response.headers_mut());
    response
}

/// `None`: nobody is named.
pub fn text(security: &Security, origin: &Origin, now: Timestamp) -> Option<String> {
    if security.contacts.is_empty() {
        return None;
    }
    let contacts = security.contacts.iter();
    let mut lines: Vec<String> = contacts.map(|url| format!("Contact: {url}")).collect();
    lines.push(format!(
        "Expires: {:.0}",
        now.saturating_add(LIFETIME).unwrap_or(now)
    ));
    lines.push("Preferred-Languages: en".into());
    lines.push(format!("Canonical: {origin}{PATH}"));
    lines.extend(security.policy.iter().map(|url| format!("Policy: {url}")));
    Some(lines.join("\n") + "\n")
}
