//! A provider: a bank that can be connected, and how its login looks.

use serde::{Deserialize, Serialize};

/// One page of `GET /v1/providers`. A backend may answer a bare array instead; see [`ProviderPage::parse`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(description = "One page of providers.")
)]
pub struct ProviderPage {
    pub items: Vec<Provider>,
    /// Opaque; given back as `cursor` for the page after this one. `None`: this is the last page.
    #[serde(default)]
    pub next: Option<String>,
    /// How many providers match in all.
    #[serde(default)]
    pub total: u32,
}

impl ProviderPage {
    /// Reads a page or a bare array of providers (Wealthica's form: everything at once, no paging).
    pub fn parse(json: &str) -> Result<Listing, serde_json::Error> {
        if json.trim_start().starts_with('[') {
            serde_json::from_str(json).map(Listing::Whole)
        } else {
            serde_json::from_str(json).map(Listing::Page)
        }
    }
}

/// What a backend answers to `GET /v1/providers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    Page(ProviderPage),
    /// The whole catalogue: the widget searches it locally.
    Whole(Vec<Provider>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Provider {
    pub id: String,
    pub name: String,
    /// The bank's own site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Address of a square picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Brand colour, `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub popular: bool,
    /// The login is at the bank's own site.
    #[serde(default)]
    pub oauth: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorize_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// What the login asks for; see [`Provider::login_fields`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(
        feature = "schema",
        schemars(description = "What the login asks for; without it, `username` and `password`.")
    )]
    pub fields: Vec<Field>,
    /// Shown under the login's button; a test bank tells its credentials here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Addition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ProviderStatus>,
    /// Why the status is what it is, in the bank's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Addition: ids of providers that reach the same bank another way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
    /// Addition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregator: Option<String>,
    /// Addition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_urls: Option<RecoveryUrls>,
    /// Addition, on a single provider: the id of this user's connection to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected: Option<String>,
}

impl Provider {
    /// The login's fields: the provider's own, or a user name and a password where it names none.
    pub fn login_fields(&self) -> Vec<Field> {
        if !self.fields.is_empty() {
            return self.fields.clone();
        }
        vec![
            Field {
                name: "username".into(),
                label: "Username".into(),
                kind: FieldKind::Text,
                required: true,
                autocomplete: Some("username".into()),
                ..Field::default()
            },
            Field {
                name: "password".into(),
                label: "Password".into(),
                kind: FieldKind::Password,
                required: true,
                autocomplete: Some("current-password".into()),
                ..Field::default()
            },
        ]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProviderStatus {
    Degraded,
    Down,
    /// Also a status that is not known here.
    #[serde(other)]
    Ok,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecoveryUrls {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

/// One input of a login form. Addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Field {
    /// The key in `credentials`.
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    #[serde(default)]
    pub required: bool,
    /// The HTML attribute of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autocomplete: Option<String>,
    /// The HTML attribute of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What a select offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Password,
    Email,
    Tel,
    Number,
    Select,
    Checkbox,
    /// Also a kind that is not known here.
    #[default]
    #[serde(other)]
    Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldOption {
    pub value: String,
    pub label: String,
}

fn is_false(value: &bool) -> bool {
    !value
}
