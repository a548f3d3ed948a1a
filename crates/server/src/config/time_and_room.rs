//! How long a connection may take for each thing, and how many there may be: every limit of the server's sockets.

use super::values::number;
use clap::Args;
use std::time::Duration;

const HEADING: &str = "Time and room";

/// What whoever opens a connection may take of the server.
#[derive(Clone, Debug, Args)]
pub struct TimeAndRoom {
    /// How long the head of a request may take to come; a connection that says
    /// nothing or too little is then closed
    #[arg(
        long,
        env = "CONNECT_HEADER_TIMEOUT",
        help_heading = HEADING,
        default_value_t = 10,
        value_name = "SECONDS",
        value_parser = seconds
    )]
    pub header_timeout: u32,

    /// How long a server that is told to stop still takes what comes, as not ready
    /// and each request as the last of its connection; a load balancer meanwhile
    /// sends the next ones to another server
    #[arg(
        long,
        env = "CONNECT_DRAIN",
        help_heading = HEADING,
        default_value_t = 0,
        value_name = "MILLISECONDS",
        value_parser = clap::value_parser!(u32).range(..=300_000)
    )]
    pub drain: u32,

    /// How large the head of a request may be; a larger one is answered 431
    #[arg(
        long,
        env = "CONNECT_HEADER_SIZE",
        help_heading = HEADING,
        default_value_t = 16 * 1024,
        value_name = "BYTES",
        value_parser = header_size
    )]
    pub header_size: u32,

    /// How long the body of a request may take to come; it is then answered 408
    #[arg(
        long,
        env = "CONNECT_BODY_TIMEOUT",
        help_heading = HEADING,
        default_value_t = 20,
        value_name = "SECONDS",
        value_parser = seconds
    )]
    pub body_timeout: u32,

    /// How long a connection is kept for its next request; longer than the
    /// proxy before the server keeps it, which else sends into a closed one
    #[arg(
        long,
        env = "CONNECT_IDLE_TIMEOUT",
        help_heading = HEADING,
        default_value_t = 60,
        value_name = "SECONDS",
        value_parser = seconds
    )]
    pub idle_timeout: u32,

    /// How much of an answer must be taken in a second, on average over
    /// --response-patience; whoever reads more slowly holds memory and is
    /// cut off
    #[arg(
        long,
        env = "CONNECT_RESPONSE_RATE",
        help_heading = HEADING,
        default_value_t = 1024,
        value_name = "BYTES",
        value_parser = rate
    )]
    pub response_rate: u32,

    /// How long an answer may stand still, and over what --response-rate is
    /// taken; polls that wait for news are no slow readers
    #[arg(
        long,
        env = "CONNECT_RESPONSE_PATIENCE",
        help_heading = HEADING,
        default_value_t = 30,
        value_name = "SECONDS",
        value_parser = seconds
    )]
    pub response_patience: u32,

    /// How many connections there may be; fewer where the limit of open files
    /// is low. For one more, the one that has waited longest without a request
    /// makes room; when all are busy, the new one is refused
    #[arg(
        long,
        env = "CONNECT_CONNECTIONS",
        help_heading = HEADING,
        default_value_t = 4096,
        value_name = "NUMBER",
        value_parser = count
    )]
    pub connections: u32,

    /// The same for one address, of IPv6 for one /64
    #[arg(
        long,
        env = "CONNECT_CONNECTIONS_PER_ADDRESS",
        help_heading = HEADING,
        default_value_t = 256,
        value_name = "NUMBER",
        value_parser = count
    )]
    pub connections_per_address: u32,
}

impl TimeAndRoom {
    pub fn header_timeout(&self) -> Duration {
        Duration::from_secs(self.header_timeout.into())
    }

    pub fn body_timeout(&self) -> Duration {
        Duration::from_secs(self.body_timeout.into())
    }

    pub fn idle_timeout(&self) -> Duration {
        Duration::from_secs(self.idle_timeout.into())
    }

    pub fn response_patience(&self) -> Duration {
        Duration::from_secs(self.response_patience.into())
    }

    /// Bytes of an answer that must be taken within `response_patience`.
    pub fn response_share(&self) -> u64 {
        u64::from(self.response_rate) * u64::from(self.response_patience)
    }
}

fn seconds(text: &str) -> Result<u32, &'static str> {
    number(text, 1..=86_400).ok_or("must be a number of seconds from 1 to 86400")
}

fn header_size(text: &str) -> Result<u32, &'static str> {
    number(text, 4096..=1024 * 1024).ok_or("must be a number of bytes from 4096 to 1048576")
}

fn rate(text: &str) -> Result<u32, &'static str> {
    number(text, 1..=1024 * 1024).ok_or("must be a number of bytes from 1 to 1048576")
}

fn count(text: &str) -> Result<u32, &'static str> {
    number(text, 1..=1_000_000).ok_or("must be a number from 1 to 1000000")
}
