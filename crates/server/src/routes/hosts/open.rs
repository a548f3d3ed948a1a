//! Sessions without a token: a client may allow that a system's pages open for whoever reaches them from its own pages.

use crate::app::App;
use crate::audit::Kind;
use crate::config::clients::OpenSystem;
use crate::config::origin::Origin;
use crate::crypto::random;
use crate::http::address::Address;
use crate::http::cookie::{Cookie, read};
use crate::http::embedding::{is_own, referring};
use crate::http::problem::Answer;
use crate::routes::tokens::{Wish, grant, within};
use crate::store::tokens::Maker;
use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use jiff::Timestamp;
use subtle::ConstantTimeEq;

/// A page's cookie, which says who has opened it.
struct Place {
    name: String,
    path: &'static str,
}

impl Place {
    /// Another host of the same site could set one that these pages are sent as well, and so have a user go on in a session
    /// of its own: a browser takes a name that begins so from this host alone, for all of its pages.
    fn of(app: &App, page: &'static str) -> Place {
        match app.origin().is_https() {
            true => Place {
                name: format!("__Host-connect_open_{}", page.trim_matches('/')),
                path: "/",
            },
            false => Place {
                name: "connect_open".into(),
                path: page,
            },
        }
    }

    fn with(&self, text: &str, seconds: i64) -> HeaderValue {
        let cookie = Cookie {
            name: &self.name,
            text,
            path: self.path,
            seconds,
        };
        cookie.in_frames()
    }

    fn opener(&self, app: &App, headers: &HeaderMap) -> Option<Opener> {
        Opener::kept(app, &read(headers, &self.name)?)
    }
}

/// The browser shows the page in a window of its own, where nobody embeds it.
pub fn is_alone(headers: &HeaderMap) -> bool {
    let destination = headers.get("sec-fetch-dest");
    destination.is_some_and(|destination| destination == "document")
}

/// The page that has opened this one, and who it is there as far as its browser can be told from others: a new user where
/// nobody has named one, and whose session sees only what it has made.
#[derive(Clone)]
pub struct Opener {
    pub origin: Origin,
    pub user: String,
    /// Until when the browser may say it again.
    until: i64,
}

impl Opener {
    pub fn new(app: &App, origin: Origin) -> Opener {
        Opener {
            origin,
            user: random::uuid(),
            until: within(app.token_ttl).as_second(),
        }
    }

    /// Who refers, or who did when this page was loaded before: a page that loads itself again refers to nobody, or to
    /// itself.
    pub fn of(app: &App, headers: &HeaderMap, page: &'static str) -> Option<Opener> {
        let kept = || Place::of(app, page).opener(app, headers);
        if !headers.contains_key(header::REFERER) {
            return kept();
        }
        let origin = referring(headers)?;
        let before = kept().filter(|_| is_own(app, headers, &origin));
        Some(before.unwrap_or_else(|| Opener::new(app, origin)))
    }

    /// This origin says that it embeds the page, and its browser does not say otherwise.
    pub fn named(app: &App, headers: &HeaderMap, origin: Origin) -> Option<Opener> {
        let fits = |from: Origin| from == origin || is_own(app, headers, &from);
        let refers = headers.contains_key(header::REFERER);
        (!refers || referring(headers).is_some_and(fits)).then(|| Opener::new(app, origin))
    }

    /// The one that this browser was before, if it was there already: a host that opens the page again goes on with what
    /// was made in it.
    pub fn known_before(self, app: &App, headers: &HeaderMap, page: &'static str) -> Opener {
        let kept = Place::of(app, page).opener(app, headers);
        let same = kept.filter(|kept| kept.origin == self.origin);
        same.unwrap_or(self)
    }

    fn kept(app: &App, cookie: &Secret) -> Option<Opener> {
        let mut parts = cookie.expose().split('.');
        let origin = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        let opener = Opener {
            origin: Origin::parse(&String::from_utf8(origin).ok()?)?,
            user: parts.next()?.to_owned(),
            until: parts.next()?.parse().ok()?,
        };
        let own = opener.text(app);
        let same = own.as_bytes().ct_eq(cookie.expose().as_bytes());
        let ended = opener.until <= Timestamp::now().as_second();
        (bool::from(same) && !ended).then(|| Opener {
            until: within(app.token_ttl).as_second(),
            ..opener
        })
    }

    /// Only this server can write it.
    fn text(&self, app: &App) -> String {
        let origin = URL_SAFE_NO_PAD.encode(self.origin.as_str());
        let until = self.until.to_string();
        let proof = app
            .identity
            .of(&["opener", self.origin.as_str(), &self.user, &until]);
        format!("{origin}.{}.{until}.{proof}", self.user)
    }

    /// What makes the browser forget who has opened the page: from now on it is another's.
    pub fn no_cookie(app: &App, page: &'static str) -> HeaderValue {
        Place::of(app, page).with("", 0)
    }

    /// What makes the browser say it again when the page is loaded again.
    pub fn cookie(&self, app: &App, page: &'static str) -> HeaderValue {
        Place::of(app, page).with(&self.text(app), app.token_ttl.into())
    }
}

/// A token for a session that can be embedded by this origin alone, and that knows only what its opener has made: nobody has
/// shown that the user is this one. `None`: no client allows it there.
pub async fn session(
    app: &App,
    from: Address,
    system: OpenSystem,
    opener: &Opener,
    user_id: String,
    options: LaunchOptions,
) -> Answer<Option<Secret>> {
    let Some(client) = app.clients().opening(system, &opener.origin) else {
        return Ok(None);
    };
    app.limits.may_open(from, &client.id).await?;
    let options = LaunchOptions {
        origin: Some(opener.origin.to_string()),
        ..options
    };
    let wish = Wish {
        maker: Maker::Page,
        scope: Some(opener.user.clone()),
        ..Wish::new(app, user_id, options)
    };
    let granted = grant(app, &client, wish).await?;
    app.audit.record(Kind::PageOpened.event());
    Ok(Some(granted.token))
}
