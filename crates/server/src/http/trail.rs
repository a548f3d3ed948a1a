//! Follows each request with what may be written down of it, and writes down that it was refused.

use crate::app::Shared;
use crate::audit::{Event, Trail};
use crate::http::address::Address;
use crate::http::log::RequestId;
use crate::http::problem::Refusal;
use crate::http::route;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

/// What an auditor asks for: who was not let in, and who tried too much.
const REFUSED: [StatusCode; 4] = [
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::CONFLICT,
    StatusCode::TOO_MANY_REQUESTS,
];

/// Stands within the layer that names requests, and outside everything that refuses some.
pub async fn layer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let id = extensions.get::<RequestId>().cloned();
    let address = extensions.get::<Address>().map(|address| address.0);
    let trail = Trail::new(
        id.map(|RequestId(id)| id).unwrap_or_default(),
        address,
        route::method(&request),
        route::template(&request).map(str::to_owned),
    );
    let answer = async {
        let response = next.run(request).await;
        if REFUSED.contains(&response.status()) {
            let refusal = response.extensions().get::<Refusal>();
            let status = response.status().as_u16();
            app.audit
                .record(Event::refused(status, refusal.map(Refusal::code)));
        }
        response
    };
    trail.follow(answer).await
}
