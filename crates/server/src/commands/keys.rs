//! `connect-server keys …`: makes and changes the keys that seal what the database keeps.

use super::{Trouble, opened};
use crate::config::files::Files;
use crate::crypto::keys::{Keys as AllKeys, NamedKey};
use crate::store::keys::{self, Source};
use crate::store::sealing;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Print new keys, for a file or for the variable CONNECT_KEYS
    New,
    /// Say which keys there are, by their ids
    Show(Files),
    /// Put a new key before the others in the file: it seals from the server's
    /// next start on, and the others still unseal
    ///
    /// With --identity the key for ids is replaced in place of that. At the next
    /// start all users are named anew with it; ids that hosts have been told
    /// (login_id, Meld's customerId) are others from then on.
    Rotate {
        #[command(flatten)]
        files: Files,
        /// Replace the key for ids
        #[arg(long)]
        identity: bool,
    },
    /// Seal anew whatever an older key has sealed, and say which keys may be taken
    /// out of the file then; once the server was started with the new key, and
    /// beside it
    Reseal(Files),
}

fn read(files: &Files) -> Result<AllKeys, Trouble> {
    let keys = files.keys().read().map_err(Trouble::new)?;
    keys.ok_or_else(|| {
        Trouble::new("there are no keys yet; the server makes them at its first start")
    })
}

impl Keys {
    pub async fn run(self) -> Result<(), Trouble> {
        match self {
            Keys::New => print!("{}", AllKeys::new().to_text()),
            Keys::Show(files) => show(&read(&files)?),
            Keys::Rotate { files, identity } => rotate(&files, identity)?,
            Keys::Reseal(files) => reseal(&files).await?,
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

fn rotate(files: &Files, identity: bool) -> Result<(), Trouble> {
    let mut keys = read(files)?;
    match identity {
        true => keys.identity = NamedKey::new(),
        false => keys.rotate(),
    }
    match files.keys() {
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

async fn reseal(files: &Files) -> Result<(), Trouble> {
    let db = opened(files).await?;
    let done = sealing::reseal(&db).await.map_err(Trouble::new)?;
    let all = db.vault().keys().clone();
    let forgotten = keys::forget_older(db.writer(), &all).await;
    forgotten.map_err(Trouble::new)?;
    db.close().await;
    println!("{done} rows are sealed anew.");
    for NamedKey { id, .. } in &all.sealing[1..] {
        println!("The key {id} is no longer needed, but for backups of before.");
    }
    Ok(())
}
