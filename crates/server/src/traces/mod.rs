//! Spans for a collector of traces: one for each request, one for each call of an aggregator. They hold words of ours
//! alone, and are made anew beside the log's own, so that nothing the log shows can get among them.

#[cfg(feature = "otel")]
pub mod otlp;

use axum::http::HeaderMap;
use tracing::field::Empty;
use tracing::{Span, info_span};

/// Marks what is for the collector; the log leaves it out.
pub const TARGET: &str = "connect::traces";

/// Where something belongs that a request has begun and that outlives it. Holds no span open.
#[derive(Clone, Default)]
pub struct Cause {
    #[cfg(feature = "otel")]
    context: opentelemetry::Context,
}

impl Cause {
    /// What happens now.
    pub fn now() -> Cause {
        Cause {
            #[cfg(feature = "otel")]
            context: otlp::current(),
        }
    }

    fn of(&self, span: &Span) {
        #[cfg(feature = "otel")]
        otlp::set_parent(span, self.context.clone());
        #[cfg(not(feature = "otel"))]
        let _ = span;
    }
}

/// `asked`: the headers of somebody whose word on where the request belongs is taken (W3C Trace Context).
pub fn request(
    method: &'static str,
    route: Option<&str>,
    id: &str,
    asked: Option<&HeaderMap>,
) -> Span {
    let route = route.unwrap_or("unmatched");
    let span = info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        request.id = id,
    );
    #[cfg(feature = "otel")]
    if let Some(headers) = asked {
        otlp::set_parent(&span, otlp::context_of(headers));
    }
    #[cfg(not(feature = "otel"))]
    let _ = asked;
    span
}

/// The request's span is told how it was answered.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// A call of an aggregator, which is told nothing of it.
pub fn call(aggregator: &str, call: &'static str, cause: &Cause) -> Span {
    let span = info_span!(
        target: TARGET,
        parent: None,
        "call",
        otel.name = format!("{call} {aggregator}"),
        otel.kind = "client",
        otel.status_code = Empty,
        connect.aggregator = aggregator,
        connect.call = call,
    );
    cause.of(&span);
    span
}

/// The call has brought nothing.
pub fn failed(span: &Span) {
    span.record("otel.status_code", "ERROR");
}
