//! The files that a server keeps everything in, for the server itself and for the commands beside it.

use crate::store::Address;
use crate::store::keys::Source;
use clap::Args;
use std::path::PathBuf;

/// The variable that has the keys themselves; no option shows them to whoever lists processes.
const KEYS: &str = "CONNECT_KEYS";

#[derive(Clone, Debug, Args)]
pub struct Files {
    /// SQLite file that keeps connections, tokens and the catalogue, made when it
    /// does not exist; or postgres://USER@HOST/DATABASE, with which several servers
    /// may work
    ///
    /// What the address of a PostgreSQL server does not say, libpq's variables do:
    /// PGPASSWORD or PGPASSFILE (better than a password in the address, which
    /// whoever lists processes can read), PGSSLMODE, PGSSLROOTCERT and so on.
    #[arg(
        long,
        env = "CONNECT_DATABASE",
        default_value = "connect.db",
        value_name = "FILE|URL",
        hide_env_values = true
    )]
    pub database: Address,

    /// JSON file of the keys that seal what the database keeps; without it, beside
    /// the database under its name and `.keys`, with PostgreSQL `connect.keys`; the
    /// server makes it at its first start
    ///
    /// Account data, bank questions and user ids cannot be read without it: keep a
    /// copy apart from the database's. `connect-server keys --help` tells how keys
    /// are changed. In place of a file its text can stand in the variable
    /// CONNECT_KEYS.
    #[arg(long, env = "CONNECT_KEYS_FILE", value_name = "FILE")]
    keys: Option<PathBuf>,
}

impl Files {
    /// Where the keys are. A file that is named wins over the variable's text.
    pub fn keys(&self) -> Source {
        match (&self.keys, std::env::var(KEYS)) {
            (None, Ok(text)) if !text.trim().is_empty() => Source::Text(text),
            (Some(file), _) => Source::File(file.clone()),
            (None, _) => Source::File(match &self.database {
                Address::File(file) => format!("{}.keys", file.display()).into(),
                Address::Postgres(_) => "connect.keys".into(),
            }),
        }
    }
}
