//! What is counted, for Prometheus: each family with its labels, none of which holds a caller's own word.

pub mod exposition;
mod process;

use self::process::Process;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A name and a value of ours, or an id from the operator's files.
type Label = (&'static str, String);
type Counts<const LABELS: usize> = Family<[Label; LABELS], Counter>;
type Times<const LABELS: usize> = Family<[Label; LABELS], Histogram, fn() -> Histogram>;

/// Polls wait for up to 40 seconds.
const SECONDS: [f64; 13] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

/// Its clones are the same.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Mutex<Registry>,
    requests: Counts<3>,
    request_times: Times<2>,
    sessions: Counts<2>,
    begun: Counts<1>,
    connected: Counts<1>,
    failed: Counts<2>,
    syncs: Counts<2>,
    calls: Counts<3>,
    call_times: Times<2>,
    limits: Counts<1>,
    database: Counts<1>,
}

/// A request as it was answered.
pub struct Answered<'a> {
    pub method: &'static str,
    /// As the router has it. `None`: a file's address, or no route fits.
    pub route: Option<&'a str>,
    pub status: u16,
    pub took: Duration,
}

fn times() -> Histogram {
    Histogram::new(SECONDS)
}

impl Default for Metrics {
    fn default() -> Metrics {
        let inner = Inner {
            registry: Mutex::default(),
            requests: Family::default(),
            request_times: Family::new_with_constructor(times),
            sessions: Family::default(),
            begun: Family::default(),
            connected: Family::default(),
            failed: Family::default(),
            syncs: Family::default(),
            calls: Family::default(),
            call_times: Family::new_with_constructor(times),
            limits: Family::default(),
            database: Family::default(),
        };
        inner.register();
        let metrics = Metrics(Arc::new(inner));
        metrics.register(Process::new());
        // What has not happened yet is 0, and can be seen to rise.
        for passing in [true, false] {
            drop(metrics.0.database.get_or_create(&passes(passing)));
        }
        metrics
    }
}

impl Inner {
    /// The encoding adds `_total` to the names of counters, and a unit to names that have one.
    fn register(&self) {
        let mut all = self.registry();
        let registry = all.sub_registry_with_prefix("connect");
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "The build that runs", Info::new(version));
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "From a request's head to its answer's; polls wait for news",
            Unit::Seconds,
            self.request_times.clone(),
        );
        registry.register(
            "sessions_minted",
            "Tokens that begin a session, by whose client they are and whether its server or a page has asked",
            self.sessions.clone(),
        );
        registry.register(
            "connections_begun",
            "First logins of new connections that were sent",
            self.begun.clone(),
        );
        registry.register(
            "connections_connected",
            "New connections that have come about",
            self.connected.clone(),
        );
        registry.register(
            "connections_failed",
            "Logins of new connections that have failed, by the error's name",
            self.failed.clone(),
        );
        registry.register(
            "syncs_ended",
            "Syncs that have ended or stand still: ok, retry (put off), or the error's name",
            self.syncs.clone(),
        );
        registry.register(
            "aggregator_calls",
            "Calls of aggregators in syncs",
            self.calls.clone(),
        );
        registry.register_with_unit(
            "aggregator_call_duration",
            "How long calls of aggregators take",
            Unit::Seconds,
            self.call_times.clone(),
        );
        registry.register(
            "limits_refused",
            "Requests refused because a limit was reached, by its name",
            self.limits.clone(),
        );
        registry.register(
            "database_errors",
            "Statements that have failed; those that pass may be sent again",
            self.database.clone(),
        );
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Metrics {
    pub fn answered(&self, answered: Answered<'_>) {
        let method = ("method", answered.method.to_owned());
        let route = answered.route.unwrap_or("unmatched").to_owned();
        let route = ("route", route);
        let class = ("status", format!("{}xx", answered.status / 100));
        let times = [method.clone(), route.clone()];
        let seconds = answered.took.as_secs_f64();
        self.0.request_times.get_or_create(&times).observe(seconds);
        let requests = &self.0.requests;
        requests.get_or_create(&[method, route, class]).inc();
    }

    /// `by`: the client's own server, or a page.
    pub fn minted(&self, client: &str, by: &'static str) {
        let labels = [("client", client.to_owned()), ("by", by.to_owned())];
        self.0.sessions.get_or_create(&labels).inc();
    }

    pub fn begun(&self, aggregator: &str) {
        self.0.begun.get_or_create(&[of(aggregator)]).inc();
    }

    /// A sync has ended, the first of its connection or a later one.
    pub fn ended(&self, aggregator: &str, outcome: &'static str, first: bool) {
        let labels = [of(aggregator), ("outcome", outcome.to_owned())];
        self.0.syncs.get_or_create(&labels).inc();
        match outcome {
            "ok" if first => {
                self.0.connected.get_or_create(&[of(aggregator)]).inc();
            }
            // Put off, or a question.
            "ok" | "retry" | "SecurityQuestionError" => {}
            error if first => {
                let labels = [of(aggregator), ("error", error.to_owned())];
                self.0.failed.get_or_create(&labels).inc();
            }
            _ => {}
        }
    }

    pub fn called(&self, aggregator: &str, call: &'static str, brought: bool, took: Duration) {
        let (whose, call) = (of(aggregator), ("call", call.to_owned()));
        let times = [whose.clone(), call.clone()];
        let seconds = took.as_secs_f64();
        self.0.call_times.get_or_create(&times).observe(seconds);
        let outcome = if brought { "ok" } else { "failed" };
        let labels = [whose, call, ("outcome", outcome.to_owned())];
        self.0.calls.get_or_create(&labels).inc();
    }

    /// There is this aggregator, and nobody has connected by it: else the first one would be no increase.
    pub fn knows_aggregator(&self, id: &str) {
        drop(self.0.begun.get_or_create(&[of(id)]));
        drop(self.0.connected.get_or_create(&[of(id)]));
    }

    /// There is this limit, and nobody has been refused.
    pub fn knows_limit(&self, name: &'static str) {
        let labels = [("limit", name.to_owned())];
        drop(self.0.limits.get_or_create(&labels));
    }

    pub fn limit(&self, name: &'static str) {
        let labels = [("limit", name.to_owned())];
        self.0.limits.get_or_create(&labels).inc();
    }

    pub fn database_failed(&self, passing: bool) {
        self.0.database.get_or_create(&passes(passing)).inc();
    }

    /// Whatever knows its numbers itself is asked for them at each look.
    fn register(&self, collector: impl prometheus_client::collector::Collector) {
        self.0.registry().register_collector(Box::new(collector));
    }

    /// In Prometheus' text format, version 0.0.4.
    fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.0.registry())?;
        Ok(text)
    }
}

fn passes(passing: bool) -> [Label; 1] {
    [("passing", passing.to_string())]
}

fn of(aggregator: &str) -> Label {
    ("aggregator", aggregator.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_connection_is_counted_as_it_ends_and_a_later_sync_is_no_new_one() {
        let metrics = Metrics::default();
        metrics.begun("mine");
        metrics.ended("mine", "SecurityQuestionError", true);
        metrics.ended("mine", "LoginFailedError", true);
        metrics.ended("mine", "ok", true);
        metrics.ended("mine", "ok", false);
        metrics.ended("mine", "ConsentExpiredError", false);
        let text = metrics.text().expect("a text");
        for line in [
            r#"connect_connections_begun_total{aggregator="mine"} 1"#,
            r#"connect_connections_connected_total{aggregator="mine"} 1"#,
            r#"connect_connections_failed_total{aggregator="mine",error="LoginFailedError"} 1"#,
            r#"connect_syncs_ended_total{aggregator="mine",outcome="ok"} 2"#,
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
        assert!(!text.contains(
            r#"connections_failed_total{aggregator="mine",error="ConsentExpiredError"}"#
        ));
    }
}
