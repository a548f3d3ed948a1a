//! What of a request's first line may be written down. A path can hold a secret: only the router's own words are kept,
//! and the ids that this server has given to connections.

use axum::extract::{MatchedPath, Request};
use axum::http::Method;

/// Hex digits of a connection's id.
const ID_LENGTH: usize = 24;

/// A method can be any word.
pub fn method(request: &Request) -> &'static str {
    match *request.method() {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// As the router has it: `/v1/institutions/{id}`. `None`: a file's address, or no route fits.
pub fn template(request: &Request) -> Option<&str> {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map(MatchedPath::as_str)
}

/// The same with a connection's id in it.
pub fn shown(request: &Request) -> String {
    let Some(template) = template(request) else {
        return "unmatched".into();
    };
    fill(template, request.uri().path())
}

fn fill(template: &str, path: &str) -> String {
    let parts = template.split('/').zip(path.split('/'));
    let parts = parts.map(|(named, given)| match named {
        "{id}" if is_id(given) => given,
        _ => named,
    });
    parts.collect::<Vec<&str>>().join("/")
}

fn is_id(text: &str) -> bool {
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == ID_LENGTH && text.bytes().all(hex)
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn only_a_connections_id_is_shown_of_a_path() {
        let route = "/v1/institutions/{id}/poll";
        let id = "0123456789abcdef01234567";
        let shown = |id: &str| fill(route, &format!("/v1/institutions/{id}/poll"));
        assert_eq!(shown(id), format!("/v1/institutions/{id}/poll"));
        for secret in ["hunter2", "0123456789ABCDEF01234567", "0123", "%0a", ""] {
            assert_eq!(shown(secret), route);
        }
        let nonce = fill("/v1/oauth/{nonce}", &format!("/v1/oauth/{id}"));
        assert_eq!(nonce, "/v1/oauth/{nonce}");
    }
}
