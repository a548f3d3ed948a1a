//! What a token may fix for its session, beside addresses and the language: checked before it is written down.

use crate::app::App;
use crate::config::origin::Origin;
use crate::http::problem::{Answer, Refusal};
use crate::http::text::fits;
use connect_core::api::{Consent, LaunchOptions};
use url::Url;

const MOST_JOB_TYPES: usize = 20;
const LONGEST_JOB_TYPE: usize = 64;
pub const LONGEST_REASON: usize = 500;
const LONGEST_NAME: usize = 256;
const LONGEST_STATE: usize = 2048;
const MOST_ENTRIES: usize = 500;

/// What a refusal says after the name of whatever must be countries.
pub const COUNTRIES_FORM: &str =
    "must be at most 500 countries, each by the two letters of ISO 3166-1";

pub fn check(options: &LaunchOptions, app: &App) -> Answer<()> {
    let job_types = options.job_types.as_deref().unwrap_or_default();
    if job_types.len() > MOST_JOB_TYPES {
        return Err(Refusal::invalid("job_types must have at most 20 entries"));
    }
    for (at, job_type) in job_types.iter().enumerate() {
        if !is_word(job_type) {
            return Err(Refusal::invalid(format!(
                "job_types[{at}] must be a word such as transactions or accountDetails, with at most 64 letters and digits"
            )));
        }
    }
    let texts = [&options.provider, &options.institution, &options.search];
    if !texts
        .into_iter()
        .flatten()
        .all(|text| fits(text, LONGEST_NAME))
    {
        return Err(Refusal::invalid(
            "provider, institution and search must have at most 256 characters, and no control characters",
        ));
    }
    let state = options.state.as_deref().unwrap_or_default();
    if state.chars().count() > LONGEST_STATE {
        return Err(Refusal::invalid("state must have at most 2048 characters"));
    }
    let lists = [&options.providers, &options.provider_groups];
    if !lists.into_iter().flatten().all(|list| are_ids(list)) {
        return Err(Refusal::invalid(
            "providers and provider_groups must have at most 500 entries, each of at most 256 characters and without control characters",
        ));
    }
    if !are_countries(options.countries.as_deref()) {
        return Err(Refusal::invalid(format!("countries {COUNTRIES_FORM}")));
    }
    let kinds = options.account_kinds.as_deref().unwrap_or_default();
    if options.account_kinds.is_some() && kinds.is_empty()
        || kinds.len() > MOST_JOB_TYPES
        || !kinds.iter().all(|kind| is_word(kind))
    {
        return Err(Refusal::invalid(
            "account_kinds must be 1 to 20 words such as checking or savings",
        ));
    }
    match &options.consent {
        Some(consent) => check_consent(consent, job_types, app.sandbox),
        None => Ok(()),
    }
}

fn check_consent(consent: &Consent, job_types: &[String], sandbox: bool) -> Answer<()> {
    for (at, reason) in consent.reasons.iter().enumerate() {
        if !job_types.contains(&reason.job_type) {
            return Err(Refusal::invalid(format!(
                "consent.reasons[{at}].job_type must be one of job_types"
            )));
        }
        let text = &reason.reason;
        if text.trim().is_empty() || text.chars().count() > LONGEST_REASON {
            return Err(Refusal::invalid(format!(
                "consent.reasons[{at}].reason must have 1 to 500 characters"
            )));
        }
    }
    match &consent.terms_url {
        Some(url) if !may_be_opened(url, sandbox) => Err(Refusal::invalid(
            "consent.terms_url must be an https:// address",
        )),
        _ => Ok(()),
    }
}

fn are_ids(list: &[String]) -> bool {
    list.len() <= MOST_ENTRIES && list.iter().all(|id| fits(id, LONGEST_NAME))
}

pub fn are_countries(list: Option<&[String]>) -> bool {
    let is_country =
        |text: &String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let list = list.unwrap_or_default();
    list.len() <= MOST_ENTRIES && list.iter().all(is_country)
}

/// Hosts write `transactions`, `accountDetails` or `account_details`.
fn is_word(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= LONGEST_JOB_TYPE
        && bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The user is sent there: nothing that runs a script, and nothing that others could change on the way.
fn may_be_opened(text: &str, sandbox: bool) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let local = || Origin::parse(&url.origin().ascii_serialization()).is_some_and(|o| o.is_local());
    url.scheme() == "https" || (sandbox && url.scheme() == "http" && local())
}
