//! A web origin: scheme, host and port, nothing else.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Takes `https://shop.example` or `http://localhost:3000`; no path, no `*`, no `null`.
    pub fn parse(text: &str) -> Option<Origin> {
        let (rest, usual) = match text.strip_prefix("https://") {
            Some(rest) => (rest, ":443"),
            None => (text.strip_prefix("http://")?, ":80"),
        };
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._:[]".contains(c);
        // As browsers write it: without a port that goes without saying.
        let fits = !rest.is_empty()
            && rest.chars().all(good)
            && !rest.ends_with(usual)
            && !rest.ends_with(':');
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
