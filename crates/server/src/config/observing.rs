//! How the server is watched: its numbers, its log, its traces.

use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use tracing::level_filters::LevelFilter;

const HEADING: &str = "Watching it";

#[derive(Clone, Debug, Args)]
pub struct Observing {
    /// How much is logged to stderr
    #[arg(
        long,
        env = "CONNECT_LOG",
        help_heading = HEADING,
        default_value = "info",
        value_name = "LEVEL",
        value_parser = ["error", "warn", "info", "debug", "trace"]
    )]
    pub log: String,

    /// File with one of these levels, which wins over --log; SIGHUP reads it
    /// again
    #[arg(
        long,
        env = "CONNECT_LOG_LEVEL_FILE",
        help_heading = HEADING,
        value_name = "FILE"
    )]
    pub log_level_file: Option<PathBuf>,

    /// Whether the log is for people or a JSON object in each line
    #[arg(
        long,
        env = "CONNECT_LOG_FORMAT",
        help_heading = HEADING,
        default_value = "text",
        value_name = "FORMAT"
    )]
    pub log_format: LogFormat,

    /// Address and port of Prometheus' GET /metrics, which whoever reaches it may
    /// read; without it there is none
    #[arg(
        long,
        env = "CONNECT_METRICS_LISTEN",
        help_heading = HEADING,
        value_name = "ADDRESS",
        value_parser = super::values::address
    )]
    pub metrics_listen: Option<SocketAddr>,

    /// Where traces are sent, as OTLP over HTTP, e.g. http://127.0.0.1:4318; else
    /// OTEL_EXPORTER_OTLP_ENDPOINT says it, and without both there are none
    #[cfg(feature = "otel")]
    #[arg(
        long,
        env = "CONNECT_OTLP_ENDPOINT",
        help_heading = HEADING,
        value_name = "URL",
        value_parser = endpoint
    )]
    pub otlp_endpoint: Option<url::Url>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

impl Observing {
    /// What is to be logged at this moment. An error names the file.
    pub fn level(&self) -> Result<LevelFilter, String> {
        let Some(file) = &self.log_level_file else {
            return level(&self.log).ok_or_else(|| format!("--log: {:?} is no level", self.log));
        };
        let place = file.display();
        let text = std::fs::read_to_string(file);
        let text =
            text.map_err(|error| format!("--log-level-file: {place} cannot be read: {error}"))?;
        level(text.trim()).ok_or_else(|| {
            format!("--log-level-file: {place} must hold error, warn, info, debug or trace")
        })
    }

    /// The collector of traces; the usual variable of OpenTelemetry counts where the option is not given.
    #[cfg(feature = "otel")]
    pub fn collector(&self) -> Result<Option<url::Url>, String> {
        if self.otlp_endpoint.is_some() {
            return Ok(self.otlp_endpoint.clone());
        }
        match std::env::var(OTLP) {
            Ok(text) if !text.trim().is_empty() => endpoint(text.trim())
                .map(Some)
                .map_err(|wrong| format!("{OTLP}: {wrong}")),
            _ => Ok(None),
        }
    }
}

/// Source: https://opentelemetry.io/docs/specs/otel/protocol/exporter/
#[cfg(feature = "otel")]
const OTLP: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

#[cfg(feature = "otel")]
fn endpoint(text: &str) -> Result<url::Url, &'static str> {
    let wrong = "must be a URL such as http://127.0.0.1:4318";
    let url: url::Url = text.parse().map_err(|_| wrong)?;
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host();
    fits.then_some(url).ok_or(wrong)
}

fn level(text: &str) -> Option<LevelFilter> {
    // Not what the crate reads beside the words: numbers and `off`.
    let words = ["error", "warn", "info", "debug", "trace"];
    words.contains(&text).then(|| text.parse().ok()).flatten()
}
