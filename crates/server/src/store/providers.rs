//! The catalogue in the database: what is kept of each bank, and which ways lead to it.

use crate::aggregators::{Bank, Route};
use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use crate::store::banks::{Banks, Logo};
pub use crate::store::banks::{CORE, Entry, Wanted};
use crate::store::sql;
use connect_core::api::Provider;
use serde::Serialize;
use serde_json::json;

/// To be raised when ids, names or index words are made in another way, so that the catalogue is imported anew.
const IMPORT_VERSION: u32 = 7;

/// Between a bank's id and the aggregator that it is to be reached over.
const OVER: char = '~';

/// So many banks are a row.
const CHUNK: usize = 200;

/// A bank on offer, with the ways to it: the first is the one that its id stands for. None: a test bank answers.
#[derive(Clone, Debug)]
pub struct Offered {
    pub provider: Provider,
    pub routes: Vec<Route>,
}

pub struct Found {
    pub providers: Vec<Offered>,
    pub total: u32,
}

/// Names the content of a catalogue and of what comes together with it; equal hashes need no import.
pub fn catalogue_hash(text: &str, beside: &impl Serialize) -> String {
    sha256_hex(format!("{IMPORT_VERSION} {} {text}", json!(beside)).as_bytes())
}

/// What the catalogue is by now, whoever has imported it.
pub async fn current(db: &Db) -> sqlx::Result<Option<String>> {
    sql::query_scalar("SELECT value FROM meta WHERE key = 'catalogue'")
        .fetch_optional(db.reader())
        .await
}

/// Puts these banks in place of all others, in one transaction.
pub async fn replace(db: &Db, entries: Vec<Entry>, hash: &str) -> sqlx::Result<()> {
    let mut transaction = db.begin_alone("catalogue").await?;
    sql::query("DELETE FROM providers")
        .execute(&mut transaction)
        .await?;
    for (chunk, entries) in entries.chunks(CHUNK).enumerate() {
        let text = serde_json::to_string(entries).expect("a bank holds only texts and numbers");
        sql::query("INSERT INTO providers (number, entry) VALUES (?, ?)")
            .bind(i64::try_from(chunk).unwrap_or(i64::MAX))
            .bind(text)
            .execute(&mut transaction)
            .await?;
    }
    sql::query("INSERT INTO meta (key, value) VALUES ('catalogue', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .bind(hash)
        .execute(&mut transaction)
        .await?;
    transaction.commit().await?;
    db.shelf().put(Banks::new(hash, entries));
    Ok(())
}

/// Whatever was imported last is on offer here, too, by whichever server.
pub async fn refresh(db: &Db) -> sqlx::Result<()> {
    // The name first: an import in between is seen the next time.
    let Some(hash) = current(db).await? else {
        return Ok(());
    };
    if db.banks().hash() == hash {
        return Ok(());
    }
    let texts: Vec<String> = sql::query_scalar("SELECT entry FROM providers ORDER BY number")
        .fetch_all(db.reader())
        .await?;
    let mut entries = Vec::new();
    for text in texts {
        let some: Vec<Entry> =
            serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()))?;
        entries.extend(some);
    }
    db.shelf().put(Banks::new(&hash, entries));
    Ok(())
}

/// By its id, or by `{id}~{aggregator}` for one of several ways to it.
pub fn find(db: &Db, id: &str) -> Option<Offered> {
    let (bank, over) = match id.split_once(OVER) {
        Some((bank, aggregator)) => (bank, Some(aggregator)),
        None => (id, None),
    };
    let offered = Offered::of(db.banks().find(bank)?);
    match over {
        None => Some(offered),
        Some(aggregator) => offered.over(aggregator),
    }
}

/// The banks that this aggregator has brought.
pub fn brought_by(db: &Db, aggregator: &str) -> Vec<Bank> {
    let banks = db.banks();
    let routes = banks.all().flat_map(|entry| &entry.routes);
    let own = routes.filter(|route| route.aggregator == aggregator);
    own.map(|route| route.bank.clone()).collect()
}

/// Where the picture of this name is to be had.
pub fn logo(db: &Db, aggregator: &str, hash: &str) -> Option<Logo> {
    db.banks().logo(aggregator, hash).cloned()
}

/// One page of what is wanted, in the order in which people should read it.
pub fn search(db: &Db, wanted: &Wanted, offset: u32, limit: u32) -> Found {
    let banks = db.banks();
    let (page, total) = banks.search(wanted, offset as usize, limit as usize);
    Found {
        providers: page.into_iter().map(Offered::of).collect(),
        total: u32::try_from(total).unwrap_or(u32::MAX),
    }
}

impl Offered {
    fn of(entry: &Entry) -> Offered {
        let provider = Provider {
            alternatives: ids(&entry.id, &entry.routes).split_off(1),
            id: entry.id.clone(),
            name: entry.name.clone(),
            country: entry.country.clone(),
            group: entry.group.clone(),
            popular: entry.place.is_some(),
            ..Provider::default()
        };
        Offered {
            provider,
            routes: entry.routes.clone(),
        }
    }

    /// The bank without the way that was asked for.
    pub fn bank_id(&self) -> &str {
        let id = self.provider.id.as_str();
        id.split_once(OVER).map_or(id, |(bank, _)| bank)
    }

    /// The same bank over this aggregator, under an id that says so.
    fn over(mut self, aggregator: &str) -> Option<Offered> {
        let at = self
            .routes
            .iter()
            .position(|route| route.aggregator == aggregator)?;
        let bank = self.bank_id().to_owned();
        let mut ids = ids(&bank, &self.routes);
        ids.remove(at);
        let route = self.routes.remove(at);
        self.routes.insert(0, route);
        self.provider.id = format!("{bank}{OVER}{aggregator}");
        self.provider.alternatives = ids;
        Some(self)
    }
}

/// By which id each way is reached: the preferred one by the bank's own.
fn ids(bank: &str, routes: &[Route]) -> Vec<String> {
    let over = |route: &Route| format!("{bank}{OVER}{}", route.aggregator);
    let others = routes.iter().skip(1).map(over);
    std::iter::once(bank.to_owned()).chain(others).collect()
}
