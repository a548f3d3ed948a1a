//! The session behind a user token, and how a client's server gets one.

use crate::Secret;
use crate::json::{Json, Read};
use crate::theme::ThemeTokens;
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/tokens`, sent by the client's own server with HTTP Basic `client:secret`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(extend(
        "examples" = [{"user_id": "alice", "job_types": ["transactions"]}],
        "additionalProperties" = false
    ))
)]
pub struct TokenRequest {
    /// The client's own name for its user.
    #[cfg_attr(
        feature = "schema",
        schemars(length(min = 1, max = 256), regex(pattern = super::schema::NAME))
    )]
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
    /// Names the session in what hosts and the client's server are told; says nothing about its token. Addition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub client: Client,
    pub user_id: String,
    #[serde(default)]
    pub options: LaunchOptions,
    /// RFC 3339.
    #[serde(default)]
    pub expires_at: String,
}

impl Read for Session {
    fn read<J: Json>(json: &J) -> Option<Session> {
        Some(Session {
            id: json.part("id"),
            client: json.part("client")?,
            user_id: json.part("user_id")?,
            options: json.part("options").unwrap_or_default(),
            expires_at: json.part("expires_at").unwrap_or_default(),
        })
    }
}

/// The app that asks for the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Client {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Addition.
    #[serde(default, skip_serializing_if = "ThemeTokens::is_empty")]
    pub theme: ThemeTokens,
}

impl Read for Client {
    fn read<J: Json>(json: &J) -> Option<Client> {
        Some(Client {
            name: json.part("name")?,
            logo: json.part("logo"),
            theme: json.part("theme").unwrap_or_default(),
        })
    }
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
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["en", "es", "fr", "it", null])))]
    pub lang: Option<String>,
    /// Ids of the only providers on offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 500), inner(length(max = 256), regex(pattern = super::schema::PLAIN)))
    )]
    pub providers: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 500), inner(length(max = 256), regex(pattern = super::schema::PLAIN)))
    )]
    pub provider_groups: Option<Vec<String>>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 500), inner(regex(pattern = super::schema::COUNTRY)))
    )]
    pub countries: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 20), inner(regex(pattern = "^[a-z][A-Za-z0-9_]{0,63}$")))
    )]
    pub job_types: Option<Vec<String>>,
    /// The provider to go straight to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 256), regex(pattern = super::schema::PLAIN))
    )]
    pub provider: Option<String>,
    /// A registered address to go to with the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// Comes back with the result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 2048)))]
    pub state: Option<String>,
    /// Whether the user chooses among the accounts found. Default `none`: all that are eligible are connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_selection: Option<AccountSelection>,
    /// Ask the user's consent before anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// When the wait ends. Default `ok`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_for: Option<WaitFor>,
    /// What happens when the user chooses a bank that is connected already. Default `allow`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicates: Option<Duplicates>,
    /// `false`: there is no way from the preselected provider to another one. Default `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_change_institution: Option<bool>,
    /// Text to begin the search with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 256), regex(pattern = super::schema::PLAIN))
    )]
    pub search: Option<String>,
    /// Id of the connection to log in to again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 256), regex(pattern = super::schema::PLAIN))
    )]
    pub institution: Option<String>,
    /// The client's registered page that the user comes back to from a bank's own site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth_redirect_uri: Option<String>,
    /// `true`: the host gets a code for the connection that its server exchanges once, see `Institution.exchange_code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<bool>,
    /// `true`: the token is good for one connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single_connection: Option<bool>,
    /// Kinds of accounts (`checking`, `savings` …) that can be connected; all others are not eligible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(
            length(min = 1, max = 20),
            inner(regex(pattern = "^[a-z][A-Za-z0-9_]{0,63}$"))
        )
    )]
    pub account_kinds: Option<Vec<String>>,
}

impl Read for LaunchOptions {
    fn read<J: Json>(json: &J) -> Option<LaunchOptions> {
        json.is_object().then(|| LaunchOptions {
            origin: json.part("origin"),
            lang: json.part("lang"),
            providers: json.part("providers"),
            provider_groups: json.part("provider_groups"),
            countries: json.part("countries"),
            job_types: json.part("job_types"),
            provider: json.part("provider"),
            redirect_uri: json.part("redirect_uri"),
            state: json.part("state"),
            account_selection: json.part("account_selection"),
            consent: json.part("consent"),
            wait_for: json.part("wait_for"),
            duplicates: json.part("duplicates"),
            allow_change_institution: json.part("allow_change_institution"),
            search: json.part("search"),
            institution: json.part("institution"),
            oauth_redirect_uri: json.part("oauth_redirect_uri"),
            exchange: json.part("exchange"),
            single_connection: json.part("single_connection"),
            account_kinds: json.part("account_kinds"),
        })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountSelection {
    Single,
    Multiple,
    #[default]
    None,
}

impl Read for AccountSelection {
    fn read<J: Json>(json: &J) -> Option<AccountSelection> {
        Some(match json.text()?.as_str() {
            "single" => AccountSelection::Single,
            "multiple" => AccountSelection::Multiple,
            "none" => AccountSelection::None,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WaitFor {
    /// The bank has let the user in; balances may still be read.
    Authorized,
    /// The sync is done.
    #[default]
    Ok,
}

impl Read for WaitFor {
    fn read<J: Json>(json: &J) -> Option<WaitFor> {
        Some(match json.text()?.as_str() {
            "authorized" => WaitFor::Authorized,
            "ok" => WaitFor::Ok,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// The user is told and may go on.
    Warn,
    /// The backend refuses it with the code `duplicate_connection`.
    Reject,
    #[default]
    Allow,
}

impl Read for Duplicates {
    fn read<J: Json>(json: &J) -> Option<Duplicates> {
        Some(match json.text()?.as_str() {
            "warn" => Duplicates::Warn,
            "reject" => Duplicates::Reject,
            "allow" => Duplicates::Allow,
            _ => return None,
        })
    }
}

/// What the consent screen says. The data asked for is told from `job_types`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("additionalProperties" = false)))]
pub struct Consent {
    /// Why the client needs it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ConsentReason>,
    /// `https://` address of the client's terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_url: Option<String>,
}

impl Read for Consent {
    fn read<J: Json>(json: &J) -> Option<Consent> {
        json.is_object().then(|| Consent {
            reasons: json.part("reasons").unwrap_or_default(),
            terms_url: json.part("terms_url"),
        })
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("additionalProperties" = false)))]
pub struct ConsentReason {
    /// One of the session's `job_types`.
    pub job_type: String,
    /// A sentence for the user.
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 500), regex(pattern = r"\S"))
    )]
    pub reason: String,
}

impl Read for ConsentReason {
    fn read<J: Json>(json: &J) -> Option<ConsentReason> {
        Some(ConsentReason {
            job_type: json.part("job_type")?,
            reason: json.part("reason")?,
        })
    }
}
