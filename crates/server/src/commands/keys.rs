//! `connect-server keys …`: makes and changes the keys that seal what the database keeps.

use super::{Trouble, opened};
use crate::config::keys_at;
use crate::crypto::keys::{Keys as AllKeys, NamedKey};
use crate::store::keys::{self, Source};
use crate::store::sealing;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Print new keys, for a file or for the variable CONNECT_KEYS
    New,
    /// Say which keys there are, by their ids
    Show(Place),
    /// Put a new key before the others in the file: it seals from the server's
    /// next start on, and the others still unseal
    ///
    /// With --identity the key for ids is replaced in place of that. At the next
    /// start all users are named anew with it; ids that hosts have been told
    /// (login_id, Meld's customerId) are others from then on.
    Rotate {
        #[command(flatten)]
        place: Place,
        /// Replace the key for ids
        #[arg(long)]
        identity: bool,
    },
    /// Seal anew whatever an older key has sealed, and say which keys may be taken
    /// out of the file then; the server may run meanwhile
    Reseal(Place),
}

/// Whose keys.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// SQLite file of the server
    #[arg(
        long,
        env = "CONNECT_DATABASE",
        default_value = "connect.db",
        value_name = "FILE"
    )]
    pub database: PathBuf,

    /// JSON file of the keys; without it, beside the database
    #[arg(long, env = "CONNECT_KEYS_FILE", value_name = "FILE")]
    pub keys: Option<PathBuf>,
}

impl Place {
    pub fn source(&self) -> Source {
        keys_at(&self.database, self.keys.as_deref())
    }

    fn read(&self) -> Result<AllKeys, Trouble> {
        let keys = self.source().read().map_err(Trouble::new)?;
        keys.ok_or_else(|| {
            Trouble::new("there are no keys yet; the server makes them at its first start")
        })
    }
}

impl Keys {
    pub async fn run(self) -> Result<(), Trouble> {
        match self {
            Keys::New => print!("{}", AllKeys::new().to_text()),
            Keys::Show(place) => show(&place.read()?),
            Keys::Rotate { place, identity } => rotate(&place, identity)?,
            Keys::Reseal(place) => reseal(&place).await?,
        }
        Ok(())
    }
}

fn show(keys: &AllKeys) {
    println!("for ids: {}", keys.identity.id);
    for (at, key) in keys.sealing.iter().enumerate() {
        let does = if at == 0 { "seals" } else { "unseals" };
        println!("{does}: {}", key.id);
    }
}

fn rotate(place: &Place, identity: bool) -> Result<(), Trouble> {
    let mut keys = place.read()?;
    match identity {
        true => keys.identity = NamedKey::new(),
        false => keys.rotate(),
    }
    match place.source() {
        Source::File(file) => {
            keys::write(&file, &keys).map_err(Trouble::new)?;
            show(&keys);
            println!(
                "It counts from the server's next start on. Keep a copy of {}.",
                file.display()
            );
        }
        // A variable is its operator's to change.
        Source::Text(_) => print!("{}", keys.to_text()),
    }
    Ok(())
}

async fn reseal(place: &Place) -> Result<(), Trouble> {
    let db = opened(&place.database, &place.source()).await?;
    let done = sealing::reseal(&db).await.map_err(Trouble::new)?;
    let older = keys::forget_older(db.writer(), db.vault().keys()).await;
    let older = older.map_err(Trouble::new)?;
    db.close().await;
    println!("{done} rows are sealed anew.");
    for id in older {
        println!("The key {id} is no longer needed, but for backups of before.");
    }
    Ok(())
}
