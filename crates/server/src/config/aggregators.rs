//! `aggregators.toml`: through whom this server reaches banks, in the order in which they are preferred.

use clap::Args;
use serde::Deserialize;
use std::io;
use std::path::PathBuf;

#[derive(Clone, Debug, Default, Args)]
pub struct AggregatorsFile {
    /// TOML file of the aggregators through which banks are reached
    ///
    /// One [[aggregator]] table each, with its "kind", an "id" of a-z, 0-9 and -
    /// when there are two of a kind, and what the kind wants to know. Without the
    /// file only a sandbox has banks. `connect-server check` tells whether it works.
    #[arg(long, env = "CONNECT_AGGREGATORS", value_name = "FILE")]
    pub aggregators: Option<PathBuf>,
}

/// One table of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Configured {
    pub id: String,
    pub kind: String,
    /// What is beside `kind` and `id`.
    pub settings: toml::Table,
}

#[derive(Debug, thiserror::Error)]
pub enum AggregatorsError {
    #[error("--aggregators: {} cannot be read: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("--aggregators: {}: {problem}", file.display())]
    Wrong { file: PathBuf, problem: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    aggregator: Vec<toml::Table>,
}

impl AggregatorsFile {
    /// None without a file.
    pub fn read(&self) -> Result<Vec<Configured>, AggregatorsError> {
        let Some(file) = &self.aggregators else {
            return Ok(Vec::new());
        };
        let text =
            std::fs::read_to_string(file).map_err(|source| AggregatorsError::Unreadable {
                file: file.clone(),
                source,
            })?;
        parse(&text).map_err(|problem| self.wrong(problem))
    }

    pub fn wrong(&self, problem: impl Into<String>) -> AggregatorsError {
        AggregatorsError::Wrong {
            file: self.aggregators.clone().unwrap_or_default(),
            problem: problem.into(),
        }
    }
}

fn parse(text: &str) -> Result<Vec<Configured>, String> {
    // The parser's own words name line and column.
    let document: Document = toml::from_str(text).map_err(|error| error.to_string())?;
    if document.aggregator.is_empty() {
        return Err("it has no [[aggregator]] table".into());
    }
    let mut all: Vec<Configured> = Vec::new();
    for (at, mut settings) in document.aggregator.into_iter().enumerate() {
        let number = at + 1;
        let mut text = |key: &str| match settings.remove(key) {
            Some(toml::Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!(
                "[[aggregator]] number {number}: {key} must be a text"
            )),
            None => Ok(None),
        };
        let kind = text("kind")?;
        let kind = kind.ok_or_else(|| format!("[[aggregator]] number {number} has no kind"))?;
        let id = text("id")?.unwrap_or_else(|| kind.clone());
        if !is_id(&id) {
            return Err(format!(
                "[[aggregator]] number {number}: id must have 1 to 32 of a-z, 0-9 and -"
            ));
        }
        if all.iter().any(|other| other.id == id) {
            return Err(format!(
                "two aggregators have the id {id:?}; give one of them an id of its own"
            ));
        }
        all.push(Configured { id, kind, settings });
    }
    Ok(all)
}

fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_file_stays_and_an_id_is_the_kind_unless_it_is_given() {
        let read = parse(
            "[[aggregator]]\nkind = \"simplefin\"\n\n[[aggregator]]\nkind = \"simplefin\"\nid = \"own\"\nname = \"Own\"\n",
        );
        let read = read.expect("it is well formed");
        let ids: Vec<&str> = read.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["simplefin", "own"]);
        assert_eq!(read[1].settings.to_string().trim(), "name = \"Own\"");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let problem = |text| parse(text).expect_err("it is wrong");
        assert!(problem("[[aggregator]]\nkind = simplefin\n").contains("line 2"));
        assert!(problem("[[agregator]]\nkind = \"simplefin\"\n").contains("agregator"));
        assert!(problem("").contains("no [[aggregator]]"));
        assert!(problem("[[aggregator]]\nid = \"a\"\n").contains("number 1 has no kind"));
        assert!(problem("[[aggregator]]\nkind = \"a\"\nid = \"A\"\n").contains("a-z"));
        let twice = "[[aggregator]]\nkind = \"a\"\n[[aggregator]]\nkind = \"a\"\n";
        assert!(problem(twice).contains("\"a\""));
    }
}
