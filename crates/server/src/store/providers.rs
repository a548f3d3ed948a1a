//! The catalogue in the database, and the search in it: the same rows in the same order as `connect_core::search`.

use crate::aggregators::{Bank, Route, logo_hash};
use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use connect_core::api::Provider;
use connect_core::search::{Query, fold, index_words};
use serde::Serialize;
use serde_json::json;
use sqlx::Row;

/// No bank's name has more words than this; a longer query finds nothing.
const MOST_WORDS: usize = 32;

/// To be raised when ids, names or index words are made in another way, so that the catalogue is imported anew.
const IMPORT_VERSION: u32 = 6;

/// SQLite takes long to walk a long JSON text; short ones are as good as single rows and much faster.
const CHUNK: usize = 200;

const INSERT_PROVIDERS: &str =
    "INSERT INTO providers (number, id, name, folded, length, country, provider_group, place, routes)
    SELECT ?1 + key, value ->> 'id', value ->> 'name', value ->> 'folded', value ->> 'length',
           value ->> 'country', value ->> 'group', value ->> 'place', nullif(value -> 'routes', 'null')
    FROM json_each(?2)";
const INSERT_WORDS: &str = "INSERT INTO provider_words (rowid, words) SELECT ?1 + key, value ->> 'words' FROM json_each(?2)";

const INSERT_LOGOS: &str = "INSERT OR IGNORE INTO logos (aggregator, hash, address)
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)";

/// Between a bank's id and the aggregator that it is to be reached over.
const OVER: char = '~';

/// A bank to import.
pub struct Entry {
    pub id: String,
    pub name: String,
    /// Another name by which it is found; may be empty.
    pub known_as: String,
    pub country: Option<String>,
    pub group: Option<String>,
    /// Among the popular ones.
    pub place: Option<usize>,
    pub routes: Vec<Route>,
}

/// A bank on offer, with the ways to it: the first is the one that its id stands for. None: a test bank answers.
#[derive(Clone, Debug)]
pub struct Offered {
    pub provider: Provider,
    pub routes: Vec<Route>,
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub query: Query,
    pub providers: Option<Vec<String>>,
    pub groups: Option<Vec<String>>,
    pub countries: Option<Vec<String>>,
}

pub struct Found {
    pub providers: Vec<Offered>,
    pub total: u32,
}

/// Names the content of a catalogue and of what comes together with it; equal hashes need no import.
pub fn catalogue_hash(text: &str, beside: &impl Serialize) -> String {
    sha256_hex(format!("{IMPORT_VERSION} {} {text}", json!(beside)).as_bytes())
}

pub async fn is_current(db: &Db, hash: &str) -> sqlx::Result<bool> {
    let kept: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE key = 'catalogue'")
        .fetch_optional(db.reader())
        .await?;
    Ok(kept.as_deref() == Some(hash))
}

/// Puts these banks in place of all others, in one transaction.
pub async fn replace(db: &Db, entries: &[Entry], hash: &str) -> sqlx::Result<()> {
    let mut transaction = db.writer().begin().await?;
    sqlx::query("DELETE FROM providers")
        .execute(&mut *transaction)
        .await?;
    sqlx::query("DELETE FROM logos")
        .execute(&mut *transaction)
        .await?;
    sqlx::query("INSERT INTO provider_words (provider_words) VALUES ('delete-all')")
        .execute(&mut *transaction)
        .await?;
    for (chunk, entries) in entries.chunks(CHUNK).enumerate() {
        let first = i64::try_from(chunk * CHUNK).unwrap_or(i64::MAX);
        let rows = serde_json::Value::Array(entries.iter().map(row).collect()).to_string();
        for insert in [INSERT_PROVIDERS, INSERT_WORDS] {
            sqlx::query(insert)
                .bind(first)
                .bind(&rows)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query(INSERT_LOGOS)
            .bind(json!(logos(entries)).to_string())
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::query("INSERT INTO meta (key, value) VALUES ('catalogue', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .bind(hash)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

/// By its id, or by `{id}~{aggregator}` for one of several ways to it.
pub async fn find(db: &Db, id: &str) -> sqlx::Result<Option<Offered>> {
    let (bank, over) = match id.split_once(OVER) {
        Some((bank, aggregator)) => (bank, Some(aggregator)),
        None => (id, None),
    };
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM providers WHERE id = ?"
    ))
    .bind(bank)
    .fetch_optional(db.reader())
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let offered = offered(&row)?;
    Ok(match over {
        None => Some(offered),
        Some(aggregator) => offered.over(aggregator),
    })
}

/// The banks that this aggregator has brought.
pub async fn brought_by(db: &Db, aggregator: &str) -> sqlx::Result<Vec<Bank>> {
    let texts: Vec<String> = sqlx::query_scalar(
        "SELECT route.value -> 'bank' FROM providers, json_each(providers.routes) AS route
         WHERE providers.routes IS NOT NULL AND route.value ->> 'aggregator' = ?",
    )
    .bind(aggregator)
    .fetch_all(db.reader())
    .await?;
    texts.iter().map(|text| from_json(text)).collect()
}

/// Where the picture of this name is to be had.
pub async fn logo(db: &Db, aggregator: &str, hash: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar("SELECT address FROM logos WHERE aggregator = ? AND hash = ?")
        .bind(aggregator)
        .bind(hash)
        .fetch_optional(db.reader())
        .await
}

impl Offered {
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

/// How whoever asks for groups calls the banks that are in none, as Wealthica does.
pub const CORE: &str = "core";

/// One page of what is wanted, in the order in which people should read it.
pub async fn search(db: &Db, wanted: &Wanted, offset: u32, limit: u32) -> sqlx::Result<Found> {
    if wanted.query.words().len() > MOST_WORDS {
        return Ok(Found {
            providers: Vec::new(),
            total: 0,
        });
    }
    let matched = (!wanted.query.is_empty()).then(|| fts_expression(&wanted.query));
    let folded = wanted.query.folded();
    let filters = [&wanted.providers, &wanted.groups, &wanted.countries]
        .map(|list| list.as_ref().map(|list| json!(list).to_string()));
    let [providers, groups, countries] = &filters;
    let (page, count) = match matched {
        Some(_) => (SEARCH_PAGE, SEARCH_COUNT),
        None => (LIST_PAGE, LIST_COUNT),
    };
    let rows = sqlx::query(page)
        .bind(providers)
        .bind(groups)
        .bind(countries)
        .bind(&matched)
        .bind(&folded)
        .bind(limit)
        .bind(offset)
        .fetch_all(db.reader())
        .await?;
    let total: u32 = sqlx::query_scalar(count)
        .bind(providers)
        .bind(groups)
        .bind(countries)
        .bind(&matched)
        .fetch_one(db.reader())
        .await?;
    let providers = rows.iter().map(offered).collect::<sqlx::Result<_>>()?;
    Ok(Found { providers, total })
}

macro_rules! columns {
    () => {
        "id, name, country, provider_group, place, routes"
    };
}
use columns;

macro_rules! select {
    ($what:expr, $condition:literal, $order:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM providers
             WHERE (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))
               AND (?2 IS NULL OR coalesce(provider_group, 'core') IN (SELECT value FROM json_each(?2)))
               AND (?3 IS NULL OR country IS NULL OR country IN (SELECT value FROM json_each(?3)))
               AND ",
            $condition,
            " ",
            $order
        )
    };
}

const LIST_PAGE: &str = select!(
    columns!(),
    "?4 IS NULL AND ?5 IS NOT NULL",
    "ORDER BY place IS NULL, place, folded, id LIMIT ?6 OFFSET ?7"
);
const LIST_COUNT: &str = select!("count(*)", "?4 IS NULL", "");
/// The order is `connect_core::search::Rank`'s.
const SEARCH_PAGE: &str = select!(
    columns!(),
    "number IN (SELECT rowid FROM provider_words WHERE provider_words MATCH ?4)",
    "ORDER BY folded <> ?5, place IS NULL, substr(folded, 1, length(?5)) <> ?5, length, folded, id LIMIT ?6 OFFSET ?7"
);
const SEARCH_COUNT: &str = select!(
    "count(*)",
    "number IN (SELECT rowid FROM provider_words WHERE provider_words MATCH ?4)",
    ""
);

/// Every word must begin a word of the name, plain or with its umlauts written out.
fn fts_expression(query: &Query) -> String {
    let words = query.words().iter().map(|word| {
        let forms = [Some(&word.plain), word.spelled_out.as_ref()];
        let forms: Vec<String> = forms
            .into_iter()
            .flatten()
            .map(|form| prefix(form))
            .collect();
        format!("({})", forms.join(" OR "))
    });
    words.collect::<Vec<String>>().join(" AND ")
}

fn prefix(word: &str) -> String {
    format!("\"{}\" *", word.replace('"', "\"\""))
}

fn row(entry: &Entry) -> serde_json::Value {
    let folded = fold(&entry.name);
    let mut words = index_words(&entry.name);
    words.extend(index_words(&entry.known_as));
    json!({
        "id": entry.id,
        "name": entry.name,
        "country": entry.country,
        "group": entry.group,
        "place": entry.place,
        "routes": (!entry.routes.is_empty()).then_some(&entry.routes),
        "length": folded.chars().count(),
        "folded": folded,
        "words": words.join(" "),
    })
}

/// Aggregator, hash and address of each picture.
fn logos(entries: &[Entry]) -> Vec<[String; 3]> {
    let routes = entries.iter().flat_map(|entry| &entry.routes);
    let logos = routes.filter_map(|route| {
        let address = route.bank.logo.clone()?;
        Some([route.aggregator.clone(), logo_hash(&address), address])
    });
    logos.collect()
}

fn offered(row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<Offered> {
    let place: Option<i64> = row.try_get("place")?;
    let routes: Option<&str> = row.try_get("routes")?;
    let routes: Vec<Route> = routes.map_or(Ok(Vec::new()), from_json)?;
    let id: String = row.try_get("id")?;
    let provider = Provider {
        alternatives: ids(&id, &routes).split_off(1),
        id,
        name: row.try_get("name")?,
        country: row.try_get("country")?,
        group: row.try_get("provider_group")?,
        popular: place.is_some(),
        ..Provider::default()
    };
    Ok(Offered { provider, routes })
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> sqlx::Result<T> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
