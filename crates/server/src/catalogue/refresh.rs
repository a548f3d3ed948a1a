//! Keeps the banks in the database: what aggregators bring, joined with the known names; at the start, and every hour.

use super::clean::clean;
use super::join::{Brought, join};
use super::{BUILT_IN, CatalogueError, entries, names, parse};
use crate::aggregators::registry::{Aggregators, Member, PATIENCE, Seen};
use crate::aggregators::sandbox::Bank as TestBank;
use crate::aggregators::{Banks, Upstream};
use crate::config::Options;
use crate::config::aggregators::BankRule;
use crate::store::Db;
use crate::store::providers;
use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);
/// So long a start waits for aggregators; those that say nothing have the banks that they had.
const STARTING: Duration = Duration::from_secs(15);

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("--catalogue: {} cannot be read: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("the aggregator `{id}` cannot be used: {words}")]
    Misconfigured { id: String, words: String },
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

pub struct Catalogue {
    known: Cow<'static, str>,
    aggregators: Arc<Aggregators>,
    rules: Vec<BankRule>,
    sandbox: bool,
    /// An aggregator has brought no banks when it was asked last.
    lacks: AtomicBool,
}

impl Catalogue {
    pub fn read(
        options: &Options,
        aggregators: Arc<Aggregators>,
        rules: Vec<BankRule>,
    ) -> Result<Catalogue, ImportError> {
        let read = |file: &PathBuf| {
            std::fs::read_to_string(file).map_err(|source| ImportError::Unreadable {
                file: file.clone(),
                source,
            })
        };
        let own = options.catalogue.as_ref().map(read).transpose()?;
        Ok(Catalogue {
            known: own.map_or(Cow::Borrowed(BUILT_IN), Cow::Owned),
            aggregators,
            rules,
            sandbox: options.sandbox,
            lacks: AtomicBool::new(false),
        })
    }

    /// At the server's start: an aggregator that its operator must look after is an error, one that cannot be reached has
    /// the banks that it had.
    pub async fn start(&self, db: &Db) -> Result<(), ImportError> {
        if self.aggregators.is_empty() && !self.sandbox {
            tracing::warn!(
                "no bank is offered: there is no aggregator; name a file of them with --aggregators, see docs/aggregators/README.md"
            );
        }
        let seen = self.aggregators.look(STARTING).await;
        for (member, seen) in &seen {
            if let Some(words) = seen.misconfigured() {
                return Err(ImportError::Misconfigured {
                    id: member.id.clone(),
                    words: words.to_owned(),
                });
            }
        }
        self.import(db, seen).await
    }

    /// Goes on until the server is told to stop.
    pub async fn hourly(&self, db: &Db, mut stopping: watch::Receiver<bool>) {
        // Without aggregators nothing can change.
        while !self.aggregators.is_empty() {
            tokio::select! {
                () = tokio::time::sleep(self.pause()) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
            tokio::select! {
                () = self.refresh(db) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Whose banks were not to be had is asked again soon.
    fn pause(&self) -> Duration {
        match self.lacks.load(Ordering::Relaxed) {
            true => MINUTE,
            false => HOUR,
        }
    }

    /// A failure leaves what was there.
    pub async fn refresh(&self, db: &Db) {
        let seen = self.aggregators.look(PATIENCE).await;
        if let Err(error) = self.import(db, seen).await {
            tracing::error!(%error, "the banks stay as they were");
        }
    }

    async fn import(&self, db: &Db, seen: Vec<(&Member, Seen)>) -> Result<(), ImportError> {
        let lacks = seen.iter().any(|(_, seen)| seen.banks.is_err());
        self.lacks.store(lacks, Ordering::Relaxed);
        let mut brought = Vec::new();
        for (member, seen) in seen {
            brought.push(Brought {
                aggregator: member.id.clone(),
                hide: member.hide,
                banks: banks(db, member, seen.banks).await?,
            });
        }
        let hash = providers::catalogue_hash(
            &self.known,
            &(
                IMPORT_VERSION,
                names::KNOWLEDGE,
                self.sandbox
                    .then(|| TestBank::ALL.map(|bank| (bank.profile().id, bank.profile().name))),
                &brought,
                &self.rules,
            ),
        );
        // Whichever server has imported it.
        if providers::current(db).await?.as_deref() == Some(hash.as_str()) {
            return Ok(providers::refresh(db).await?);
        }
        let known = parse(&self.known)?;
        let taken: HashSet<&str> = TestBank::ALL.iter().map(|bank| bank.profile().id).collect();
        let joined = join(&known, &brought, &self.rules, &taken);
        let entries = entries::all(joined, &known, self.sandbox);
        let banks = entries.len();
        let reached = entries.iter().filter(|entry| !entry.routes.is_empty());
        let reached = reached.count();
        providers::replace(db, entries, &hash).await?;
        tracing::info!(banks, reached, "the catalogue was imported");
        Ok(())
    }
}

/// To be raised when entries are made in another way.
const IMPORT_VERSION: u32 = 1;

/// Those of before when none were brought.
async fn banks(
    db: &Db,
    member: &Member,
    brought: Result<Banks, Upstream>,
) -> sqlx::Result<Vec<crate::aggregators::Bank>> {
    match brought {
        Ok(Banks::Whole(banks)) => {
            let count = banks.len();
            let banks = clean(banks);
            let left_out = count - banks.len();
            if left_out > 0 {
                tracing::warn!(
                    aggregator = member.id,
                    left_out,
                    "banks without a usable id or name are left out"
                );
            }
            Ok(banks)
        }
        Err(error) => {
            tracing::warn!(aggregator = member.id, %error, "the aggregator has brought no banks; those of before stay");
            let mut banks = providers::brought_by(db, &member.id);
            banks.sort_by(|one, other| one.id.cmp(&other.id));
            Ok(banks)
        }
    }
}
