//! The head of a request, kept so that the request can be asked once more.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, Version};

/// Shares its bytes with the request.
pub struct Head {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
}

impl Head {
    pub fn of(parts: &Parts) -> Head {
        Head {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            version: parts.version,
            headers: parts.headers.clone(),
        }
    }

    /// As it may have come (RFC 9112 2.1), and no longer than it came, unless its lines ended with a line feed alone.
    pub fn to_bytes(&self) -> Vec<u8> {
        let version = match self.version {
            Version::HTTP_10 => "HTTP/1.0",
            _ => "HTTP/1.1",
        };
        let mut bytes = format!("{} {} {version}\r\n", self.method, self.uri).into_bytes();
        for (name, value) in &self.headers {
            for part in [name.as_str().as_bytes(), b":", value.as_bytes(), b"\r\n"] {
                bytes.extend_from_slice(part);
            }
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.shrink_to_fit();
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn it_is_written_as_it_came() {
        let request = Request::get("/v1/institutions/a/poll?v=1%202")
            .header("host", "connect.example")
            .header("x-forwarded-for", "192.0.2.1")
            .header("x-forwarded-for", "192.0.2.2")
            .header("accept", "*/*");
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        let text = String::from_utf8(Head::of(&parts).to_bytes()).expect("a text");
        let (first, rest) = text.split_once("\r\n").expect("lines");
        assert_eq!(first, "GET /v1/institutions/a/poll?v=1%202 HTTP/1.1");
        let lines: Vec<&str> = rest.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "host:connect.example",
                "x-forwarded-for:192.0.2.1",
                "x-forwarded-for:192.0.2.2",
                "accept:*/*",
                "",
                ""
            ]
        );
        let old = Request::get("/").version(Version::HTTP_10).body(());
        let (parts, ()) = old.expect("a request").into_parts();
        assert_eq!(Head::of(&parts).to_bytes(), b"GET / HTTP/1.0\r\n\r\n");
    }
}
