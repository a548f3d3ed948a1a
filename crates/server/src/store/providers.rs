//! The catalogue in the database, and the search in it: the same rows in the same order as `connect_core::search`.

use crate::catalogue::Bank;
use crate::crypto::digest::sha256_hex;
use crate::store::Db;
use connect_core::api::Provider;
use connect_core::search::{Query, index_words};
use serde_json::json;
use sqlx::Row;

/// No bank's name has more words than this; a longer query finds nothing.
const MOST_WORDS: usize = 32;

/// To be raised when ids, folded names or index words are made in another way, so that the catalogue is imported anew.
const IMPORT_VERSION: u32 = 3;

/// SQLite takes long to walk a long JSON text; short ones are as good as single rows and much faster.
const CHUNK: usize = 200;

const INSERT_PROVIDERS: &str =
    "INSERT INTO providers (number, id, name, folded, length, country, provider_group, place)
    SELECT ?1 + key, value ->> 'id', value ->> 'name', value ->> 'folded', value ->> 'length',
           nullif(value ->> 'country', ''), value ->> 'group', value ->> 'place'
    FROM json_each(?2)";
const INSERT_WORDS: &str = "INSERT INTO provider_words (rowid, words) SELECT ?1 + key, value ->> 'words' FROM json_each(?2)";

/// A bank to import, with its place among the popular ones.
pub struct Entry {
    pub bank: Bank,
    pub group: Option<&'static str>,
    pub place: Option<usize>,
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
    pub providers: Vec<Provider>,
    pub total: u32,
}

/// Names the content of a catalogue and of what is offered beside it; equal hashes need no import.
pub fn catalogue_hash(text: &str, beside: &[Entry]) -> String {
    let beside: Vec<serde_json::Value> = beside.iter().map(row).collect();
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
    }
    sqlx::query("INSERT INTO meta (key, value) VALUES ('catalogue', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .bind(hash)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await
}

pub async fn find(db: &Db, id: &str) -> sqlx::Result<Option<Provider>> {
    let row =
        sqlx::query("SELECT id, name, country, provider_group, place FROM providers WHERE id = ?")
            .bind(id)
            .fetch_optional(db.reader())
            .await?;
    row.map(|row| provider(&row)).transpose()
}

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
    let providers = rows.iter().map(provider).collect::<sqlx::Result<_>>()?;
    Ok(Found { providers, total })
}

macro_rules! select {
    ($what:literal, $condition:literal, $order:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM providers
             WHERE (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))
               AND (?2 IS NULL OR provider_group IN (SELECT value FROM json_each(?2)))
               AND (?3 IS NULL OR country IN (SELECT value FROM json_each(?3)))
               AND ",
            $condition,
            " ",
            $order
        )
    };
}

const LIST_PAGE: &str = select!(
    "id, name, country, provider_group, place",
    "?4 IS NULL AND ?5 IS NOT NULL",
    "ORDER BY place IS NULL, place, folded, id LIMIT ?6 OFFSET ?7"
);
const LIST_COUNT: &str = select!("count(*)", "?4 IS NULL", "");
/// The order is `connect_core::search::Rank`'s.
const SEARCH_PAGE: &str = select!(
    "id, name, country, provider_group, place",
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
    json!({
        "id": entry.bank.id,
        "name": entry.bank.name,
        "country": entry.bank.country,
        "group": entry.group,
        "place": entry.place,
        "length": entry.bank.folded.chars().count(),
        "folded": entry.bank.folded,
        "words": index_words(&entry.bank.name).join(" "),
    })
}

fn provider(row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<Provider> {
    let place: Option<i64> = row.try_get("place")?;
    Ok(Provider {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        country: row.try_get("country")?,
        group: row.try_get("provider_group")?,
        popular: place.is_some(),
        ..Provider::default()
    })
}
