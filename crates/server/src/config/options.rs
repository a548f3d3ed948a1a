//! The command line: what can be set, how, and what holds when nothing is.

use crate::config::aggregators::AggregatorsFile;
use crate::config::audit_log::AuditLog;
use crate::config::exposure::Exposure;
use crate::config::files::Files;
use crate::config::keeping::Keeping;
use crate::config::limits::LimitOptions;
use crate::config::observing::Observing;
use crate::config::origin::Origin;
use crate::config::public_url::{self, PublicUrl};
use crate::config::security::Security;
use crate::config::time_and_room::TimeAndRoom;
use crate::config::tls::TlsFiles;
use crate::config::values::{address, number, switch};
use crate::store::{Manner, Opener};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub const EXAMPLES: &str = "\
Examples:
  connect-server --sandbox
  connect-server --clients clients.json --public-url https://connect.example

An option that is given wins over its environment variable.";

/// How the server is run.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Address and port to serve on
    #[arg(
        long,
        env = "CONNECT_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS",
        value_parser = address
    )]
    pub listen: SocketAddr,

    /// How browsers reach the server, e.g. https://connect.example; a sandbox
    /// does without it
    ///
    /// With a path, https://shop.example/bank, it shares the origin of a site of
    /// your own; a proxy may take the path away or leave it. See docs/paths.md.
    #[arg(
        long,
        env = "CONNECT_PUBLIC_URL",
        value_name = "URL",
        value_parser = public_url
    )]
    pub public_url: Option<PublicUrl>,

    /// Where browsers get the widget's files from, e.g. a CDN that has a copy of
    /// the directory: https://cdn.example/connect; otherwise from the server
    ///
    /// Its pages stay here. The files need `Access-Control-Allow-Origin: *`.
    #[arg(
        long,
        env = "CONNECT_STATIC_URL",
        value_name = "URL",
        value_parser = public_url
    )]
    pub static_url: Option<PublicUrl>,

    /// Directory of the built widget, made by `cargo xtask build`
    #[arg(
        long,
        env = "CONNECT_DIST",
        default_value = "dist",
        value_name = "DIRECTORY"
    )]
    pub dist: PathBuf,

    #[command(flatten)]
    pub files: Files,

    /// How long a request waits for its turn to write, or for another process
    /// that holds the database; it is then answered 503, to be sent again
    #[arg(
        long,
        env = "CONNECT_DATABASE_PATIENCE",
        default_value_t = 5000,
        value_name = "MILLISECONDS",
        value_parser = milliseconds
    )]
    pub database_patience: u32,

    /// So many connections this server has to a PostgreSQL database at most
    ///
    /// Beside these it has one that listens for word of the others, and up to four
    /// that wait for them.
    #[arg(
        long,
        env = "CONNECT_DATABASE_CONNECTIONS",
        default_value_t = 10,
        value_name = "NUMBER",
        value_parser = clap::value_parser!(u32).range(2..=1000)
    )]
    pub database_connections: u32,

    /// JSON file of the clients, the apps that may ask for connections; SIGHUP
    /// reads it again
    ///
    /// A list of {"id", "name", "secret_sha256", "logo"?, "origins": […],
    /// "ancestors": […], "links", "redirect_uris": […], "oauth_redirects": [{"sub", "uri"}]}. The secret's
    /// SHA-256 is in 64 hex digits, or a list of two while it changes; `clients
    /// secret` makes one. The logo is an https:// address. "disabled": true refuses
    /// the client and all its tokens.
    /// The tokens of a client with "origins", its pages, open in those alone;
    /// "links": true lets them open by a link or in a window of its own as well,
    /// so that whoever is sent a link with a token connects their bank to the
    /// token's user. "ancestors" are origins that may stand around those pages, a
    /// portal's say, and are told nothing. An app that opens a bank's own login itself
    /// names one of its subs in `state`: /oauth/redirect sends the result there.
    /// "webhooks": [{"url", "secret_file", "events"?: […]}] hear what happens to the
    /// client's connections; `webhooks secret` makes a secret for the file.
    /// "theme" has tokens such as {"accent": "#0a0"}. "open_systems", of "flinks"
    /// and "ucw", lets those systems' pages open without a token from the
    /// client's origins: whoever reaches such a page is let in, the user id in a
    /// ucw address can be anybody's, and the session finds only what it has made.
    #[arg(long, env = "CONNECT_CLIENTS", value_name = "FILE")]
    pub clients: Option<PathBuf>,

    #[command(flatten)]
    pub aggregators: AggregatorsFile,

    /// CSV file of banks that a sandbox offers instead of the built-in catalogue;
    /// needs the columns country and name
    #[arg(long, env = "CONNECT_CATALOGUE", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,

    /// Origin of a widget page that is hosted elsewhere and may call /v1; may
    /// be given several times, in the variable separated by commas
    #[arg(
        long = "widget-origin",
        env = "CONNECT_WIDGET_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ',',
        value_parser = origin
    )]
    pub widget_origins: Vec<Origin>,

    /// How long a user token is valid
    #[arg(
        long,
        env = "CONNECT_TOKEN_TTL",
        default_value_t = 1800,
        value_name = "SECONDS",
        value_parser = lifetime
    )]
    pub token_ttl: u32,

    /// How long a poll waits for news, 40 at most: the widget gives up after 45
    #[arg(
        long,
        env = "CONNECT_POLL_TIMEOUT",
        default_value_t = 30,
        value_name = "SECONDS",
        value_parser = poll_timeout
    )]
    pub poll_timeout: u32,

    #[command(flatten)]
    pub keeping: Keeping,

    #[command(flatten)]
    pub observing: Observing,

    #[command(flatten)]
    pub tls: TlsFiles,

    #[command(flatten)]
    pub time_and_room: TimeAndRoom,

    #[command(flatten)]
    pub limits: LimitOptions,

    /// To try things out, never for real users: test banks, any localhost
    /// origin, and the client `demo` with the secret `demo-secret`
    #[arg(
        long,
        env = "CONNECT_SANDBOX",
        help_heading = "Sandbox",
        value_parser = switch
    )]
    pub sandbox: bool,

    /// A second address that serves everything as well, so that the demo shop
    /// embeds the widget from another origin
    #[arg(
        long,
        env = "CONNECT_DEMO_LISTEN",
        help_heading = "Sandbox",
        value_name = "ADDRESS",
        value_parser = address
    )]
    pub demo_listen: Option<SocketAddr>,

    /// One more redirect URI of the client `demo`; may be given several times,
    /// in the variable separated by spaces
    #[arg(
        long,
        env = "CONNECT_DEMO_REDIRECT_URI",
        help_heading = "Sandbox",
        value_name = "URI",
        value_delimiter = ' '
    )]
    pub demo_redirect_uri: Vec<String>,

    /// How long an aggregator that cannot be reached is left alone before it is asked
    /// once more how a sync goes; twice as long each time, five times
    #[arg(
        long,
        env = "CONNECT_AGGREGATOR_PAUSE_MS",
        default_value_t = 500,
        value_name = "MILLISECONDS",
        value_parser = milliseconds
    )]
    pub aggregator_pause_ms: u32,

    /// How long a test bank takes for each step of a sync
    #[arg(
        long,
        env = "CONNECT_SANDBOX_STEP_MS",
        help_heading = "Sandbox",
        default_value_t = 250,
        value_name = "MILLISECONDS",
        value_parser = milliseconds
    )]
    pub sandbox_step_ms: u32,

    #[command(flatten)]
    pub audit: AuditLog,

    #[command(flatten)]
    pub security: Security,

    #[command(flatten)]
    pub exposure: Exposure,
}

impl Options {
    pub fn manner(&self) -> Manner {
        Manner {
            opener: Opener::Server,
            patience: Duration::from_millis(self.database_patience.into()),
            connections: self.database_connections,
        }
    }
}

fn origin(text: &str) -> Result<Origin, &'static str> {
    let wrong =
        "must be an origin, scheme and host without a path, such as https://connect.example";
    Origin::parse(text).ok_or(wrong)
}

fn public_url(text: &str) -> Result<PublicUrl, &'static str> {
    PublicUrl::parse(text).ok_or(public_url::FORM)
}

fn lifetime(text: &str) -> Result<u32, &'static str> {
    number(text, 1..=u32::MAX).ok_or("must be a number of seconds, 1 or more")
}

fn poll_timeout(text: &str) -> Result<u32, &'static str> {
    number(text, 1..=40).ok_or("must be a number of seconds from 1 to 40")
}

fn milliseconds(text: &str) -> Result<u32, &'static str> {
    number(text, 0..=u32::MAX).ok_or("must be a number of milliseconds")
}

#[cfg(test)]
mod tests {
    use crate::commands::CommandLine;
    use clap::{CommandFactory, Parser};

    #[test]
    fn every_option_has_its_variable() {
        for option in CommandLine::command().get_arguments() {
            let variable = option.get_env().and_then(|name| name.to_str());
            assert!(
                variable.is_some_and(|name| name.starts_with("CONNECT_")),
                "{option}"
            );
        }
    }

    #[test]
    fn the_help_reads_well_in_80_columns() {
        let mut command = CommandLine::command();
        for help in [command.render_help(), command.render_long_help()] {
            for line in help.to_string().lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }

    #[test]
    fn a_wrong_value_is_told_with_its_option_and_what_is_allowed() {
        for (option, value, allowed) in [
            ("--listen", "8080", "127.0.0.1:8080"),
            ("--demo-listen", "localhost:80", "127.0.0.1:8080"),
            ("--public-url", "connect.example", "https://connect.example"),
            (
                "--public-url",
                "https://connect.example/a?b",
                "https://shop.example/bank",
            ),
            ("--static-url", "/assets", "https://connect.example"),
            ("--widget-origin", "*", "https://connect.example"),
            (
                "--widget-origin",
                "https://a.example,null",
                "https://connect.example",
            ),
            ("--token-ttl", "0", "seconds, 1 or more"),
            ("--token-ttl", "soon", "seconds, 1 or more"),
            ("--poll-timeout", "41", "seconds from 1 to 40"),
            ("--sandbox-step-ms", "-1", "milliseconds"),
            ("--header-timeout", "0", "seconds from 1"),
            ("--header-size", "16KB", "bytes from 4096"),
            ("--response-rate", "0", "bytes from 1"),
            ("--connections", "0", "a number from 1"),
            (
                "--log",
                "loud",
                "[possible values: error, warn, info, debug, trace]",
            ),
        ] {
            let given = format!("{option}={value}");
            let Err(error) = CommandLine::try_parse_from(["connect-server", &given]) else {
                panic!("{given} is accepted");
            };
            let text = error.to_string();
            assert!(text.contains(option) && text.contains(allowed), "{text}");
        }
    }
}
