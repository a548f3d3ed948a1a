//! What Enable Banking answers, as far as it is used. Nothing is believed to be there that a bank could leave out, and
//! values of a list stay text: <https://enablebanking.com/docs/api/reference/>.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Application {
    pub environment: Option<String>,
    #[serde(default, deserialize_with = "each")]
    pub redirect_urls: Vec<String>,
    pub active: bool,
    #[serde(default, deserialize_with = "each")]
    pub countries: Vec<String>,
    #[serde(default, deserialize_with = "each")]
    pub services: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Aspsps {
    /// An empty list would take all banks away, so that it has to be there.
    #[serde(deserialize_with = "each_of_some")]
    pub aspsps: Vec<Aspsp>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Aspsp {
    pub name: String,
    pub country: String,
    pub logo: Option<String>,
    #[serde(default, deserialize_with = "each")]
    pub psu_types: Vec<String>,
    #[serde(default, deserialize_with = "each")]
    pub auth_methods: Vec<AuthMethod>,
    /// Seconds.
    pub maximum_consent_validity: Option<i64>,
    pub sandbox: Option<Sandbox>,
    pub beta: Option<bool>,
    pub bic: Option<String>,
    #[serde(default, deserialize_with = "each")]
    pub required_psu_headers: Vec<String>,
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
    #[serde(default, deserialize_with = "each")]
    pub users: Vec<SandboxUser>,
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
    #[serde(default, deserialize_with = "each")]
    pub accounts: Vec<Account>,
    pub access: Option<Access>,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    pub status: String,
    #[serde(default, deserialize_with = "each")]
    pub accounts_data: Vec<AccountData>,
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
    #[serde(default, deserialize_with = "each")]
    pub identification_hashes: Vec<String>,
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
    #[serde(default, deserialize_with = "each")]
    pub balances: Vec<Balance>,
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

/// A list whose items are read each by itself, so that an odd one does not take the others away. None is an empty one.
fn each<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    let items = Option::<Vec<Value>>::deserialize(from)?;
    Ok(readable(items.unwrap_or_default()))
}

fn each_of_some<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    from: D,
) -> Result<Vec<T>, D::Error> {
    Ok(readable(Vec::deserialize(from)?))
}

fn readable<T: DeserializeOwned>(items: Vec<Value>) -> Vec<T> {
    let read = items.into_iter().map(serde_json::from_value);
    read.filter_map(Result::ok).collect()
}
