//! Puts the catalogue and the test banks into the database, once for each catalogue.

use crate::aggregators::registry::Members;
use crate::aggregators::sandbox::{self, Bank};
use crate::catalogue::{self, Bank as CatalogueBank, CatalogueError};
use crate::config::Options;
use crate::store::Db;
use crate::store::providers::{self, Entry};
use connect_core::search::fold;
use std::io;
use std::path::PathBuf;

/// A catalogue without a row.
const NO_BANKS: &str = "country,name\n";

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("--catalogue: {} cannot be read: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// Does nothing when the catalogue in the database is the one that is asked for.
pub async fn catalogue(db: &Db, options: &Options, members: &Members) -> Result<(), ImportError> {
    let read = |file: &PathBuf| {
        std::fs::read_to_string(file).map_err(|source| ImportError::Unreadable {
            file: file.clone(),
            source,
        })
    };
    let own = options.catalogue.as_ref().map(read).transpose()?;
    // Outside the sandbox only such banks are shown as somebody reaches.
    let text = match options.sandbox {
        true => own.as_deref().unwrap_or(catalogue::BUILT_IN),
        false => NO_BANKS,
    };
    let mut entries = if options.sandbox {
        test_banks()
    } else {
        Vec::new()
    };
    let group = options.sandbox.then_some(sandbox::GROUP);
    entries.extend(reached(members, group));
    let hash = providers::catalogue_hash(text, &entries);
    if providers::is_current(db, &hash).await? {
        return Ok(());
    }
    let banks = catalogue::parse(text)?;
    entries.extend(banks.into_iter().map(|bank| {
        Entry {
            place: catalogue::POPULAR
                .iter()
                .position(|id| *id == bank.id)
                .map(|place| Bank::POPULAR.len() + place),
            group: None,
            bank,
        }
    }));
    providers::replace(db, &entries, &hash).await?;
    tracing::info!(banks = entries.len(), "the catalogue was imported");
    Ok(())
}

/// The banks of all aggregators.
fn reached(members: &Members, group: Option<&'static str>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for member in members.all() {
        entries.extend(member.banks.iter().map(|bank| Entry {
            bank: CatalogueBank {
                id: member.provider(bank),
                name: bank.name.clone(),
                folded: fold(&bank.name),
                country: bank.country.clone().unwrap_or_default(),
            },
            group,
            place: None,
        }));
    }
    entries
}

fn test_banks() -> Vec<Entry> {
    let entries = Bank::ALL.into_iter().map(|bank| {
        let profile = bank.profile();
        Entry {
            bank: CatalogueBank {
                id: profile.id.into(),
                name: profile.name.into(),
                folded: fold(profile.name),
                country: "CA".into(),
            },
            group: Some(sandbox::GROUP),
            place: Bank::POPULAR.iter().position(|popular| *popular == bank),
        }
    });
    entries.collect()
}
