//! A provider: a bank that can be connected, and how its login looks.

use crate::json::{Json, Read};
use serde::{Deserialize, Serialize};

/// One page of `GET /v1/providers`. A backend may answer a bare array instead; see [`Listing`].
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

impl Read for ProviderPage {
    fn read<J: Json>(json: &J) -> Option<ProviderPage> {
        Some(ProviderPage {
            items: json.part("items")?,
            next: json.part("next"),
            total: json.part("total").unwrap_or_default(),
        })
    }
}

/// What a backend answers to `GET /v1/providers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    Page(ProviderPage),
    /// The whole catalogue: the widget searches it locally.
    Whole(Vec<Provider>),
}

/// A page, or a bare array of providers (Wealthica's form: everything at once, no paging).
impl Read for Listing {
    fn read<J: Json>(json: &J) -> Option<Listing> {
        match Vec::read(json) {
            Some(providers) => Some(Listing::Whole(providers)),
            None => ProviderPage::read(json).map(Listing::Page),
        }
    }
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
    /// Addition: what the user must fetch elsewhere before they can log in, such as a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<Setup>,
}

impl Read for Provider {
    fn read<J: Json>(json: &J) -> Option<Provider> {
        Some(Provider {
            id: json.part("id")?,
            name: json.part("name")?,
            url: json.part("url"),
            logo: json.part("logo"),
            color: json.part("color"),
            country: json.part("country"),
            group: json.part("group"),
            popular: json.part("popular").unwrap_or_default(),
            oauth: json.part("oauth").unwrap_or_default(),
            client_id: json.part("client_id"),
            authorize_url: json.part("authorize_url"),
            scopes: json.part("scopes").unwrap_or_default(),
            fields: json.part("fields").unwrap_or_default(),
            hint: json.part("hint"),
            status: json.part("status"),
            message: json.part("message"),
            alternatives: json.part("alternatives").unwrap_or_default(),
            aggregator: json.part("aggregator"),
            recovery_urls: json.part("recovery_urls"),
            connected: json.part("connected"),
            setup: json.part("setup"),
        })
    }
}

impl Provider {
    /// The login's fields: the provider's own, or a user name and a password where it names none. These have no label: what
    /// they are called is said in the language of whoever reads it.
    pub fn login_fields(&self) -> Vec<Field> {
        if !self.fields.is_empty() {
            return self.fields.clone();
        }
        vec![
            Field {
                name: "username".into(),
                kind: FieldKind::Text,
                required: true,
                autocomplete: Some("username".into()),
                ..Field::default()
            },
            Field {
                name: "password".into(),
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

impl Read for ProviderStatus {
    fn read<J: Json>(json: &J) -> Option<ProviderStatus> {
        Some(match json.text()?.as_str() {
            "degraded" => ProviderStatus::Degraded,
            "down" => ProviderStatus::Down,
            _ => ProviderStatus::Ok,
        })
    }
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

impl Read for RecoveryUrls {
    fn read<J: Json>(json: &J) -> Option<RecoveryUrls> {
        json.is_object().then(|| RecoveryUrls {
            password: json.part("password"),
            username: json.part("username"),
            website: json.part("website"),
        })
    }
}

/// Where the user gets what the login asks for. Addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setup {
    /// Offered as a link where it is https.
    pub url: String,
    /// The link's words.
    pub label: String,
    /// What to do there, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
}

impl Read for Setup {
    fn read<J: Json>(json: &J) -> Option<Setup> {
        Some(Setup {
            url: json.part("url")?,
            label: json.part("label")?,
            steps: json.part("steps").unwrap_or_default(),
        })
    }
}

/// One input of a login form. Addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Field {
    /// The key in `credentials`.
    pub name: String,
    /// Empty where the bank has no word of its own: then it is a user name or a password, by its `type`.
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

impl Read for Field {
    fn read<J: Json>(json: &J) -> Option<Field> {
        Some(Field {
            name: json.part("name")?,
            label: json.part("label")?,
            kind: json.part("kind")?,
            required: json.part("required").unwrap_or_default(),
            autocomplete: json.part("autocomplete"),
            pattern: json.part("pattern"),
            hint: json.part("hint"),
            options: json.part("options").unwrap_or_default(),
        })
    }
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

impl Read for FieldKind {
    fn read<J: Json>(json: &J) -> Option<FieldKind> {
        Some(match json.text()?.as_str() {
            "password" => FieldKind::Password,
            "email" => FieldKind::Email,
            "tel" => FieldKind::Tel,
            "number" => FieldKind::Number,
            "select" => FieldKind::Select,
            "checkbox" => FieldKind::Checkbox,
            _ => FieldKind::Text,
        })
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldOption {
    pub value: String,
    pub label: String,
}

impl Read for FieldOption {
    fn read<J: Json>(json: &J) -> Option<FieldOption> {
        Some(FieldOption {
            value: json.part("value")?,
            label: json.part("label")?,
        })
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
