//! An institution: one user's connection to a provider, and what a sync of it says.

use crate::Secret;
use crate::json::{Json, Read};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A user's connection. `GET /v1/institutions/{id}`, and the answer of every call that changes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Institution {
    pub id: String,
    pub name: String,
    /// The provider's id.
    #[serde(rename = "type")]
    pub provider: String,
    /// The sync is past the login; it may still be reading balances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized: Option<bool>,
    pub sync_status: SyncStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_error: Option<SyncError>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_status_details: Option<SyncDetails>,
    /// Addition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<Account>>,
    /// Addition: stays the same for the same login at the same bank, whichever connection it is made by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_id: Option<String>,
    /// Addition, in a session with `exchange` and once the connection stands: what the client's server exchanges once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange_code: Option<Secret>,
    /// Addition: when the bank's consent ends, RFC 3339; from then on a sync ends in a `ConsentExpiredError`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_expires_at: Option<String>,
    /// Addition: what could not be read although the sync went well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// Grows with each change; goes back as `v` of the next poll.
    #[serde(rename = "__v")]
    pub version: u64,
}

impl Read for Institution {
    fn read<J: Json>(json: &J) -> Option<Institution> {
        Some(Institution {
            id: json.part("id")?,
            name: json.part("name")?,
            provider: json.part("type")?,
            authorized: json.part("authorized"),
            sync_status: json.part("sync_status")?,
            sync_error: json.part("sync_error"),
            sync_status_details: json.part("sync_status_details"),
            accounts: json.part("accounts"),
            login_id: json.part("login_id"),
            exchange_code: json.part("exchange_code"),
            consent_expires_at: json.part("consent_expires_at"),
            warnings: json.part("warnings").unwrap_or_default(),
            version: json.part("__v")?,
        })
    }
}

/// Something that a sync could not read, such as one bank of several behind the same login. Addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Warning {
    /// The accounts that it is about, where that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub account_ids: Vec<String>,
    /// A sentence for the user.
    pub message: String,
}

impl Read for Warning {
    fn read<J: Json>(json: &J) -> Option<Warning> {
        Some(Warning {
            account_ids: json.part("account_ids").unwrap_or_default(),
            message: json.part("message")?,
        })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncStatus {
    #[default]
    Syncing,
    Ok,
    Error,
    /// Rescheduled within the hour.
    Retry,
}

impl Read for SyncStatus {
    fn read<J: Json>(json: &J) -> Option<SyncStatus> {
        Some(match json.text()?.as_str() {
            "syncing" => SyncStatus::Syncing,
            "ok" => SyncStatus::Ok,
            "error" => SyncStatus::Error,
            "retry" => SyncStatus::Retry,
            _ => return None,
        })
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncError {
    /// One of [`error_name`]; any other is an unknown error.
    #[cfg_attr(
        feature = "schema",
        schemars(
            description = "LoginFailedError, SecurityQuestionError, UserActionRequiredError, TemporaryFailureError, AccountLockedError, NoAccountsError, InstitutionUnavailableError, ConsentDeniedError, ConsentExpiredError, SessionExpiredError or DuplicateConnectionError; any other is an unknown error."
        )
    )]
    pub name: String,
    #[serde(default)]
    pub message: String,
    /// Addition; without it a `SecurityQuestionError`'s message is a text question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// Addition: the bank's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_message: Option<String>,
    /// Addition: where the user has to do something before a sync can go well; offered as a link where it is https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Read for SyncError {
    fn read<J: Json>(json: &J) -> Option<SyncError> {
        Some(SyncError {
            name: json.part("name")?,
            message: json.part("message").unwrap_or_default(),
            challenge: json.part("challenge"),
            provider_message: json.part("provider_message"),
            url: json.part("url"),
        })
    }
}

/// The values of `sync_error.name` that have words of their own.
pub mod error_name {
    pub const LOGIN_FAILED: &str = "LoginFailedError";
    pub const SECURITY_QUESTION: &str = "SecurityQuestionError";
    pub const USER_ACTION_REQUIRED: &str = "UserActionRequiredError";
    pub const TEMPORARY_FAILURE: &str = "TemporaryFailureError";
    pub const ACCOUNT_LOCKED: &str = "AccountLockedError";
    pub const NO_ACCOUNTS: &str = "NoAccountsError";
    pub const INSTITUTION_UNAVAILABLE: &str = "InstitutionUnavailableError";
    pub const CONSENT_DENIED: &str = "ConsentDeniedError";
    pub const CONSENT_EXPIRED: &str = "ConsentExpiredError";
    pub const SESSION_EXPIRED: &str = "SessionExpiredError";
    pub const DUPLICATE_CONNECTION: &str = "DuplicateConnectionError";
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncDetails {
    /// RFC 3339.
    #[serde(default)]
    pub date: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<SyncStep>,
}

impl Read for SyncDetails {
    fn read<J: Json>(json: &J) -> Option<SyncDetails> {
        json.is_object().then(|| SyncDetails {
            date: json.part("date").unwrap_or_default(),
            step: json.part("step"),
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SyncStep {
    #[serde(rename = "login")]
    Login,
    #[serde(rename = "2fa")]
    TwoFactor,
    #[serde(rename = "accounts")]
    Accounts,
    #[serde(rename = "investments")]
    Investments,
    #[serde(rename = "positions")]
    Positions,
    #[serde(rename = "transactions")]
    Transactions,
    #[serde(rename = "documents")]
    Documents,
    /// A step that is not known here.
    #[serde(other)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    Other,
}

impl Read for SyncStep {
    fn read<J: Json>(json: &J) -> Option<SyncStep> {
        Some(match json.text()?.as_str() {
            "login" => SyncStep::Login,
            "2fa" => SyncStep::TwoFactor,
            "accounts" => SyncStep::Accounts,
            "investments" => SyncStep::Investments,
            "positions" => SyncStep::Positions,
            "transactions" => SyncStep::Transactions,
            "documents" => SyncStep::Documents,
            _ => SyncStep::Other,
        })
    }
}

/// A question that only the user can answer. Addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Challenge {
    pub kind: ChallengeKind,
    /// The bank's own words.
    pub prompt: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Address of a picture to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// How many characters the answer has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u8>,
    /// The answer has digits only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric: Option<bool>,
    /// Where a code was sent, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The code can be sent anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend: Option<bool>,
}

impl Read for Challenge {
    fn read<J: Json>(json: &J) -> Option<Challenge> {
        Some(Challenge {
            kind: json.part("kind")?,
            prompt: json.part("prompt")?,
            choices: json.part("choices").unwrap_or_default(),
            image: json.part("image"),
            length: json.part("length"),
            numeric: json.part("numeric"),
            destination: json.part("destination"),
            expires_at: json.part("expires_at"),
            resend: json.part("resend"),
        })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChallengeKind {
    Code,
    Choice,
    Device,
    Image,
    ImageChoice,
    /// The user confirms in the bank's own app: no input, the poll goes on.
    Approve,
    /// Also a kind that is not known here.
    #[default]
    #[serde(other)]
    Text,
}

impl ChallengeKind {
    /// As it stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            ChallengeKind::Code => "code",
            ChallengeKind::Choice => "choice",
            ChallengeKind::Device => "device",
            ChallengeKind::Image => "image",
            ChallengeKind::ImageChoice => "image_choice",
            ChallengeKind::Approve => "approve",
            ChallengeKind::Text => "text",
        }
    }
}

impl Read for ChallengeKind {
    fn read<J: Json>(json: &J) -> Option<ChallengeKind> {
        Some(match json.text()?.as_str() {
            "code" => ChallengeKind::Code,
            "choice" => ChallengeKind::Choice,
            "device" => ChallengeKind::Device,
            "image" => ChallengeKind::Image,
            "image_choice" => ChallengeKind::ImageChoice,
            "approve" => ChallengeKind::Approve,
            _ => ChallengeKind::Text,
        })
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    /// What goes back as `security_answer`.
    pub id: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

impl Read for Choice {
    fn read<J: Json>(json: &J) -> Option<Choice> {
        Some(Choice {
            id: json.part("id")?,
            label: json.part("label")?,
            image: json.part("image"),
        })
    }
}

/// An account found behind a login. Addition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    pub id: String,
    /// Empty where the bank gives it none.
    #[serde(default)]
    pub name: String,
    /// `checking`, `savings`, `credit`, `mortgage`, `investment` …
    #[serde(default)]
    pub kind: String,
    /// The last digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<String>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// In units of the currency (12.5 = 12 dollars 50).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eligible: Option<bool>,
    /// Why it is not eligible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Read for Account {
    fn read<J: Json>(json: &J) -> Option<Account> {
        Some(Account {
            id: json.part("id")?,
            name: json.part("name").unwrap_or_default(),
            kind: json.part("kind").unwrap_or_default(),
            mask: json.part("mask"),
            currency: json.part("currency"),
            balance: json.part("balance"),
            eligible: json.part("eligible"),
            reason: json.part("reason"),
        })
    }
}

impl Account {
    /// May be connected; an account of which nothing is said may.
    pub fn is_eligible(&self) -> bool {
        self.eligible != Some(false)
    }
}

/// Body of `POST /v1/institutions`. Answer: 202 with an [`Institution`] that is `syncing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(extend("examples" = [{
        "name": "Demo",
        "type": "demo",
        "credentials": {"username": "alice", "password": "any"},
    }]))
)]
pub struct CreateInstitution {
    /// The provider's name.
    #[cfg_attr(
        feature = "schema",
        schemars(length(max = 256), regex(pattern = super::schema::NAME))
    )]
    pub name: String,
    /// The provider's id.
    #[serde(rename = "type")]
    pub provider: String,
    pub credentials: BTreeMap<String, Secret>,
    /// Addition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub job_types: Vec<String>,
    /// Addition: what the host asks of the backend beyond this contract, word for word.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(
        feature = "schema",
        schemars(
            extend("maxProperties" = 32),
            extend("propertyNames" = {"minLength": 1, "maxLength": 64}),
            extend("additionalProperties" = {"type": "string", "maxLength": 256})
        )
    )]
    pub options: BTreeMap<String, String>,
}

/// Body of `PUT /v1/institutions/{id}`: credentials, or an answer (202); or selected accounts (200).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(extend("oneOf" = super::schema::one_change())),
    schemars(extend("examples" = [{"security_answer": "javascript"}]))
)]
pub struct UpdateInstitution {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<BTreeMap<String, Secret>>,
    /// The text, or the id of a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_answer: Option<Secret>,
    /// Addition: send the code anew; `security_answer` is then absent or null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resend: Option<bool>,
    /// Addition: ids of accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected_accounts: Option<Vec<String>>,
}

/// Body of `POST /v1/institutions/{id}/sync`. Answer: 202.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncInstitution {
    /// The user is there and can answer a question.
    #[serde(default)]
    pub interactive: bool,
    /// Start although a sync is running.
    #[serde(default)]
    pub force: bool,
}
