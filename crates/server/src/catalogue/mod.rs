//! The catalogue of banks: reads the known names from CSV, gives each bank a readable id, knows which ones most people look
//! for; `join` adds the ways to them, `refresh` keeps it all in the database.

mod clean;
mod describe;
mod details;
mod entries;
mod join;
mod logos;
mod names;
pub mod refresh;
#[cfg(test)]
mod stories;

pub use describe::describe;
pub use details::Details;
pub use logos::{Logos, Picture, both};
pub use refresh::Catalogue;

use crate::crypto::digest::sha256_hex;
use connect_core::search::fold;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// The catalogue that comes with the server; its origin is told in data/README.md.
pub const BUILT_IN: &str = include_str!("../../data/institutions.csv");

/// Longer names are cut in ids.
const SLUG_LENGTH: usize = 60;

/// The banks that stand first while nothing is searched for; in this order.
pub const POPULAR: &[&str] = &[
    "fr-bnp-paribas",
    "es-banco-santander-sa",
    "gb-barclays-bank-uk-plc",
    "de-deutsche-bank",
    "nl-ing",
    "fr-societe-generale-sa",
    "gb-hsbc-uk-bank-plc",
    "gb-lloyds-bank-plc",
    "es-caixabank-sa",
    "de-commerzbank",
    "ch-ubs-ag",
    "gb-monzo-bank-ltd",
    "de-n26-bank",
];

/// A bank that is known by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: String,
    pub name: String,
    /// The name as search compares it.
    pub folded: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// With its branch.
    pub bic: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("--catalogue: it cannot be read: {0}")]
    Malformed(#[from] csv::Error),
    #[error("--catalogue: line {line}: {problem}")]
    Row { line: u64, problem: String },
}

/// Reads a catalogue with the columns `country` and `name`; others only help to tell two banks apart, or that they are the same.
pub fn parse(text: &str) -> Result<Vec<Known>, CatalogueError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    let mut drafts = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let row: Row = record.deserialize(Some(&headers))?;
        let draft = Draft::new(row).map_err(|problem| CatalogueError::Row { line, problem })?;
        drafts.push(draft);
    }
    Ok(name_banks(drafts))
}

#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
struct Row {
    country: String,
    name: String,
    #[serde(default)]
    bic: String,
    #[serde(default)]
    bank_code: String,
}

/// A bank that has no id yet.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Draft {
    row: Row,
    folded: String,
    /// `de-deutsche-bank`; empty when the name has no Latin letter.
    slug: String,
}

impl Draft {
    fn new(row: Row) -> Result<Draft, String> {
        let country = row.country.trim();
        if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_alphabetic()) {
            return Err(format!("{country:?} is not a country code of two letters"));
        }
        let folded = fold(&row.name);
        if folded.is_empty() {
            return Err("the name is empty".into());
        }
        let slug = slug(&country.to_ascii_lowercase(), &folded);
        Ok(Draft { row, folded, slug })
    }

    fn named(self, shared: bool) -> Known {
        let country = self.row.country.trim().to_ascii_uppercase();
        let id = if self.slug.is_empty() {
            format!("{}-{}", country.to_ascii_lowercase(), self.row.hash())
        } else if shared {
            format!("{}-{}", self.slug, self.row.hash())
        } else {
            self.slug
        };
        let name = self.row.name.trim().into();
        Known {
            id,
            name,
            folded: self.folded,
            country,
            bic: clean::bic(&self.row.bic),
        }
    }
}

impl Row {
    fn hash(&self) -> String {
        let row = [&self.country, &self.name, &self.bic, &self.bank_code];
        hash(&row.map(String::as_str))
    }
}

/// Tells apart what has the same name.
fn hash(parts: &[&str]) -> String {
    let all = parts.join("\n");
    sha256_hex(all.as_bytes()).chars().take(8).collect()
}

fn slug(country: &str, folded: &str) -> String {
    let mut slug = String::new();
    for word in folded.split(' ') {
        let word: String = word
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(SLUG_LENGTH)
            .collect();
        if word.is_empty() {
            continue;
        }
        if slug.is_empty() {
            slug.push_str(country);
        } else if slug.len() + 1 + word.len() > SLUG_LENGTH {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    slug
}

/// All banks that would share an id get a hash of their row, so that an id never moves from one bank to another.
fn name_banks(mut drafts: Vec<Draft>) -> Vec<Known> {
    let mut seen = HashSet::new();
    drafts.retain(|draft| seen.insert(draft.clone()));
    let mut uses: HashMap<String, u32> = HashMap::new();
    for draft in &drafts {
        *uses.entry(draft.slug.clone()).or_default() += 1;
    }
    let banks = drafts.into_iter().map(|draft| {
        let shared = uses.get(&draft.slug).is_some_and(|uses| *uses > 1);
        draft.named(shared)
    });
    banks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_bank_has_an_id_of_its_own_that_fits_into_an_address() {
        let banks = parse(BUILT_IN).expect("the built-in catalogue is well formed");
        assert!(banks.len() > 14_000);
        let ids: HashSet<&str> = banks.iter().map(|bank| bank.id.as_str()).collect();
        assert_eq!(ids.len(), banks.len());
        let plain = |id: &str| {
            id.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        assert!(ids.iter().all(|id| plain(id) && id.len() <= 80));
    }

    #[test]
    fn the_popular_banks_are_in_the_built_in_catalogue() {
        let banks = parse(BUILT_IN).expect("the built-in catalogue is well formed");
        for id in POPULAR {
            assert!(banks.iter().any(|bank| bank.id == *id), "{id}");
        }
    }

    #[test]
    fn a_bad_row_is_named_by_its_line() {
        let message = |text| parse(text).expect_err("a bad row").to_string();
        assert!(message("country,name\nDE,Bank\nGermany,Bank\n").contains("line 3"));
        assert!(message("country,name\nDE,\" \"\n").contains("line 2"));
        assert!(message("country,name\nDE\n").contains("line: 2"));
        assert!(message("land,name\nDE,Bank\n").contains("country"));
    }
}
