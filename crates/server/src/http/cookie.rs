//! Cookies that make one browser the one that may go on: how they are written and read.

use axum::http::{HeaderMap, HeaderValue, header};
use connect_core::Secret;

/// No script sees it.
pub struct Cookie<'a> {
    pub name: &'a str,
    /// Letters, digits, - and _.
    pub text: &'a str,
    pub path: &'a str,
    /// None are left: it is cleared.
    pub seconds: i64,
}

impl Cookie<'_> {
    /// For pages that the user has gone to. A browser takes no secure cookie from an address that is not.
    pub fn in_windows(&self, secure: bool) -> HeaderValue {
        let secure = if secure { "; Secure" } else { "" };
        self.with(&format!("SameSite=Lax{secure}"))
    }

    /// For pages in a frame, and of each site that frames them another one.
    pub fn in_frames(&self) -> HeaderValue {
        self.with("SameSite=None; Secure; Partitioned")
    }

    fn with(&self, attributes: &str) -> HeaderValue {
        let Cookie {
            name,
            text,
            path,
            seconds,
        } = self;
        let cookie =
            format!("{name}={text}; HttpOnly; {attributes}; Path={path}; Max-Age={seconds}");
        HeaderValue::from_str(&cookie).expect("a token has only letters, digits, - and _")
    }
}

pub fn read(headers: &HeaderMap, wanted: &str) -> Option<Secret> {
    let mut all = all(headers);
    let (_, text) = all.find(|(name, _)| *name == wanted)?;
    Some(Secret::new(text))
}

/// The names that begin so, of cookies whose value could be a secret of ours.
pub fn names<'a>(headers: &'a HeaderMap, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let all = all(headers).map(|(name, _)| name);
    all.filter(move |name| name.starts_with(prefix) && plain(name))
}

fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let all = headers.get_all(header::COOKIE).iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}
