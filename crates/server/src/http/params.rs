//! Reads what stands in an address: the parameters of its query, by name, and the part of its path that names something.

use crate::http::problem::{Answer, Refusal};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use std::convert::Infallible;
use url::form_urlencoded;

/// The query. Of a repeated parameter the first counts.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    pub fn parse(text: &[u8]) -> Params {
        Params(form_urlencoded::parse(text).into_owned().collect())
    }

    pub fn find(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value.as_str())
    }

    /// How many a page is to have: `limit`, else as many as it may.
    pub fn page(&self, most: u32) -> Answer<u32> {
        let Some(text) = self.find("limit") else {
            return Ok(most);
        };
        let number = whole_number(text).filter(|number| *number > 0);
        let number = number.ok_or_else(|| Refusal::invalid_query("limit must be 1 or more"))?;
        Ok(u32::try_from(number).unwrap_or(most).min(most))
    }

    /// In their order.
    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }

    /// A comma-separated list; absent or without an entry is `None`.
    pub fn list(&self, name: &str) -> Option<Vec<String>> {
        let entries = self
            .find(name)?
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        let entries: Vec<String> = entries.map(str::to_owned).collect();
        (!entries.is_empty()).then_some(entries)
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Params, Infallible> {
        Ok(Params::parse(
            parts.uri.query().unwrap_or_default().as_bytes(),
        ))
    }
}

/// Digits and nothing else; what is too large counts as the largest.
pub fn whole_number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// The part of a path that a route has in braces.
pub struct Name(pub String);

/// A part that is not UTF-8 names nothing: this stands for it, and no id has it.
const UNREADABLE: &str = "\u{fffd}";

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Name, Infallible> {
        let part = Path::<String>::from_request_parts(parts, state).await;
        Ok(Name(
            part.map_or_else(|_| UNREADABLE.into(), |Path(part)| part),
        ))
    }
}
