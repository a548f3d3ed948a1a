//! Logins at a bank's own site: what came of one, and what is kept of one while the user's only window is at the bank.

use crate::Secret;
use crate::json::{Json, Read};
use serde::{Deserialize, Serialize};

/// The header of `POST /v1/institutions` that names the connection to be made: the same key again
/// sends other credentials to the same connection instead of making a second one. Addition.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The `sub` of the widget's own return page.
pub const WIDGET_SUB: &str = "widget";

/// What an OAuth `state` says, as base64 (RFC 4648, padded) of JSON. Source: "Connecting with oAuth providers" of Wealthica's "Connect a user".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OAuthState {
    /// Which registered redirect URI the result goes to.
    pub sub: String,
    /// Appended to that URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Names this login; unguessable. Addition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

/// Answer of `GET /v1/oauth/{nonce}`. Addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OAuthResult {
    pub status: OAuthStatus,
    /// The authorization code, with `complete`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
    /// RFC 6749's error, with `error`: `server_error`, `temporarily_unavailable` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What was kept with `PUT /v1/oauth/{nonce}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptOAuth>,
}

impl Read for OAuthResult {
    fn read<J: Json>(json: &J) -> Option<OAuthResult> {
        Some(OAuthResult {
            status: json.part("status")?,
            code: json.part("code"),
            error: json.part("error"),
            kept: json.part("kept"),
        })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OAuthStatus {
    Complete,
    Denied,
    Error,
    /// Nothing came yet.
    #[default]
    #[serde(other)]
    Pending,
}

impl Read for OAuthStatus {
    fn read<J: Json>(json: &J) -> Option<OAuthStatus> {
        Some(match json.text()?.as_str() {
            "complete" => OAuthStatus::Complete,
            "denied" => OAuthStatus::Denied,
            "error" => OAuthStatus::Error,
            _ => OAuthStatus::Pending,
        })
    }
}

/// Body of `PUT /v1/oauth/{nonce}`, before the user's only window goes to the bank. Answer: 204. Addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(extend("examples" = [{
        "provider": "oauth-bank",
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "query": "?lang=en",
    }]))
)]
pub struct KeptOAuth {
    /// The provider's id.
    pub provider: String,
    /// The connection that is logged in to anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 256)))]
    pub institution: Option<String>,
    /// RFC 7636.
    #[cfg_attr(
        feature = "schema",
        schemars(regex(pattern = "^[A-Za-z0-9._~-]{43,128}$"))
    )]
    pub code_verifier: Secret,
    /// The client's registered address to come back to. Without it: the widget's own page, which the browser
    /// that sent this, and no other, gets with the session's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// The user is in a window beside the one that waits: `redirect_uri` is come back to with `connect_popup=1` as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub popup: Option<bool>,
    /// No page is around the widget: even with `popup` this browser may have to get the session again, where what was
    /// to be a window beside the widget has taken its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<bool>,
    /// How that page was opened: its query, and the host's system.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 2048)))]
    pub query: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 256)))]
    pub system: Option<String>,
}

impl Read for KeptOAuth {
    fn read<J: Json>(json: &J) -> Option<KeptOAuth> {
        Some(KeptOAuth {
            provider: json.part("provider")?,
            institution: json.part("institution"),
            code_verifier: json.part("code_verifier")?,
            redirect_uri: json.part("redirect_uri"),
            popup: json.part("popup"),
            alone: json.part("alone"),
            query: json.part("query").unwrap_or_default(),
            system: json.part("system"),
        })
    }
}
