//! Where the result of a login at a bank's own site goes when an app has opened it itself: an address registered
//! under a `sub`, with a path behind it that must stay below it.

use crate::config::redirect_uri;
use connect_core::api::WIDGET_SUB;
use serde::Deserialize;
use url::Url;

const LONGEST_SUB: usize = 128;
const LONGEST_PATH: usize = 1024;

#[derive(Clone, Debug)]
pub struct OAuthRedirect {
    pub sub: String,
    uri: Url,
}

/// As the clients' file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    sub: String,
    uri: String,
}

impl OAuthRedirect {
    /// Those of one client.
    pub fn check_all(entries: Vec<Entry>) -> Result<Vec<OAuthRedirect>, String> {
        let mut all: Vec<OAuthRedirect> = Vec::new();
        for Entry { sub, uri } in entries {
            if sub == WIDGET_SUB {
                return Err(format!("the sub {sub:?} is the widget's own"));
            }
            if !(1..=LONGEST_SUB).contains(&sub.chars().count()) {
                return Err(format!("{sub:?} must have 1 to 128 characters"));
            }
            if all.iter().any(|other| other.sub == sub) {
                return Err(format!("the sub {sub:?} stands there twice"));
            }
            let uri = redirect_uri::check(&uri)?;
            all.push(OAuthRedirect { sub, uri });
        }
        Ok(all)
    }

    pub fn as_str(&self) -> &str {
        self.uri.as_str()
    }

    /// The registered address, with the path behind it. `None`: that path would lead elsewhere.
    pub fn at(&self, path: Option<&str>) -> Option<Url> {
        let Some(path) = path else {
            return Some(self.uri.clone());
        };
        let base = self.uri.path().trim_end_matches('/');
        let mut joined = self.uri.clone();
        if joined.cannot_be_a_base() || !is_plain(path) {
            return None;
        }
        joined.set_path(&format!("{base}{path}"));
        // Once more, by what the parser has made of it.
        let below = joined.path().strip_prefix(base)?.starts_with('/');
        (below && place(&joined) == place(&self.uri)).then_some(joined)
    }
}

/// Nothing that some reader could take for a way up, for another host, or for the end of the path.
fn is_plain(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    // `%0` to `%1f`, `%7f` and the control characters of Latin 1 break lines or end texts for whoever decodes them.
    let tricks = [
        "//", "\\", "?", "#", "%2f", "%5c", "%25", ";", "%0", "%1", "%7f", "%c2%8", "%c2%9",
    ];
    let way_up = |part: &str| matches!(part, "." | "..");
    path.starts_with('/')
        && path.len() <= LONGEST_PATH
        && !path.chars().any(char::is_control)
        && !tricks.iter().any(|trick| lower.contains(trick))
        && !lower.replace("%2e", ".").split('/').any(way_up)
}

/// The origin; of an app's own scheme, whose origins no parser compares, the same parts.
fn place(url: &Url) -> (&str, &str, Option<&str>, Option<&str>, Option<u16>) {
    let port = url.port_or_known_default();
    (
        url.scheme(),
        url.username(),
        url.password(),
        url.host_str(),
        port,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(uri: &str, path: Option<&str>) -> Option<String> {
        let redirect = OAuthRedirect {
            sub: "myappdev".into(),
            uri: Url::parse(uri).expect("an address"),
        };
        redirect.at(path).map(Into::into)
    }

    #[test]
    fn a_path_goes_behind_the_registered_one() {
        for (uri, path, led) in [
            ("https://dev.myapp.com", None, "https://dev.myapp.com/"),
            (
                "https://dev.myapp.com",
                Some("/connect"),
                "https://dev.myapp.com/connect",
            ),
            (
                "https://dev.myapp.com/in/?a=1",
                Some("/reconnect/any"),
                "https://dev.myapp.com/in/reconnect/any?a=1",
            ),
            (
                "https://dev.myapp.com/in",
                Some("/a..b/%20"),
                "https://dev.myapp.com/in/a..b/%20",
            ),
            (
                "myapp://bank/in",
                Some("/connect"),
                "myapp://bank/in/connect",
            ),
            ("myapp://bank", Some("/connect"), "myapp://bank/connect"),
            ("myapp:bank", None, "myapp:bank"),
        ] {
            assert_eq!(at(uri, path).as_deref(), Some(led), "{uri} {path:?}");
        }
    }

    #[test]
    fn a_path_leads_nowhere_else() {
        for path in [
            "",
            "connect",
            ".evil.example",
            "@evil.example",
            ":81/",
            "//evil.example",
            "/\\evil.example",
            "/a//b",
            "/..",
            "/../out",
            "/a/../../out",
            "/./a",
            "/%2e%2E/out",
            "/.%2e/out",
            "/%2fevil.example",
            "/%5Cevil.example",
            "/\tevil",
            "/a\n",
            "/a%0d%0Ab",
            "/a%09b",
            "/a%1Fb",
            "/a%00",
            "/a%7Fb",
            "/a%C2%85b",
            "/a?code=mine",
            "/a#b",
        ] {
            for uri in ["https://dev.myapp.com", "https://dev.myapp.com/in/"] {
                assert_eq!(at(uri, Some(path)), None, "{uri} {path:?}");
            }
        }
        assert_eq!(at("myapp:bank", Some("/connect")), None);
        assert_eq!(at("https://a.example", Some(&"/a".repeat(600))), None);
    }
}
