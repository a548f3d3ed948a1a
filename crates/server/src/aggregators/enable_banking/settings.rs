//! What the operator says of Enable Banking: which application, its key, and which banks.

use crate::aggregators::Misconfigured;
use serde::Deserialize;
use std::path::PathBuf;
use url::{Host, Url};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// As the control panel shows it; the key file is named after it.
    pub application_id: String,
    /// The application's RSA private key, PEM.
    pub private_key_file: PathBuf,
    #[serde(default = "production")]
    pub base_url: String,
    /// ISO 3166-1 alpha-2; none: all that the application has.
    #[serde(default)]
    pub countries: Vec<String>,
    #[serde(default)]
    pub psu_type: PsuType,
    /// A consent is asked for as long as the bank allows, and no longer than this.
    #[serde(default = "half_a_year")]
    pub max_consent_days: u32,
}

/// For whom accounts are looked at.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PsuType {
    #[default]
    Personal,
    Business,
}

impl PsuType {
    pub(super) fn name(self) -> &'static str {
        match self {
            PsuType::Personal => "personal",
            PsuType::Business => "business",
        }
    }
}

impl Settings {
    /// What can be seen to be wrong without asking anybody. The address that is called.
    pub(super) fn base(&self) -> Result<Url, Misconfigured> {
        let id = &self.application_id;
        if id.is_empty() || id.contains(|sign: char| !sign.is_ascii_graphic()) {
            return wrong(
                "`application_id` is the id that the control panel shows of your application",
            );
        }
        let is_code =
            |code: &String| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        if let Some(code) = self.countries.iter().find(|code| !is_code(code)) {
            return wrong(format!(
                "`countries`: {code:?} is not two capital letters, as in \"FI\""
            ));
        }
        if self.max_consent_days == 0 {
            return wrong("`max_consent_days` is at least 1");
        }
        let Ok(base) = Url::parse(&self.base_url) else {
            return wrong("`base_url` is no address");
        };
        let is_local = match base.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let has_more = base.query().is_some()
            || base.fragment().is_some()
            || !base.username().is_empty()
            || base.password().is_some();
        match base.scheme() {
            _ if has_more => wrong("`base_url` has no user, query or fragment"),
            "https" => Ok(base),
            "http" if is_local => Ok(base),
            _ => wrong("`base_url` begins with https://; http:// is for this machine alone"),
        }
    }
}

fn wrong<T>(words: impl Into<String>) -> Result<T, Misconfigured> {
    Err(Misconfigured(words.into()))
}

fn production() -> String {
    "https://api.enablebanking.com".to_owned()
}

fn half_a_year() -> u32 {
    180
}
