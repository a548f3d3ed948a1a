//! A panic while a request is answered is a bug; the one who asked hears of it, and the others are served on.

use crate::http::problem::Refusal;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

pub fn layer() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(answer)
}

/// What the panic said went to stderr, where every panic goes.
fn answer(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request was not answered because of a panic");
    Refusal::internal().into_response()
}

#[cfg(test)]
mod tests {
    use super::layer;
    use crate::http::below::Below;
    use crate::http::{headers, log};
    use crate::metrics::Metrics;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::get;
    use axum::{Router, middleware};
    use connect_core::api::Problem;
    use tower::ServiceExt;

    async fn breaks() -> &'static str {
        panic!("a password, for example");
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_of_its_own_request_only() {
        let router = Router::new()
            .route("/breaks", get(breaks))
            .route("/works", get("works"))
            .layer(layer())
            .layer(middleware::from_fn_with_state(
                Below("".into()),
                headers::layer,
            ))
            .layer(middleware::from_fn_with_state(
                Metrics::default(),
                log::layer,
            ));
        let ask = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            let answer = router.clone().oneshot(request).await.expect("an answer");
            let (head, body) = answer.into_parts();
            (head, to_bytes(body, 1_000).await.expect("a body"))
        };
        let (head, body) = ask("/breaks").await;
        assert_eq!(head.status, 500);
        assert_eq!(head.headers["content-type"], "application/problem+json");
        assert_eq!(head.headers["x-content-type-options"], "nosniff");
        let problem: Problem = serde_json::from_slice(&body).expect("a problem");
        assert_eq!((problem.code.as_str(), problem.status), ("internal", 500));
        assert!(!String::from_utf8_lossy(&body).contains("password"));
        assert_eq!(ask("/works").await.0.status, 200);
    }
}
