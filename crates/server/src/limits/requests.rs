//! How many requests an address may send: asked before anything is done for one.

use crate::app::Shared;
use crate::http::address::Address;
use crate::http::page;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub async fn layer(
    State(app): State<Shared>,
    from: Address,
    request: Request,
    next: Next,
) -> Response {
    match app.limits.may_ask(from) {
        Ok(()) => next.run(request).await,
        Err(refusal) if shows_pages(request.headers()) => page::too_often(&app, &refusal),
        Err(refusal) => refusal.into_response(),
    }
}

/// A person looks at the answer.
fn shows_pages(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}
