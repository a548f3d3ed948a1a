//! All routes together: what stands before them, and what answers where there is none.

mod asker;
mod client;
mod cursor;
mod demo;
mod demo_theme;
mod endpoints;
mod events;
mod faults;
mod files;
pub mod health;
mod hosts;
mod institutions;
mod key;
mod launch_options;
mod logins;
mod logos;
mod oauth;
mod oauth_bank;
mod openapi;
mod providers;
mod published;
mod results;
mod revoke;
pub mod security;
mod session;
mod tokens;
mod user;
mod users;
mod waiting;
mod ways;

use self::openapi::Document;
use crate::app::Shared;
use crate::http::below::{self, Below};
use crate::http::problem::Refusal;
use crate::http::sharing::Sharing;
use crate::http::{address, cors, headers, host, isolation, log, panics, trail};
use crate::limits::requests::{self, Requests};
use crate::openapi as contract_document;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::Response;
use axum::routing::any;
use axum::{Extension, Router, extract};

/// Nothing that the contract sends comes near this.
const BODY_LIMIT: usize = 64 * 1024;

/// What `endpoints` lists and nothing else, but for the files of the built widget.
pub fn router(app: Shared) -> Router {
    let all = endpoints::all(app.sandbox);
    let document = Document(
        contract_document::document(&all, app.public.path())
            .to_string()
            .into(),
    );
    let below = Below(app.public.path().into());
    let requests = Requests::new(&app, &all);
    let (mut contract, mut router) = (Router::new(), Router::new());
    for endpoint in all {
        match endpoint.path.strip_prefix("/v1") {
            Some(path) => contract = contract.route(path, endpoint.handler),
            None => router = router.route(endpoint.path, endpoint.handler),
        }
    }
    let router = router
        .route("/v1/", any(unknown))
        .fallback(files::file)
        .method_not_allowed_fallback(wrong_method)
        .layer((
            middleware::from_fn_with_state(requests, requests::layer),
            Sharing,
        ))
        .nest("/v1", within_contract(contract, &app))
        .layer(Extension(document))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(panics::layer())
        .layer((middleware::from_fn(host::layer), Sharing))
        .layer((
            middleware::from_fn_with_state(below.clone(), headers::layer),
            Sharing,
        ))
        .layer((
            middleware::from_fn_with_state(app.clone(), isolation::layer),
            Sharing,
        ))
        .layer((
            middleware::from_fn_with_state(app.clone(), trail::layer),
            Sharing,
        ))
        .layer((
            middleware::from_fn_with_state(app.audit.metrics.clone(), log::layer),
            Sharing,
        ))
        .layer((
            middleware::from_fn_with_state(app.proxies.clone(), address::layer),
            Sharing,
        ));
    let router = match app.sandbox {
        true => router.layer((middleware::from_fn(faults::close), Sharing)),
        false => router,
    };
    let router = router.with_state(app);
    if below.0.is_empty() {
        return router;
    }
    // A router looks at the path before its own layers do.
    Router::new()
        .fallback_service(router)
        .layer(middleware::from_fn_with_state(below, below::layer))
        .layer(middleware::map_response(headers::finish))
}

/// The first part of this path is one of the server's own addresses: where a proxy has taken it away and where it has not
/// could not be told apart.
pub fn is_taken(path: &str) -> bool {
    let first = |path: &str| path.split('/').nth(1).unwrap_or_default().to_owned();
    let wanted = first(path);
    let own = endpoints::all(true);
    let mut own = own.iter().map(|endpoint| first(endpoint.path));
    !wanted.is_empty() && own.any(|own| own == wanted)
}

/// The backend contract, see `connect_core::api`.
fn within_contract(contract: Router<Shared>, app: &Shared) -> Router<Shared> {
    let requests = Requests::by_programs(app);
    let contract = contract
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        // A page elsewhere must hear of a panic as well, so it is caught before the origin is looked at.
        .layer(panics::layer());
    let contract = match app.sandbox {
        true => contract.layer((
            middleware::from_fn_with_state(app.clone(), faults::layer),
            Sharing,
        )),
        false => contract,
    };
    contract
        .layer((
            middleware::from_fn_with_state(requests, requests::layer),
            Sharing,
        ))
        .layer((middleware::from_fn(never_stored), Sharing))
        .layer((
            middleware::from_fn_with_state(app.clone(), cors::layer),
            Sharing,
        ))
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
