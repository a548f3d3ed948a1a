//! What the command can do beside serving: trying aggregators, copying the database or the widget's files, looking after
//! clients, users, keys and webhooks. Each is a file of its own.

mod backup;
mod check;
mod clients;
mod copy;
mod dist;
mod health;
mod keys;
mod user;
mod webhooks;

use crate::config::Options;
use crate::config::files::Files;
use crate::store::{self, Address, Db, Manner, Opener};
use clap::{Args, Parser, Subcommand};
use std::fmt::Display;
use std::time::Duration;

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
    /// Try the aggregators: keys, registered addresses, banks
    Check(check::Check),

    /// Copy the database as it is now, also while a server works with it
    Backup(backup::Backup),

    /// Ask a server on this machine whether it is ready; ends with 0 if so
    Health(health::Health),

    /// Look after the file of clients
    #[command(subcommand)]
    Clients(clients::Clients),

    /// Copy everything from one database into another, empty one
    Copy(copy::Copy),

    /// Make a copy of the widget's files for another server
    Dist(dist::Dist),

    /// Look after the keys that seal what the database keeps
    #[command(subcommand)]
    Keys(keys::Keys),

    /// Do something for one user of a client
    #[command(subcommand)]
    User(user::User),

    /// Look after what webhooks are told
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
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
            Command::Check(command) => command.run().await,
            Command::Backup(command) => command.run().await,
            Command::Health(command) => command.run().await,
            Command::Clients(command) => command.run(),
            Command::Copy(command) => command.run().await,
            Command::Dist(command) => command.run(),
            Command::Keys(command) => command.run().await,
            Command::User(command) => command.run().await,
            Command::Webhooks(command) => command.run().await,
        }
    }
}

/// How long a command waits for its turn beside a server that writes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The database of a server, which may run meanwhile. None is made here.
async fn opened(files: &Files) -> Result<Db, Trouble> {
    let address = &files.database;
    if let Address::File(file) = address
        && !file.exists()
    {
        let words = format!(
            "there is no database {}; name it with --database",
            file.display()
        );
        return Err(Trouble::new(words));
    }
    let manner = Manner {
        opener: Opener::Command,
        patience: PATIENCE,
        connections: 2,
    };
    store::open(address, &files.keys(), manner)
        .await
        .map_err(Trouble::new)
}

/// A file that a command is about.
#[derive(Clone, Debug, Args)]
pub struct ClientsFile {
    /// JSON file of the clients
    #[arg(long = "clients", env = "CONNECT_CLIENTS", value_name = "FILE")]
    file: std::path::PathBuf,
}
