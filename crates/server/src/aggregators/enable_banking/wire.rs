//! What Enable Banking answers, as far as it is used. Nothing is believed to be there that a bank could leave out, and
//! values of a list stay text: <https://enablebanking.com/docs/api/reference/>.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Application {
    pub environment: Option<String>,
    pub redirect_urls: Vec<String>,
    pub active: bool,
    pub countries: Option<Vec<String>>,
    pub services: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Aspsps {
    /// Each is read by itself, so that one odd bank does not take the others away.
    pub aspsps: Vec<Value>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Aspsp {
    pub name: String,
    pub country: String,
    pub logo: Option<String>,
    pub psu_types: Option<Vec<String>>,
    pub auth_methods: Option<Vec<AuthMethod>>,
    /// Seconds.
    pub maximum_consent_validity: Option<i64>,
    pub sandbox: Option<Sandbox>,
    pub beta: Option<bool>,
    pub bic: Option<String>,
    pub required_psu_headers: Option<Vec<String>>,
    pub group: Option<Group>,
}

#[derive(Clone, Deserialize)]
pub(super) struct AuthMethod {
    pub name: Option<String>,
    pub psu_type: Option<String>,
    pub approach: Option<String>,
    pub hidden_method: Option<bool>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Sandbox {
    pub users: Option<Vec<SandboxUser>>,
}

#[derive(Clone, Deserialize)]
pub(super) struct SandboxUser {
    pub username: Option<String>,
    pub password: Option<String>,
    pub otp: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Group {
    pub name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Started {
    pub url: String,
}

#[derive(Deserialize)]
pub(super) struct Created {
    pub session_id: String,
    pub accounts: Option<Vec<Account>>,
    pub access: Option<Access>,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    pub status: String,
    pub accounts_data: Option<Vec<AccountData>>,
    pub access: Option<Access>,
}

#[derive(Deserialize)]
pub(super) struct AccountData {
    pub uid: Option<String>,
    pub identification_hash: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Access {
    pub valid_until: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Account {
    pub account_id: Option<AccountId>,
    /// Of who holds it.
    pub name: Option<String>,
    pub details: Option<String>,
    pub product: Option<String>,
    pub cash_account_type: Option<String>,
    pub currency: Option<String>,
    pub uid: Option<String>,
    pub identification_hash: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct AccountId {
    pub iban: Option<String>,
    pub other: Option<OtherId>,
}

#[derive(Deserialize)]
pub(super) struct OtherId {
    pub identification: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Balances {
    pub balances: Option<Vec<Balance>>,
}

#[derive(Deserialize)]
pub(super) struct Balance {
    pub balance_amount: Option<Amount>,
    pub balance_type: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Amount {
    pub currency: Option<String>,
    pub amount: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Problem {
    pub error: Option<String>,
}

/// To a call whose answer says nothing.
#[derive(Deserialize)]
pub(super) struct Ok {}
