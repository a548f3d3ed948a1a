//! Which page a page of the widget is opened from: the one that may embed it, and the only one that a policy names.

use super::params::Params;
use crate::app::{App, Shared};
use crate::config::clients::Clients;
use crate::config::origin::Origin;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::convert::Infallible;
use std::sync::Arc;

/// Pages on the user's own machine may embed a sandbox where nobody says which of them it is.
const LOCAL: &str =
    "'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*";

/// The query's names for it: our own, and UCW's.
const NAMES: [&str; 2] = ["origin", "targetOrigin"];

/// What a request says of the page around; origins that no client has registered say nothing.
pub struct Around {
    clients: Arc<Clients>,
    named: Option<Origin>,
    refers: Option<Origin>,
    sandbox: bool,
    /// The browser is about to draw it within another page, and says nothing of that one.
    hidden: bool,
}

/// A value of `frame-ancestors`.
pub struct Ancestors {
    pub text: String,
    /// Another referrer would make another one of it.
    pub by_referrer: bool,
}

impl Around {
    pub fn new(app: &App, headers: &HeaderMap, params: &Params) -> Around {
        let clients = app.clients();
        let registered = |origin: &Origin| clients.allow(origin);
        let mut said = NAMES
            .iter()
            .filter_map(|name| Origin::parse(params.find(name)?));
        let named = said.find(registered);
        // A page that loads itself again says nothing of the page around it.
        let refers =
            referring(headers).filter(|from| registered(from) && !is_own(app, headers, from));
        Around {
            named,
            refers,
            sandbox: app.sandbox,
            hidden: is_framed(headers) && !headers.contains_key(header::REFERER),
            clients,
        }
    }

    /// Nobody may embed the page, and its browser would draw nothing where it stands: in a frame that was loaded again
    /// by itself, or whose page sends no referrer. `fixed` is the origin that the page's session is for.
    pub fn draws_nothing(&self, fixed: Option<&str>) -> bool {
        self.hidden && fixed.is_none() && !self.is_known()
    }

    /// The page's origin, and those that its client lets stand around it.
    fn with_ancestors(&self, origin: &str) -> String {
        let known = Origin::parse(origin);
        let ancestors = known.map_or_else(Vec::new, |known| self.clients.ancestors(&known));
        let mut text = format!("'self' {origin}");
        for ancestor in ancestors {
            text.push(' ');
            text.push_str(ancestor.as_str());
        }
        text
    }

    /// A page that may embed the widget is around, as far as anybody says.
    pub fn is_known(&self) -> bool {
        self.named.is_some() || self.refers.is_some() || self.sandbox
    }

    /// `fixed` is the origin that the page's session is for.
    pub fn ancestors(&self, fixed: Option<&str>) -> Ancestors {
        let by_address = fixed.or(self.named.as_ref().map(Origin::as_str));
        let known = by_address.or(self.refers.as_ref().map(Origin::as_str));
        Ancestors {
            text: match known {
                Some(origin) => self.with_ancestors(origin),
                None if self.sandbox => LOCAL.into(),
                None => "'self'".into(),
            },
            by_referrer: by_address.is_none(),
        }
    }
}

impl FromRequestParts<Shared> for Around {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Around, Infallible> {
        let params = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Around::new(app, &parts.headers, &params))
    }
}

fn is_framed(headers: &HeaderMap) -> bool {
    let destination = headers.get("sec-fetch-dest");
    destination.is_some_and(|destination| destination == "iframe" || destination == "frame")
}

/// Where the request was begun, as its browser says. Without a browser anybody can say anything.
pub fn referring(headers: &HeaderMap) -> Option<Origin> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    Origin::of(referer)
}

/// This server's own, under the name by which it was reached.
pub fn is_own(app: &App, headers: &HeaderMap, origin: &Origin) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let reached = |scheme| Origin::parse(&format!("{scheme}://{}", host.unwrap_or_default()));
    *origin == *app.origin()
        || ["http", "https"]
            .into_iter()
            .any(|scheme| reached(scheme).as_ref() == Some(origin))
}
