//! Reads the parameters of a query, by name; of a repeated one the first counts.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use url::form_urlencoded;

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
