//! What the process writes on standard error, and how much of it: an operator can change that while it runs.

use crate::config::Options;
use crate::config::observing::{LogFormat, Observing};
use crate::traces::TARGET;
#[cfg(feature = "otel")]
use crate::traces::otlp::Traces;
use std::io::IsTerminal;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;
use tracing_subscriber::reload::{self, Handle};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

pub struct Logs {
    options: Observing,
    level: Handle<LevelFilter, Registry>,
    #[cfg(feature = "otel")]
    traces: Option<Traces>,
}

impl Logs {
    /// From here on everything is logged. An error is what is wrong with the options.
    pub fn start(options: &Options) -> Result<Logs, String> {
        let options = options.observing.clone();
        let (level, handle) = reload::Layer::new(options.level()?);
        let lines = fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false);
        let lines = match options.log_format {
            LogFormat::Text => lines.boxed(),
            LogFormat::Json => lines
                .json()
                .flatten_event(true)
                .with_span_list(false)
                .boxed(),
        };
        let lines = lines
            .with_filter(filter_fn(|about| about.target() != TARGET))
            .with_filter(level);
        let registry = tracing_subscriber::registry().with(lines);
        #[cfg(feature = "otel")]
        let traces = match options.collector()? {
            Some(collector) => {
                let traces =
                    Traces::to(&collector).map_err(|error| format!("--otlp-endpoint: {error}"))?;
                registry.with(traces.layer()).init();
                Some(traces)
            }
            None => {
                registry.init();
                None
            }
        };
        #[cfg(not(feature = "otel"))]
        registry.init();
        Ok(Logs {
            options,
            level: handle,
            #[cfg(feature = "otel")]
            traces,
        })
    }

    /// Reads the level again. What cannot be used changes nothing.
    pub fn reload(&self) {
        let level = self.options.level();
        let set = level.and_then(|level| {
            let set = self.level.reload(level);
            set.map(|()| level).map_err(|error| error.to_string())
        });
        match set {
            Ok(level) => tracing::info!(%level, "the log's level is read again"),
            Err(error) => tracing::error!("the log's level stays as it was: {error}"),
        }
    }

    /// Sends what is left to be sent.
    pub async fn close(self) {
        #[cfg(feature = "otel")]
        if let Some(traces) = self.traces {
            // It waits for the runtime that it would hold up.
            let closed = tokio::task::spawn_blocking(|| traces.close());
            let _ = closed.await;
        }
    }
}
