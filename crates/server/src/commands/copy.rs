//! `connect-server copy`: everything from one database into another one, which is empty.

use super::Trouble;
use crate::store::keys::Source;
use crate::store::{Address, copy};
use clap::Args;
use std::path::PathBuf;

/// Copy everything from one database into another, empty one
///
/// Stop the server first. What is sealed stays sealed with the same keys, which
/// the server needs at the new place, too.
#[derive(Clone, Debug, Args)]
pub struct Copy {
    /// SQLite file or postgres://USER@HOST/DATABASE to read from
    #[arg(long, value_name = "FILE|URL")]
    from: Address,

    /// SQLite file or postgres://USER@HOST/DATABASE to write to
    #[arg(long, value_name = "FILE|URL")]
    to: Address,

    /// JSON file of the keys that the first database is sealed with
    #[arg(long, env = "CONNECT_KEYS_FILE", value_name = "FILE")]
    keys: PathBuf,
}

impl Copy {
    pub async fn run(self) -> Result<(), Trouble> {
        let keys = Source::File(self.keys);
        let copied = copy::all(&self.from, &self.to, &keys).await;
        let copied = copied.map_err(Trouble::new)?;
        for (table, rows) in copied {
            println!("{table}: {rows}");
        }
        println!("{} has everything of {} now", self.to, self.from);
        Ok(())
    }
}
