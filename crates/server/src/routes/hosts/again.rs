//! A page that a token has opened, loaded again. Its address has no token any more, but a random name; the browser that has
//! opened it has a cookie of that name, with the token, sealed. So neither another frame nor another user is taken for it.

use crate::app::App;
use crate::crypto::digest::sha256_hex;
use crate::crypto::random;
use crate::http::cookie::{Cookie, names, read};
use crate::http::params::Params;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_core::Secret;

/// The query's name for the page's name.
pub const PARAMETER: &str = "connect_page";

const PREFIX: &str = "connect_page_";
const NAME_LENGTH: usize = 16;

/// No cookie is longer, and a browser keeps no longer one.
const LONGEST_TOKEN: usize = 1024;

/// So many pages of one browser can be loaded again; all cookies together must fit into a request's head.
const MOST: usize = 8;

/// Letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct PageName(String);

impl PageName {
    pub fn new() -> PageName {
        PageName(random::hex::<{ NAME_LENGTH / 2 }>())
    }

    /// The same for each loading of an address with this token.
    pub fn of(token: &Secret) -> PageName {
        let mut name = sha256_hex(format!("page {}", token.expose()).as_bytes());
        name.truncate(NAME_LENGTH);
        PageName(name)
    }

    pub fn find(params: &Params) -> Option<PageName> {
        let name = params.find(PARAMETER)?;
        let fits = name.len() == NAME_LENGTH && name.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| PageName(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn cookie(&self) -> String {
        format!("{PREFIX}{}", self.0)
    }

    fn place(&self) -> String {
        format!("page {}", self.0)
    }
}

/// The token with which this browser has opened the page before.
pub fn token(app: &App, headers: &HeaderMap, name: &PageName) -> Option<Secret> {
    let sealed = URL_SAFE_NO_PAD
        .decode(read(headers, &name.cookie())?.expose())
        .ok()?;
    let token = app.db.vault().unseal(&name.place(), &sealed)?;
    String::from_utf8(token).ok().map(Secret::new)
}

/// What makes the browser find it again, and forget the oldest of many.
pub fn cookies(
    app: &App,
    headers: &HeaderMap,
    name: &PageName,
    token: &Secret,
    path: &str,
) -> Vec<HeaderValue> {
    if token.expose().len() > LONGEST_TOKEN {
        return Vec::new();
    }
    let own = name.cookie();
    // Browsers name the oldest first.
    let others: Vec<&str> = names(headers, PREFIX)
        .filter(|other| *other != own)
        .collect();
    let surplus = (others.len() + 1).saturating_sub(MOST);
    let mut cookies: Vec<HeaderValue> = others[..surplus]
        .iter()
        .map(|name| {
            Cookie {
                name,
                text: "",
                path,
                seconds: 0,
            }
            .in_frames()
        })
        .collect();
    let sealed = app
        .db
        .vault()
        .seal(&name.place(), token.expose().as_bytes());
    let cookie = Cookie {
        name: &own,
        text: &URL_SAFE_NO_PAD.encode(sealed),
        path,
        seconds: app.token_ttl.into(),
    };
    cookies.push(cookie.in_frames());
    cookies
}
