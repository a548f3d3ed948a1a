//! Keeps what a layer stands around behind an `Arc`. Axum clones it for each request, and each layer within does so
//! again: of n layers some n²/2 copies would be kept for as long as a request waits.

use axum::extract::Request;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::util::Oneshot;
use tower::{Layer, Service, ServiceExt};

/// Stands right within a layer: `.layer((around, Sharing))`.
#[derive(Clone, Copy)]
pub struct Sharing;

pub struct Shared<S>(Arc<S>);

impl<S> Layer<S> for Sharing {
    type Service = Shared<S>;

    fn layer(&self, inner: S) -> Shared<S> {
        Shared(Arc::new(inner))
    }
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Shared<S> {
        Shared(self.0.clone())
    }
}

impl<S: Service<Request> + Clone> Service<Request> for Shared<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Oneshot<S, Request>;

    /// The copy that takes the request waits until it is ready itself.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Oneshot<S, Request> {
        S::clone(&self.0).oneshot(request)
    }
}
