//! `GET /metrics`, on an address of its own: what is counted, and the numbers that the server knows at this moment.

use super::Metrics;
use super::process::put;
use crate::engine::sync::Syncs;
use crate::limits::Limits;
use crate::serving::Serving;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;
use std::sync::{Arc, Weak};

const TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Those who know how many there are of something now.
pub trait Crowded: Send + Sync + 'static {
    fn limits(&self) -> &Limits;
    fn syncs(&self) -> &Syncs;
}

struct Now<A> {
    /// What counts belongs to it.
    app: Weak<A>,
    serving: Arc<Serving>,
}

impl<A> fmt::Debug for Now<A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Now")
    }
}

impl<A: Crowded> Collector for Now<A> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(app) = self.app.upgrade() else {
            return Ok(());
        };
        let gauges = [
            (
                "connect_connections_open",
                "Connections of browsers, proxies and clients' servers",
                self.serving.open(),
            ),
            (
                "connect_connections_allowed",
                "How many connections there may be",
                self.serving.most(),
            ),
            (
                "connect_polls_waiting",
                "Requests that wait for news",
                app.limits().waiting(),
            ),
            (
                "connect_syncs_running",
                "Syncs that are followed now",
                app.syncs().running(),
            ),
        ];
        for (name, help, number) in gauges {
            put(&mut encoder, name, help, &ConstGauge::new(number as f64))?;
        }
        let counts = self.serving.counts();
        let accepted = ConstCounter::new(counts.accepted.read());
        let help = "Connections that were let in";
        put(
            &mut encoder,
            "connect_connections_accepted",
            help,
            &accepted,
        )?;
        let ends = [
            ("refused", &counts.refused),
            ("evicted", &counts.evicted),
            ("late_head", &counts.late_heads),
            ("late_body", &counts.late_bodies),
            ("idle", &counts.idle),
            ("slow_reader", &counts.slow_readers),
        ];
        let help = "Connections that the server has ended or turned away, and why";
        let name = "connect_connections_cut";
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (why, count) in ends {
            let labels = [("why", why)];
            let labelled = family.encode_family(&labels)?;
            ConstCounter::new(count.read()).encode(labelled)?;
        }
        Ok(())
    }
}

/// What answers on that address.
pub fn router<A: Crowded>(metrics: Metrics, app: &Arc<A>, serving: Arc<Serving>) -> Router {
    let app = Arc::downgrade(app);
    metrics.register(Now { app, serving });
    let router = Router::new().route("/metrics", get(text));
    router.with_state(metrics)
}

async fn text(State(metrics): State<Metrics>) -> Response {
    match metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "what is counted cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
