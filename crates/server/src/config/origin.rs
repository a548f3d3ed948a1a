//! A web origin, parsed once: scheme, host and port, in the form in which browsers write it.

use std::fmt;
use url::{Host, Url};

/// What a refusal says after the name of whatever must be one.
const FORM: &str = "must be http:// or https:// and a host, with its port if it has one, such as https://shop.example; nothing behind it, and no *";

/// For apps whose pages have a scheme of their own.
const OF_AN_APP: &str = "; a page of an app, such as capacitor://localhost, cannot hold the widget: the app opens it in a window of its own, see docs/redirect-flow.md";

/// What a refusal says of this text, after the name of what it should be.
pub fn refusal(text: &str) -> String {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    let is_app = scheme.is_some_and(|scheme| !scheme.is_empty() && !scheme.starts_with("http"));
    format!("{FORM}{}", if is_app { OF_AN_APP } else { "" })
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// `https://shop.example`; a path, a query or a user name makes it something else than an origin. A host has letters,
    /// digits, hyphens and dots, or is an IP address: nothing that could mean something in a header.
    pub fn parse(text: &str) -> Option<Origin> {
        // The standard's parser would pass over them.
        if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return None;
        }
        let (_, rest) = text.split_once("://")?;
        let bare = !rest
            .strip_suffix('/')
            .unwrap_or(rest)
            .contains(['/', '\\', '?', '#', '@']);
        let url = Url::parse(text).ok()?;
        let web = matches!(url.scheme(), "http" | "https");
        let plain = match url.host()? {
            Host::Domain(name) => {
                name.chars().all(is_plain) && name.split('.').all(|label| !label.is_empty())
            }
            Host::Ipv4(_) | Host::Ipv6(_) => true,
        };
        (bare && web && plain).then(|| Origin(url.origin().ascii_serialization()))
    }

    /// The origin of a page's whole address.
    pub fn of(address: &str) -> Option<Origin> {
        let url = Url::parse(address).ok()?;
        Origin::parse(&url.origin().ascii_serialization())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// Nobody can listen in on the way to it.
    pub fn is_trustworthy(&self) -> bool {
        self.is_https() || self.is_local()
    }

    /// The page runs on the user's own machine.
    pub fn is_local(&self) -> bool {
        let Ok(url) = Url::parse(&self.0) else {
            return false;
        };
        match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
            Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
            None => false,
        }
    }
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.')
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_are_origins() {
        for text in [
            "https://shop.example",
            "http://localhost:3000",
            "http://[::1]:8080",
            "https://shop.example/",
            "https://xn--bcher-kva.example",
            "https://bücher.example",
            "http://127.0.0.1",
        ] {
            assert!(Origin::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "null",
            "*",
            "shop.example",
            "https://shop.example/a",
            "https://a@shop.example",
            "ftp://a.example",
            "https://a.example?b",
            "javascript:alert(1)",
            "https://a.example\r\nb: c",
            " https://a.example",
            "https://a.exam\tple",
            "https://.",
            "https://a..example",
            "https://.a.example",
            "https://*",
            "https://*.example",
            "https://a.example;sandbox",
            "https://a.example,b",
            "https://a_b.example",
            "https://a.example/b/..",
            "https://a.example\\b",
            "https://a.example?",
            "https://a.example//",
            "https:a.example",
            "http://[::1",
        ] {
            assert!(Origin::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_standard_port_and_capitals_do_not_matter() {
        assert_eq!(
            Origin::parse("https://Shop.example:443"),
            Origin::parse("https://shop.example")
        );
    }

    #[test]
    fn a_name_that_only_begins_like_localhost_is_not_local() {
        let local = |text| Origin::parse(text).is_some_and(|origin| origin.is_local());
        assert!(
            local("http://localhost:3000")
                && local("https://127.0.0.1:1")
                && local("http://[::1]:8080")
        );
        assert!(!local("http://localhost.evil.example") && !local("http://127.0.0.1.evil.example"));
    }
}
