//! What a browser may do with the server's pages: content policies, and the headers that every answer has.

use crate::app::App;
use crate::config::origin::Origin;
use crate::http::below::Below;
use crate::http::embedding::Ancestors;
use crate::http::said;
use crate::words::Reader;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

const PERMISSIONS: &str =
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";

/// A page that isolates itself may frame one that says this, in every browser; `credentialless` Safari does not know.
const EMBEDDER: &str = "require-corp";

const UNLESS_SET: [(HeaderName, &str); 2] = [
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
];

pub async fn layer(State(Below(path)): State<Below>, request: Request, next: Next) -> Response {
    let reader = Reader::of(request.uri(), request.headers());
    let mut response = said::written(next.run(request).await, &reader, &path);
    let headers = response.headers_mut();
    if is_html(headers) {
        unchanged(headers);
    }
    of_all(headers);
    response
}

/// Also of an answer that no route has given.
pub async fn finish(mut response: Response) -> Response {
    of_all(response.headers_mut());
    response
}

fn of_all(headers: &mut HeaderMap) {
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        headers,
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS,
    );
    for (name, value) in UNLESS_SET {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

/// The policy of the small pages without script, which may stand in the widget's frame. Whoever embeds one may: there is
/// nothing in it to click, it has fixed words and says nothing of anybody, and a page that could not be shown to somebody
/// whose address is wrong would leave them in front of an empty frame.
pub const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors *";

/// The policy of the widget's own pages, which one other site may embed. A page that was POSTed is loaded again by a form.
pub fn widget_policy(app: &App, ancestors: &Ancestors) -> String {
    let page = app.widget.page();
    let scripts = sources(&page.script_hashes);
    let styles = sources(&page.style_hashes);
    let (ancestors, files) = (&ancestors.text, &page.source);
    format!(
        "default-src 'none'; script-src 'self'{files} 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; \
         img-src 'self' data:; connect-src 'self'{files}; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )
}

/// The policy of the demo shop, which embeds the widget from another origin, and of the theme playground, which embeds a page
/// of its own.
pub fn demo_policy(widget: &Origin) -> String {
    format!(
        "default-src 'none'; script-src 'self' {widget}; frame-src 'self' {widget}; connect-src 'self'; style-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'self' {widget}; frame-ancestors 'self'"
    )
}

/// A page that stands in a frame, also in that of a page that isolates itself.
pub fn framed(headers: &mut HeaderMap) {
    let embedder = HeaderName::from_static("cross-origin-embedder-policy");
    set(headers, embedder, EMBEDDER);
}

fn is_html(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE);
    media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/html"))
}

/// A proxy that minifies a page or moves its scripts breaks the hashes in its policy.
fn unchanged(headers: &mut HeaderMap) {
    headers.append(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-transform"),
    );
}

pub fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

fn sources(hashes: &[String]) -> String {
    hashes.iter().map(|hash| format!(" {hash}")).collect()
}
