//! Refuses requests that do not say, or say twice, for which host they are meant: a proxy and this server could
//! understand them differently (RFC 9112 3.2).

use crate::http::problem::Refusal;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use connect_core::api::code;

pub async fn layer(request: Request, next: Next) -> Response {
    match wrong(request.version(), request.headers()) {
        Some(detail) => refuse(detail).into_response(),
        None => next.run(request).await,
    }
}

fn wrong(version: Version, headers: &HeaderMap) -> Option<&'static str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if version < Version::HTTP_11 => None,
        (None, _) => Some("the header Host is missing"),
        (Some(_), Some(_)) => Some("the header Host stands more than once"),
        (Some(host), None) if !is_host(host) => Some("the header Host is not a host"),
        (Some(_), None) => None,
    }
}

/// A name or an address, perhaps with a port. It may be empty, as where an address has none.
fn is_host(value: &HeaderValue) -> bool {
    let Ok(host) = value.to_str() else {
        return false;
    };
    host.is_empty() || !host.contains('@') && host.parse::<Authority>().is_ok()
}

fn refuse(detail: &str) -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        code::INVALID_REQUEST,
        "The request does not say clearly for which host it is",
    )
    .detail(detail)
}

#[cfg(test)]
mod tests {
    use super::wrong;
    use axum::http::{HeaderMap, HeaderValue, Version, header};

    fn is_refused(version: Version, hosts: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            let host = HeaderValue::from_str(host).expect("a header's value");
            headers.append(header::HOST, host);
        }
        wrong(version, &headers).is_some()
    }

    #[test]
    fn exactly_one_host_is_said() {
        for good in [
            "connect.example",
            "connect.example:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "",
        ] {
            assert!(!is_refused(Version::HTTP_11, &[good]), "{good}");
        }
        for bad in ["a b", "a/b", "user@a", "http://a"] {
            assert!(is_refused(Version::HTTP_11, &[bad]), "{bad}");
        }
        assert!(is_refused(Version::HTTP_11, &[]));
        assert!(is_refused(Version::HTTP_11, &["a", "a"]));
        assert!(!is_refused(Version::HTTP_10, &[]));
        assert!(is_refused(Version::HTTP_10, &["a", "b"]));
    }
}
