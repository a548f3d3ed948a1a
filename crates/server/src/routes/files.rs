//! The built widget and SDK, from their directory; compressed copies beside the files are preferred.

use crate::app::{App, Shared};
use crate::http::embedding::Around;
use crate::http::headers::{framed, set, widget_policy};
use crate::http::isolation::without_opener;
use crate::http::page;
use crate::http::problem::Refusal;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// Hex digits that a built file's name ends with when its content never changes.
const HASH_LENGTH: usize = 8;
const FOREVER: &str = "public, max-age=31536000, immutable";

pub async fn file(State(app): State<Shared>, around: Around, mut request: Request) -> Response {
    let path = request.uri().path().to_owned();
    // To a browser that is led there, what follows two slashes is another host.
    if path.contains("/.") || path.contains("//") {
        return nothing();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Refusal::wrong_method()
            .header(header::ALLOW, "GET, HEAD")
            .into_response();
    }
    let is_widget = matches!(path.as_str(), "/" | "/index.html");
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    if is_widget && around.draws_nothing(None) {
        return page::not_here();
    }
    if is_widget {
        // A file's own conditions say nothing of the page's policy.
        request.headers_mut().remove(header::IF_MODIFIED_SINCE);
    }
    if is_widget && let Some(packed) = &app.widget.page().packed {
        let response = packed.page(request.headers());
        return widget(&app, &around, known.as_ref(), response);
    }
    let directory = ServeDir::new(&app.widget.directory)
        .precompressed_br()
        .precompressed_gzip();
    let served = match directory.oneshot(request).await {
        Ok(served) => served,
        Err(never) => match never {},
    };
    let status = served.status();
    // A directory would lead to itself.
    let leads_on = status.is_redirection() && status != StatusCode::NOT_MODIFIED;
    if status == StatusCode::NOT_FOUND || leads_on {
        return nothing();
    }
    let mut response = served.map(Body::new);
    if is_widget {
        return widget(&app, &around, known.as_ref(), response);
    }
    let headers = response.headers_mut();
    set(headers, header::VARY, "accept-encoding");
    if !status.is_success() && status != StatusCode::NOT_MODIFIED {
        // A cache between here and the browsers would give it to all of them in the file's place.
        set(headers, header::CACHE_CONTROL, "no-store");
        return response;
    }
    match path.as_str() {
        "/connect.js" | "/connect.mjs" | "/element.mjs" | "/hints.mjs" | "/later.mjs" => {
            sdk(headers, "public, max-age=3600")
        }
        path if is_versioned(path) => sdk(headers, FOREVER),
        path if path.ends_with(".d.ts") => {
            set(headers, header::CONTENT_TYPE, "text/plain; charset=utf-8")
        }
        path if is_hashed(path) => {
            set(headers, header::CACHE_CONTROL, FOREVER);
            // There is no secret in them, and a page elsewhere may load them from here.
            set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        }
        _ => set(headers, header::CACHE_CONTROL, "no-cache"),
    }
    response
}

/// The widget's page. Its tag says its policy as well: some browsers keep the policy of before with an answer that
/// nothing has changed.
fn widget(
    app: &App,
    around: &Around,
    known: Option<&HeaderValue>,
    mut response: Response,
) -> Response {
    let ancestors = around.ancestors(None);
    let policy = widget_policy(app, &ancestors);
    let tag = format!("W/\"{}\"", app.widget.page().tag(&policy));
    let headers = response.headers_mut();
    headers.remove(header::LAST_MODIFIED);
    framed(headers);
    set(headers, header::CACHE_CONTROL, "no-cache");
    let vary = match ancestors.by_referrer {
        true => "accept-encoding, referer",
        false => "accept-encoding",
    };
    set(headers, header::VARY, vary);
    let policy = HeaderValue::from_str(&policy);
    headers.extend(policy.map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
    headers.extend(HeaderValue::from_str(&tag).map(|tag| (header::ETAG, tag)));
    let known = known.and_then(|known| known.to_str().ok());
    let is_known = |known: &str| known.split(',').any(|known| known.trim() == tag);
    if response.status() == StatusCode::OK && known.is_some_and(is_known) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        for name in [
            header::CONTENT_TYPE,
            header::CONTENT_LENGTH,
            header::CONTENT_ENCODING,
        ] {
            response.headers_mut().remove(name);
        }
        return response.map(|_| Body::empty());
    }
    response
}

fn nothing() -> Response {
    let mut response = page::not_found();
    without_opener(response.headers_mut());
    response
}

/// The SDK is loaded by other sites' pages, also as a module and by pages that isolate themselves.
fn sdk(headers: &mut HeaderMap, kept: &'static str) {
    // RFC 9239; a module's ending is often said to be `application/javascript`.
    set(
        headers,
        header::CONTENT_TYPE,
        "text/javascript; charset=utf-8",
    );
    set(headers, header::CACHE_CONTROL, kept);
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
}

/// `/v0.1.0/connect.js`: the scripts of a version, which never change.
fn is_versioned(path: &str) -> bool {
    let folder = path
        .strip_prefix("/v")
        .and_then(|path| path.split_once('/'));
    folder.is_some_and(|(version, name)| {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let is_script = name.ends_with(".js") || name.ends_with(".mjs");
        is_script && version.split('.').count() == 3 && version.split('.').all(is_number)
    })
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
    use super::{is_hashed, is_versioned};

    #[test]
    fn a_version_in_the_path_is_recognised() {
        assert!(is_versioned("/v0.1.0/connect.js"));
        assert!(is_versioned("/v12.3.45/element.mjs"));
        for path in [
            "/v2/",
            "/v2/connect.js",
            "/v0.1.0/index.html",
            "/v0.1./connect.js",
            "/v0.1.0.js",
        ] {
            assert!(!is_versioned(path), "{path}");
        }
    }

    #[test]
    fn a_hash_in_the_name_is_recognised() {
        assert!(is_hashed("/connect-widget-1a2b3c4d5e6f7a8b.js"));
        assert!(is_hashed("/connect-widget-1a2b3c4d5e6f7a8b_bg.wasm"));
        assert!(!is_hashed("/connect-widget.js"));
        assert!(!is_hashed("/connect.js"));
        assert!(!is_hashed("/a-bcdef.js"));
    }
}
