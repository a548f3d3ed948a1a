//! A web origin: scheme, host and port, nothing else.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Takes `https://shop.example` or `http://localhost:3000`; no path, no `*`, no `null`.
    pub fn parse(text: &str) -> Option<Origin> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._:[]".contains(c);
        let fits = !rest.is_empty() && rest.chars().all(good);
        fits.then(|| Origin(text.to_string()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
