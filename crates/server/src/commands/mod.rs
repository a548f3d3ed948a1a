//! What the command can do beside serving: looking after clients, users and keys. Each is a file of its own.

mod clients;

use crate::config::Options;
use clap::{Args, Parser, Subcommand};
use std::fmt::Display;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "connect-server",
    version,
    about = "Serves the connect widget and speaks its backend contract",
    max_term_width = 80,
    next_line_help = true,
    args_conflicts_with_subcommands = true,
    after_help = crate::config::EXAMPLES
)]
pub struct CommandLine {
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub options: Options,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look after the file of clients
    #[command(subcommand)]
    Clients(clients::Clients),
}

/// What went wrong, in words for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(String);

impl Trouble {
    pub fn new(words: impl Display) -> Trouble {
        Trouble(words.to_string())
    }
}

impl Command {
    /// Does it and says what was done on standard output.
    pub async fn run(self) -> Result<(), Trouble> {
        match self {
            Command::Clients(command) => command.run(),
        }
    }
}

/// A file that a command is about.
#[derive(Clone, Debug, Args)]
pub struct ClientsFile {
    /// JSON file of the clients
    #[arg(long = "clients", env = "CONNECT_CLIENTS", value_name = "FILE")]
    file: std::path::PathBuf,
}
