//! A server that browsers reach below a path of another site. A proxy may leave the path in what it asks for, or take it
//! away: both are answered, and whatever stands behind this layer knows only paths without it.

use axum::extract::{Request, State};
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

/// `/bank`.
#[derive(Clone)]
pub struct Below(pub Arc<str>);

pub async fn layer(State(below): State<Below>, mut request: Request, next: Next) -> Response {
    match below.rest(request.uri()) {
        Rest::Same => {}
        Rest::Shorter(uri) => *request.uri_mut() = uri,
        Rest::Folder(address) => return Redirect::permanent(&address).into_response(),
    }
    next.run(request).await
}

enum Rest {
    /// The path is not there.
    Same,
    /// Without it.
    Shorter(Uri),
    /// Nothing follows it: the widget's page is that of a folder, which its own protocol is known by.
    Folder(String),
}

impl Below {
    /// Taken away once, and only where it ends with a part of the path. What is refused because of its form (`//`) is
    /// refused behind it as well.
    fn rest(&self, uri: &Uri) -> Rest {
        let path_and_query = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let Some(rest) = path_and_query.strip_prefix(&*self.0) else {
            return Rest::Same;
        };
        if rest.is_empty() || rest.starts_with('?') {
            return Rest::Folder(format!("{}/{rest}", self.0));
        }
        if !rest.starts_with('/') {
            return Rest::Same;
        }
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = rest.parse().ok();
        Uri::from_parts(parts).map_or(Rest::Same, Rest::Shorter)
    }
}

#[cfg(test)]
mod tests {
    use super::{Below, Rest};
    use axum::http::Uri;

    fn rest(address: &str) -> String {
        let uri: Uri = address.parse().expect("an address");
        match Below("/bank".into()).rest(&uri) {
            Rest::Same => "same".into(),
            Rest::Shorter(uri) => uri.to_string(),
            Rest::Folder(address) => format!("to {address}"),
        }
    }

    #[test]
    fn the_path_is_taken_away_once_and_only_as_a_whole() {
        for (address, expected) in [
            ("/bank/v1/session?a=/bank/", "/v1/session?a=/bank/"),
            ("/bank/", "/"),
            ("/bank/?origin=x", "/?origin=x"),
            ("/bank/bank/a", "/bank/a"),
            ("/bank", "to /bank/"),
            ("/bank?origin=x", "to /bank/?origin=x"),
            ("/banks/a", "same"),
            ("/b%61nk/a", "same"),
            ("/v1/session", "same"),
            ("/", "same"),
            ("/a/bank/b", "same"),
            ("/bank//evil.example", "//evil.example"),
        ] {
            assert_eq!(rest(address), expected, "{address}");
        }
    }
}
