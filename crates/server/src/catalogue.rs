//! The catalogue of banks: reads it from CSV, gives each bank a readable id, knows which ones most people look for.

use crate::digest::sha256_hex;
use connect_core::search::fold;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The catalogue that comes with the server; its origin is told in data/README.md.
pub const BUILT_IN: &str = include_str!("../data/institutions.csv");

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

/// One bank, as the database takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bank {
    pub id: String,
    pub name: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("the catalogue cannot be read: {0}")]
    Malformed(#[from] csv::Error),
    #[error("the catalogue's line {line}: {problem}")]
    Row { line: u64, problem: String },
}

/// Reads a catalogue with the columns `country` and `name`; others only help to tell two banks apart.
pub fn parse(text: &str) -> Result<Vec<Bank>, CatalogueError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        let row: Row = record.deserialize(Some(&headers))?;
        let problem = row.problem();
        if let Some(problem) = problem {
            return Err(CatalogueError::Row { line, problem });
        }
        rows.push(row);
    }
    Ok(name_banks(rows))
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
struct Row {
    country: String,
    name: String,
    #[serde(default)]
    bic: String,
    #[serde(default)]
    bank_code: String,
}

impl Row {
    fn problem(&self) -> Option<String> {
        let country = self.country.trim();
        if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_alphabetic()) {
            return Some(format!("{country:?} is not a country code of two letters"));
        }
        fold(&self.name)
            .is_empty()
            .then(|| "the name is empty".into())
    }

    /// `de-deutsche-bank`; empty when the name has no Latin letter.
    fn slug(&self) -> String {
        let folded = fold(&self.name);
        let mut slug = self.country.trim().to_ascii_lowercase();
        let words = folded.split(' ').map(|word| {
            word.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
        });
        let mut named = false;
        for word in words.filter(|word| !word.is_empty()) {
            if named && slug.len() + 1 + word.len() > SLUG_LENGTH {
                break;
            }
            slug.push('-');
            slug.extend(word.chars().take(SLUG_LENGTH));
            named = true;
        }
        if named { slug } else { String::new() }
    }

    fn hash(&self) -> String {
        let row = [&self.country, &self.name, &self.bic, &self.bank_code];
        let all = row.map(String::as_str).join("\n");
        sha256_hex(all.as_bytes()).chars().take(8).collect()
    }
}

/// All banks that would share an id get a hash of their row, so that an id never moves from one bank to another.
fn name_banks(rows: Vec<Row>) -> Vec<Bank> {
    let mut uses: HashMap<String, u32> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    let rows: Vec<Row> = rows
        .into_iter()
        .filter(|row| seen.insert(row.clone()))
        .collect();
    for row in &rows {
        *uses.entry(row.slug()).or_default() += 1;
    }
    let banks = rows.into_iter().map(|row| {
        let slug = row.slug();
        let country = row.country.trim().to_ascii_uppercase();
        let id = if slug.is_empty() {
            format!("{}-{}", country.to_ascii_lowercase(), row.hash())
        } else if uses.get(&slug).is_some_and(|uses| *uses > 1) {
            format!("{slug}-{}", row.hash())
        } else {
            slug
        };
        Bank {
            id,
            name: row.name.trim().into(),
            country,
        }
    });
    banks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

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
