//! The session behind a user token, and how a client's server gets one.

use crate::Secret;
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/tokens`, sent by the client's own server with HTTP Basic `client:secret`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenRequest {
    /// The client's own name for its user.
    pub user_id: String,
    #[serde(flatten)]
    pub options: LaunchOptions,
}

/// Answer of `POST /v1/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenResponse {
    pub token: Secret,
    /// RFC 3339.
    pub expires_at: String,
}

/// Answer of `GET /v1/session`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    pub client: Client,
    pub user_id: String,
    #[serde(default)]
    pub options: LaunchOptions,
    /// RFC 3339.
    #[serde(default)]
    pub expires_at: String,
}

/// The app that asks for the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Client {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}

/// What a token fixes for its session. Every field is optional and wins over the page's own parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LaunchOptions {
    /// The only origin that may embed this session, e.g. `https://shop.example`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// `en`, `es`, `fr` or `it`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Ids of the only providers on offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub providers: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_groups: Option<Vec<String>>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_types: Option<Vec<String>>,
    /// The provider to go straight to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// A registered address to go to with the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Comes back with the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}
