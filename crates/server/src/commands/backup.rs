//! `connect-server backup`: a copy of the database as it is at one moment, also while a server works with it.

use super::{Trouble, opened};
use crate::config::files::Files;
use crate::store::backup;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    files: Files,

    /// File that is made; it must not exist, or be empty
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Backup {
    pub async fn run(self) -> Result<(), Trouble> {
        let to = self.to.display();
        let db = opened(&self.files).await?;
        let made = backup::to(&db, &self.to).await;
        db.close().await;
        made.map_err(|error| Trouble::new(format!("{to} cannot be made: {error}")))?;
        println!("{to}: whole and readable with the keys, which are not in it; keep those apart");
        Ok(())
    }
}
