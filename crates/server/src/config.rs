//! The command line: what can be set, how, and what holds when nothing is.

use clap::Parser;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Serves the connect widget and speaks its backend contract.
#[derive(Clone, Debug, Parser)]
#[command(name = "connect-server", version)]
pub struct Options {
    /// Address and port to serve on
    #[arg(
        long,
        env = "CONNECT_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,

    /// A second address that serves everything as well, so that the demo shop embeds the widget from another origin; sandbox only
    #[arg(long, env = "CONNECT_DEMO_LISTEN", value_name = "ADDRESS")]
    pub demo_listen: Option<SocketAddr>,

    /// Directory of the built widget, made by `cargo xtask build`
    #[arg(
        long,
        env = "CONNECT_DIST",
        default_value = "dist",
        value_name = "DIRECTORY"
    )]
    pub dist: PathBuf,

    /// SQLite file that keeps institutions, sessions and the catalogue; made when it does not exist
    #[arg(
        long,
        env = "CONNECT_DATABASE",
        default_value = "connect.db",
        value_name = "FILE"
    )]
    pub database: PathBuf,

    /// Adds test banks, any localhost origin and the client `demo` with the secret `demo-secret`; never for real users
    #[arg(long, env = "CONNECT_SANDBOX")]
    pub sandbox: bool,

    /// JSON file of the clients: [{"id", "name", "secret_sha256", "logo"?, "origins": […], "redirect_uris": […]}]
    #[arg(long, env = "CONNECT_CLIENTS", value_name = "FILE")]
    pub clients: Option<PathBuf>,

    /// CSV file of banks to import instead of the built-in catalogue; needs the columns country and name
    #[arg(long, env = "CONNECT_CATALOGUE", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,

    /// How long a user token is valid
    #[arg(long, env = "CONNECT_TOKEN_TTL", default_value_t = 1800, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub token_ttl: u32,

    /// How long a poll waits for news; the widget gives up after 45
    #[arg(long, env = "CONNECT_POLL_TIMEOUT", default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=40))]
    pub poll_timeout: u32,

    /// How the server is reached from outside, e.g. https://connect.example; by default its own address
    #[arg(long, env = "CONNECT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// One more redirect URI of the sandbox client `demo`; may be given several times, in the variable separated by spaces
    #[arg(
        long,
        env = "CONNECT_DEMO_REDIRECT_URI",
        value_name = "URI",
        value_delimiter = ' '
    )]
    pub demo_redirect_uri: Vec<String>,

    /// How long a test bank takes for each step of a sync
    #[arg(
        long,
        env = "CONNECT_SANDBOX_STEP_MS",
        default_value_t = 250,
        value_name = "MILLISECONDS",
        hide_short_help = true
    )]
    pub sandbox_step_ms: u32,

    /// What is logged to stderr: error, warn, info, debug or trace
    #[arg(
        long,
        env = "CONNECT_LOG",
        default_value = "info",
        value_name = "LEVEL"
    )]
    pub log: String,
}
