//! Errors of the backend: `application/problem+json` (RFC 9457) with a stable `code`.

use crate::json::{Json, Read};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// One of [`code`].
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(description = "Stable: programs may decide by it.")
    )]
    pub code: String,
    /// A sentence for developers.
    #[serde(default)]
    pub title: String,
    /// The HTTP status, repeated.
    #[serde(default)]
    pub status: u16,
    /// What exactly was wrong, naming the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Names this answer in the server's log; shown to the user as a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Read for Problem {
    fn read<J: Json>(json: &J) -> Option<Problem> {
        json.is_object().then(|| Problem {
            code: json.part("code").unwrap_or_default(),
            title: json.part("title").unwrap_or_default(),
            status: json.part("status").unwrap_or_default(),
            detail: json.part("detail"),
            request_id: json.part("request_id"),
        })
    }
}

/// The values of [`Problem::code`].
pub mod code {
    pub const INVALID_REQUEST: &str = "invalid_request";
    pub const MALFORMED_JSON: &str = "malformed_json";
    pub const BODY_TOO_LARGE: &str = "body_too_large";
    pub const REQUEST_TIMEOUT: &str = "request_timeout";
    pub const INVALID_CLIENT: &str = "invalid_client";
    pub const INVALID_TOKEN: &str = "invalid_token";
    pub const TOKEN_EXPIRED: &str = "token_expired";
    pub const ORIGIN_NOT_ALLOWED: &str = "origin_not_allowed";
    pub const REDIRECT_URI_NOT_REGISTERED: &str = "redirect_uri_not_registered";
    pub const NOT_FOUND: &str = "not_found";
    pub const UNKNOWN_PROVIDER: &str = "unknown_provider";
    pub const CONFLICT: &str = "conflict";
    pub const DUPLICATE_CONNECTION: &str = "duplicate_connection";
    pub const TOKEN_USED: &str = "token_used";
    pub const INVALID_EXCHANGE_TOKEN: &str = "invalid_exchange_token";
    pub const CURSOR_EXPIRED: &str = "cursor_expired";
    pub const RATE_LIMITED: &str = "rate_limited";
    pub const UNAVAILABLE: &str = "unavailable";
    pub const INTERNAL: &str = "internal";
}
