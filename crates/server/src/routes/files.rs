//! The built widget and SDK, from their directory; compressed copies beside the files are preferred.

use crate::app::{App, Shared};
use crate::http::headers::{set, widget_policy};
use crate::http::isolation::without_opener;
use crate::http::page;
use crate::http::problem::Refusal;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// Hex digits that a built file's name ends with when its content never changes.
const HASH_LENGTH: usize = 8;

pub async fn file(State(app): State<Shared>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if path.contains("/.") {
        return nothing(&app);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Refusal::wrong_method()
            .header(header::ALLOW, "GET, HEAD")
            .into_response();
    }
    let directory = ServeDir::new(&app.widget.directory)
        .precompressed_br()
        .precompressed_gzip();
    let served = match directory.oneshot(request).await {
        Ok(served) => served,
        Err(never) => match never {},
    };
    if served.status() == StatusCode::NOT_FOUND {
        return nothing(&app);
    }
    let mut response = served.map(Body::new);
    let headers = response.headers_mut();
    set(headers, header::VARY, "accept-encoding");
    match path.as_str() {
        "/" | "/index.html" => {
            set(headers, header::CACHE_CONTROL, "no-cache");
            if let Ok(policy) = HeaderValue::from_str(&widget_policy(&app)) {
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            }
        }
        "/connect.js" | "/connect.mjs" | "/element.mjs" => sdk(headers),
        path if is_hashed(path) => set(
            headers,
            header::CACHE_CONTROL,
            "public, max-age=31536000, immutable",
        ),
        _ => set(headers, header::CACHE_CONTROL, "no-cache"),
    }
    response
}

fn nothing(app: &App) -> Response {
    let mut response = page::not_found(app);
    without_opener(response.headers_mut());
    response
}

/// The SDK is loaded by other sites' pages, also as a module and by pages that isolate themselves.
fn sdk(headers: &mut HeaderMap) {
    // RFC 9239; a module's ending is often said to be `application/javascript`.
    set(
        headers,
        header::CONTENT_TYPE,
        "text/javascript; charset=utf-8",
    );
    set(headers, header::CACHE_CONTROL, "public, max-age=3600");
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "cross-origin",
    );
}

/// `/app-0123456789abcdef_bg.wasm`: Trunk writes the content's hash into the name.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('-').skip(1).any(|part| {
        let digits = part
            .bytes()
            .take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            .count();
        digits >= HASH_LENGTH
    })
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn a_hash_in_the_name_is_recognised() {
        assert!(is_hashed("/connect-widget-1a2b3c4d5e6f7a8b.js"));
        assert!(is_hashed("/connect-widget-1a2b3c4d5e6f7a8b_bg.wasm"));
        assert!(!is_hashed("/connect-widget.js"));
        assert!(!is_hashed("/connect.js"));
        assert!(!is_hashed("/a-bcdef.js"));
    }
}
