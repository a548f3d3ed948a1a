//! Which address is answered by what.

mod body;
mod connect;
mod demo;
mod files;
mod health;
mod institutions;
mod logos;
mod params;
mod providers;
mod results;
mod session;
mod strict;
mod tokens;
mod user;

use crate::app::Shared;
use crate::problem::Refusal;
use crate::{cors, panics, request_log, security_headers};
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::{Router, extract};

/// Nothing that the contract sends comes near this.
const BODY_LIMIT: usize = 64 * 1024;

pub fn router(app: Shared) -> Router {
    let mut router = Router::new()
        .nest("/v1", contract(&app))
        .route("/v1/", any(unknown))
        .route("/connect", get(connect::by_query).post(connect::by_form))
        .route(
            "/connect/{provider}",
            get(connect::provider_by_query).post(connect::provider_by_form),
        )
        .route(
            "/reconnect/{institution}",
            get(connect::again_by_query).post(connect::again_by_form),
        )
        .route("/connected", get(results::connected))
        .route("/exit", get(results::exit))
        .route("/pages.css", get(results::style))
        .route("/logos/{file}", get(logos::logo))
        .route("/healthz", get(health::healthy))
        .route("/readyz", get(health::ready));
    if app.sandbox {
        router = router
            .route("/demo", get(demo::to_shop))
            .route("/demo/", get(demo::shop))
            .route("/demo/{file}", get(demo::file))
            .route("/demo/token", post(demo::token));
    }
    router
        .fallback(files::file)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(panics::layer())
        .layer(middleware::from_fn(security_headers::layer))
        .layer(middleware::from_fn(request_log::layer))
        .with_state(app)
}

/// The backend contract, see `connect_core::api`.
fn contract(app: &Shared) -> Router<Shared> {
    Router::new()
        .route("/tokens", post(tokens::mint))
        .route("/session", get(session::session))
        .route("/providers", get(providers::list))
        .route("/providers/{id}", get(providers::one))
        .route("/institutions", post(institutions::create))
        .route(
            "/institutions/{id}",
            get(institutions::read)
                .put(institutions::update)
                .delete(institutions::remove),
        )
        .route("/institutions/{id}/poll", get(institutions::poll))
        .route("/institutions/{id}/sync", post(institutions::sync))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        // A page elsewhere must hear of a panic as well, so it is caught before the origin is looked at.
        .layer(panics::layer())
        .layer(middleware::from_fn(never_stored))
        .layer(middleware::from_fn_with_state(app.clone(), cors::layer))
}

async fn unknown() -> Refusal {
    Refusal::not_found("the contract has no such address")
}

async fn wrong_method() -> Refusal {
    Refusal::wrong_method()
}

async fn never_stored(request: extract::Request, next: middleware::Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
