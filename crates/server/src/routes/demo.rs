//! The demo shop: a page that embeds the widget, and what the shop's own server would do. Sandbox only.

use super::tokens::{Wish, grant};
use crate::app::{App, Shared, Side};
use crate::config::clients::SANDBOX_ID;
use crate::config::origin::Origin;
use crate::crypto::random;
use crate::http::body::{Json, OrEmpty};
use crate::http::headers::demo_policy;
use crate::http::page;
use crate::http::params::Name;
use crate::http::problem::{Answer, Refusal};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use connect_core::api::{LaunchOptions, TokenResponse};
use schemars::JsonSchema;
use serde::Deserialize;

/// In the shop's files this is replaced by where the widget is served.
const WIDGET: &str = "{{widget}}";

/// Shoppers have this before their number.
const SHOPPER: &str = "demo-shopper-";

/// What [`file`] knows.
pub const FILES: [&str; 9] = [
    "index.html",
    "return",
    "return.html",
    "demo.css",
    "demo.js",
    "theme",
    "theme.css",
    "theme.js",
    "theme-stage",
];

const INDEX: &str = include_str!("../../demo/index.html");
const RETURN: &str = include_str!("../../demo/return.html");
const STYLE: &str = include_str!("../../demo/demo.css");
const SCRIPT: &str = include_str!("../../demo/demo.js");
const THEME: &str = include_str!("../../demo/theme.html");
const THEME_STYLE: &str = include_str!("../../demo/theme.css");
const THEME_SCRIPT: &str = include_str!("../../demo/theme.js");
const THEME_STAGE: &str = include_str!("../../demo/theme-stage.html");

pub async fn to_shop(State(app): State<Shared>) -> Redirect {
    Redirect::permanent(&app.below("/demo/"))
}

pub async fn shop(Extension(side): Extension<Side>) -> Response {
    serve(&side, "text/html; charset=utf-8", INDEX)
}

pub async fn file(Extension(side): Extension<Side>, Name(name): Name) -> Response {
    let (media_type, text) = match name.as_str() {
        "index.html" => ("text/html; charset=utf-8", INDEX),
        "return" | "return.html" => ("text/html; charset=utf-8", RETURN),
        "demo.css" => ("text/css; charset=utf-8", STYLE),
        "demo.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "theme" => ("text/html; charset=utf-8", THEME),
        "theme.css" => ("text/css; charset=utf-8", THEME_STYLE),
        "theme.js" => ("text/javascript; charset=utf-8", THEME_SCRIPT),
        "theme-stage" => ("text/html; charset=utf-8", THEME_STAGE),
        _ => return page::not_found(),
    };
    serve(&side, media_type, text)
}

fn serve(side: &Side, media_type: &'static str, text: &str) -> Response {
    let text = text.replace(WIDGET, &side.widget.to_string());
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-cache"),
        // What browsers do for a shop that says nothing.
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ];
    let mut response = (headers, text).into_response();
    if let Ok(policy) = HeaderValue::from_str(&demo_policy(side.widget.origin())) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What the shop asks its own server for; a shopper who comes back says who it was.
#[derive(Default, Deserialize, JsonSchema)]
pub struct ShopRequest {
    user_id: Option<String>,
    #[serde(flatten)]
    options: LaunchOptions,
}

/// A real shop keeps its secret on its server and asks `POST /v1/tokens`; this is that server.
pub async fn token(
    State(app): State<Shared>,
    headers: HeaderMap,
    OrEmpty(Json(request)): OrEmpty<ShopRequest>,
) -> Answer<axum::Json<TokenResponse>> {
    let origin = shop_origin(&app, &headers)?;
    let client = app
        .clients()
        .find(SANDBOX_ID)
        .ok_or_else(|| Refusal::not_found("there is no sandbox client"))?;
    let returning = request.user_id.filter(|user| user.starts_with(SHOPPER));
    let mut options = request.options;
    options.origin.get_or_insert_with(|| origin.to_string());
    let user_id = returning.unwrap_or_else(|| format!("{SHOPPER}{}", random::hex::<4>()));
    let wish = Wish::new(&app, user_id, options);
    let granted = grant(&app, &client, wish).await?;
    Ok(axum::Json(granted.response()))
}

/// Only the shop's own page may ask: its origin is the address that the request went to.
fn shop_origin(app: &App, headers: &HeaderMap) -> Answer<Origin> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let sent = text(header::ORIGIN).unwrap_or_default();
    let origin = Origin::parse(sent).ok_or_else(|| Refusal::no_origin(sent))?;
    let host = text(header::HOST).unwrap_or_default();
    let own = ["http", "https"]
        .into_iter()
        .any(|scheme| Origin::parse(&format!("{scheme}://{host}")).as_ref() == Some(&origin));
    let allowed = app
        .clients()
        .find(SANDBOX_ID)
        .is_some_and(|client| client.allows_origin(&origin));
    if own && allowed {
        return Ok(origin);
    }
    Err(Refusal::origin_not_allowed(origin.as_str()))
}
