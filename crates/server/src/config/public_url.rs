//! How browsers reach the server: an origin, and a path where it shares that origin with another site.

use crate::config::origin::Origin;
use std::fmt;

/// What a refusal says after the name of whatever must be one.
pub const FORM: &str = "must be an origin, such as https://connect.example, or one with a path of letters, digits, hyphens and dots, such as https://shop.example/bank";

/// `https://connect.example` or `https://shop.example/bank`; with no slash at its end, so that paths follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: Origin,
    path: String,
}

impl PublicUrl {
    /// Each part of the path begins with a letter or a digit: it stands in headers, pages and policies as it is.
    pub fn parse(text: &str) -> Option<PublicUrl> {
        let (scheme, rest) = text.split_once("://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let origin = Origin::parse(&format!("{scheme}://{host}"))?;
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.is_empty() {
            return Some(PublicUrl::from(origin));
        }
        let path = path.split('/').all(is_plain).then(|| format!("/{path}"))?;
        Some(PublicUrl { origin, path })
    }

    /// The same path at another origin.
    pub fn at(&self, origin: Origin) -> PublicUrl {
        PublicUrl {
            origin,
            path: self.path.clone(),
        }
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// `/bank`; empty where the origin is the server's own.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl From<Origin> for PublicUrl {
    fn from(origin: Origin) -> PublicUrl {
        PublicUrl {
            origin,
            path: String::new(),
        }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

fn is_plain(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    part.starts_with(|first: char| first.is_ascii_alphanumeric()) && part.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::PublicUrl;

    #[test]
    fn a_path_may_follow_the_origin() {
        for (text, origin, path) in [
            ("https://connect.example", "https://connect.example", ""),
            ("https://connect.example/", "https://connect.example", ""),
            ("https://Shop.example/bank", "https://shop.example", "/bank"),
            (
                "https://shop.example/a/v1.2/",
                "https://shop.example",
                "/a/v1.2",
            ),
            ("http://localhost:80/b_1-c", "http://localhost", "/b_1-c"),
        ] {
            let url = PublicUrl::parse(text).expect(text);
            assert_eq!(
                (url.origin().as_str(), url.path()),
                (origin, path),
                "{text}"
            );
            assert_eq!(url.to_string(), format!("{origin}{path}"));
        }
    }

    #[test]
    fn what_could_mean_something_else_in_an_address_is_no_path() {
        for text in [
            "shop.example/bank",
            "https:///bank",
            "https://shop.example//bank",
            "https://shop.example/bank//",
            "https://shop.example/../bank",
            "https://shop.example/.bank",
            "https://shop.example/ba nk",
            "https://shop.example/b%61nk",
            "https://shop.example/bank?a",
            "https://shop.example/bank#a",
            "https://shop.example/bank;a",
            "https://shop.example\\bank",
            "https://shop.example/b\"nk",
            "https://user@shop.example/bank",
        ] {
            assert!(PublicUrl::parse(text).is_none(), "{text}");
        }
    }
}
