//! Follows each request with what may be written down of it, and writes down that it was refused.

use crate::app::Shared;
use crate::audit::{Refused, Trail};
use crate::http::address::Address;
use crate::http::problem::Refusal;
use crate::http::route;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// What a request is called; among its extensions.
#[derive(Clone)]
pub struct RequestId(pub Arc<str>);

/// Among a refusal's extensions: for how many that are alike a line is written. `None`: one like it was written before.
#[derive(Clone, Copy)]
pub struct Lines(pub Option<u64>);

/// Stands within the layer that names requests, and outside everything that refuses some.
pub async fn layer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let id = extensions.get::<RequestId>().cloned();
    let address = extensions.get::<Address>().map(|address| address.0);
    let trail = Trail::new(
        id.map(|RequestId(id)| id.to_string()).unwrap_or_default(),
        address,
        route::method(&request),
        route::template(&request).map(str::to_owned),
    );
    let answer = async {
        let mut response = next.run(request).await;
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            let refusal = response.extensions().get::<Refusal>();
            let trail = Trail::current();
            let limit = trail.as_ref().and_then(|trail| trail.limit());
            let metrics = &app.audit.metrics;
            limit.iter().for_each(|limit| metrics.limit(limit));
            let failed = trail.and_then(|trail| trail.failed());
            failed
                .iter()
                .for_each(|passing| metrics.database_failed(*passing));
            let lines = app.audit.refused(Refused {
                status: status.as_u16(),
                code: refusal.map(Refusal::code),
                limit,
            });
            response.extensions_mut().insert(Lines(lines));
            match (limit, lines) {
                (Some(limit), Some(_)) => tracing::info!(limit, "a limit is reached"),
                (Some(limit), None) => tracing::debug!(limit, "a limit is reached"),
                (None, _) => {}
            }
        }
        response
    };
    trail.follow(answer).await
}
