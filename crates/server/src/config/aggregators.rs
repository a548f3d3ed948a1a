//! `aggregators.toml`: which aggregators the operator has keys for, in the order of preference, and what is said of single
//! banks.

use crate::config::origin::Origin;
use clap::Args;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use std::fmt::Display;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The test banks are called so.
const TAKEN: &str = "sandbox";
const LONGEST_ID: usize = 32;
/// What each aggregator has beside its kind's own keys.
const OURS: [&str; 3] = ["kind", "id", "hide"];

#[derive(Clone, Debug, Default, Args)]
pub struct AggregatorsFile {
    /// TOML file of the aggregators that bring banks, the preferred ones first
    ///
    /// An [[aggregator]] for each, with its "kind" and what that asks for; "id"
    /// tells two of a kind apart, "hide" offers its banks no longer. A [[bank]] says
    /// something of one bank, named by its "id": "prefer" a list of aggregators,
    /// "hide", "same_as" another bank. `connect-server check` tries it out.
    #[arg(long = "aggregators", env = "CONNECT_AGGREGATORS", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// What the file says.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub aggregators: Vec<Configured>,
    pub banks: Vec<BankRule>,
}

/// One aggregator as it stands in the file.
#[derive(Clone, Debug)]
pub struct Configured {
    pub id: String,
    pub kind: String,
    /// Its banks are not offered.
    pub hide: bool,
    /// The operator has placed it on this machine: an address of its settings leads there, and is not encrypted.
    pub is_local: bool,
    source: Arc<Source>,
    /// Which one of the file it is.
    at: usize,
    /// Where it begins, and where its kind is said.
    span: Range<usize>,
    kind_span: Range<usize>,
}

/// What the operator says of one bank.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct BankRule {
    /// A provider's id.
    pub id: String,
    /// Ids of aggregators, the first ones first; the others follow in the file's order.
    #[serde(default)]
    pub prefer: Vec<String>,
    #[serde(default)]
    pub hide: bool,
    /// The provider that it is the same bank as.
    pub same_as: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum AggregatorsError {
    #[error("--aggregators: {} cannot be read: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("--aggregators: {}, line {line}: {problem}", file.display())]
    Wrong {
        file: PathBuf,
        line: usize,
        problem: String,
    },
}

#[derive(Debug)]
struct Source {
    file: PathBuf,
    text: String,
}

impl AggregatorsFile {
    /// Nothing where no file is named.
    pub fn read(&self) -> Result<Plan, AggregatorsError> {
        let Some(file) = &self.file else {
            return Ok(Plan::default());
        };
        let text =
            std::fs::read_to_string(file).map_err(|source| AggregatorsError::Unreadable {
                file: file.clone(),
                source,
            })?;
        Plan::parse(file, text)
    }
}

impl Plan {
    pub fn parse(file: &Path, text: String) -> Result<Plan, AggregatorsError> {
        let source = Arc::new(Source {
            file: file.to_owned(),
            text,
        });
        let root = DeTable::parse(&source.text).map_err(|error| source.malformed(&error))?;
        let mut plan = Plan::default();
        for (key, value) in root.into_inner() {
            let name = key.get_ref().to_string();
            if !matches!(&*name, "aggregator" | "bank") {
                let problem =
                    format!("`{name}` is not known here; there are [[aggregator]] and [[bank]]");
                return Err(source.wrong(key.span(), problem));
            }
            for (span, table) in tables(&source, &name, value)? {
                match &*name {
                    "aggregator" => plan.add_aggregator(&source, span, table)?,
                    _ => plan.add_bank(&source, span, table)?,
                }
            }
        }
        plan.check_preferences(&source)?;
        Ok(plan)
    }

    fn add_aggregator(
        &mut self,
        source: &Arc<Source>,
        span: Range<usize>,
        mut table: DeTable<'_>,
    ) -> Result<(), AggregatorsError> {
        let kind = take::<String>(source, &mut table, "kind")?;
        let (kind_span, kind) =
            kind.ok_or_else(|| source.wrong(span.clone(), "the aggregator has no `kind`"))?;
        let (id_span, id) = take::<String>(source, &mut table, "id")?
            .unwrap_or_else(|| (kind_span.clone(), kind.clone()));
        let plain =
            |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(plain) {
            let problem =
                format!("`id` must be 1 to {LONGEST_ID} of the letters a-z, digits and -");
            return Err(source.wrong(id_span, problem));
        }
        if id == TAKEN {
            let problem = format!("`id`: the test banks are called `{TAKEN}`; choose another");
            return Err(source.wrong(id_span, problem));
        }
        if self.aggregators.iter().any(|other| other.id == id) {
            let problem = format!(
                "there are two aggregators with the id `{id}`; give one an `id` of its own"
            );
            return Err(source.wrong(id_span, problem));
        }
        let hide = take::<bool>(source, &mut table, "hide")?;
        self.aggregators.push(Configured {
            id,
            kind,
            hide: hide.is_some_and(|(_, hide)| hide),
            is_local: table
                .values()
                .any(|value| value.get_ref().as_str().is_some_and(is_local)),
            source: source.clone(),
            at: self.aggregators.len(),
            span,
            kind_span,
        });
        Ok(())
    }

    fn add_bank(
        &mut self,
        source: &Source,
        span: Range<usize>,
        table: DeTable<'_>,
    ) -> Result<(), AggregatorsError> {
        let rule: BankRule = read(Spanned::new(span.clone(), table))
            .map_err(|error| source.not_as_asked(&error, &span))?;
        if self.banks.iter().any(|other| other.id == rule.id) {
            let problem = format!("there are two [[bank]] with the id `{}`", rule.id);
            return Err(source.wrong(span, problem));
        }
        self.banks.push(rule);
        Ok(())
    }

    /// After everything is read: banks may stand before the aggregators.
    fn check_preferences(&self, source: &Source) -> Result<(), AggregatorsError> {
        let ids: HashSet<&str> = self.aggregators.iter().map(|one| one.id.as_str()).collect();
        for rule in &self.banks {
            if let Some(unknown) = rule.prefer.iter().find(|id| !ids.contains(id.as_str())) {
                let place = source
                    .text
                    .find(&format!("\"{unknown}\""))
                    .unwrap_or_default();
                let problem = format!(
                    "`prefer` of `{}`: there is no aggregator `{unknown}`",
                    rule.id
                );
                return Err(source.wrong(place..place, problem));
            }
            if rule.same_as.as_ref() == Some(&rule.id) {
                let place = source
                    .text
                    .find(&format!("\"{}\"", rule.id))
                    .unwrap_or_default();
                let problem = format!("`same_as` of `{}` names the bank itself", rule.id);
                return Err(source.wrong(place..place, problem));
            }
        }
        Ok(())
    }
}

impl BankRule {
    /// Among the preferred ones.
    pub fn place(&self, aggregator: &str) -> Option<usize> {
        self.prefer.iter().position(|id| id == aggregator)
    }
}

impl Configured {
    /// What the aggregator's kind asks for. Read from the text again, which knows the places of everything wrong.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T, AggregatorsError> {
        let root =
            DeTable::parse(&self.source.text).map_err(|error| self.source.malformed(&error))?;
        let all = root
            .into_inner()
            .remove("aggregator")
            .map(Spanned::into_inner);
        let Some(DeValue::Array(all)) = all else {
            return Err(self.wrong("it is gone"));
        };
        let Some(DeValue::Table(mut table)) = all.into_iter().nth(self.at).map(Spanned::into_inner)
        else {
            return Err(self.wrong("it is gone"));
        };
        OURS.iter().for_each(|key| drop(table.remove(*key)));
        read(Spanned::new(self.span.clone(), table))
            .map_err(|error| self.source.not_as_asked(&error, &self.span))
    }

    pub fn wrong_kind(&self, problem: impl Display) -> AggregatorsError {
        self.source.wrong(self.kind_span.clone(), problem)
    }

    pub fn wrong(&self, problem: impl Display) -> AggregatorsError {
        let problem = format!("aggregator `{}`: {problem}", self.id);
        self.source.wrong(self.span.clone(), problem)
    }
}

impl Source {
    fn wrong(&self, place: Range<usize>, problem: impl Display) -> AggregatorsError {
        let before = self.text.get(..place.start).unwrap_or_default();
        AggregatorsError::Wrong {
            file: self.file.clone(),
            line: 1 + before.matches('\n').count(),
            problem: problem.to_string(),
        }
    }

    /// No TOML. The parser's sentence has nothing of the text in it.
    fn malformed(&self, error: &toml::de::Error) -> AggregatorsError {
        self.wrong(error.span().unwrap_or_default(), error.message())
    }

    /// TOML, and not what is asked for. Never tells a value: it may be a secret that was put into the wrong place.
    fn not_as_asked(&self, error: &toml::de::Error, whole: &Range<usize>) -> AggregatorsError {
        let place = error.span().unwrap_or_else(|| whole.clone());
        let message = error.message();
        if !message.starts_with("invalid") {
            return self.wrong(place, message);
        }
        let expected = message.rsplit_once(", expected ").map(|(_, what)| what);
        let expected = match expected.unwrap_or("something else") {
            "u8" | "u16" | "u32" | "u64" | "usize" | "i64" => "a whole number",
            other => other,
        };
        let line = self.text.get(..place.start).unwrap_or_default();
        let line = line.rsplit('\n').next().unwrap_or_default();
        let problem = match line.split_once('=') {
            Some((key, _)) => format!("`{}` must be {expected}", key.trim()),
            None => format!("{expected} is expected"),
        };
        self.wrong(place, problem)
    }
}

fn tables<'a>(
    source: &Source,
    name: &str,
    value: Spanned<DeValue<'a>>,
) -> Result<Vec<(Range<usize>, DeTable<'a>)>, AggregatorsError> {
    let place = value.span();
    let wrong = |place| source.wrong(place, format!("`{name}` must be written as [[{name}]]"));
    let DeValue::Array(items) = value.into_inner() else {
        return Err(wrong(place));
    };
    let items = items.into_iter().map(|item| {
        let place = item.span();
        match item.into_inner() {
            DeValue::Table(table) => Ok((place, table)),
            _ => Err(wrong(place)),
        }
    });
    items.collect()
}

fn take<T: DeserializeOwned>(
    source: &Source,
    table: &mut DeTable<'_>,
    name: &'static str,
) -> Result<Option<(Range<usize>, T)>, AggregatorsError> {
    let Some(value) = table.remove(name) else {
        return Ok(None);
    };
    let place = value.span();
    let read = T::deserialize(toml::de::ValueDeserializer::from(value));
    let read = read.map_err(|error| source.not_as_asked(&error, &place))?;
    Ok(Some((place, read)))
}

fn read<T: DeserializeOwned>(table: Spanned<DeTable<'_>>) -> Result<T, toml::de::Error> {
    T::deserialize(toml::de::Deserializer::from(table))
}

fn is_local(text: &str) -> bool {
    Origin::of(text).is_some_and(|origin| !origin.is_https() && origin.is_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        key: String,
        #[serde(default)]
        days: u32,
    }

    fn plan(text: &str) -> Result<Plan, String> {
        Plan::parse(Path::new("aggregators.toml"), text.into()).map_err(|error| error.to_string())
    }

    fn check(text: &str, line: usize, said: &str) {
        let error = match plan(text) {
            Err(error) => error,
            Ok(plan) => {
                let errors = plan
                    .aggregators
                    .iter()
                    .map(Configured::settings::<Settings>);
                let mut errors = errors.filter_map(Result::err);
                errors.next().expect("an error").to_string()
            }
        };
        let place = format!("--aggregators: aggregators.toml, line {line}: ");
        let words = error.strip_prefix(&place);
        assert!(
            words.is_some_and(|words| words.contains(said)),
            "{text}: {error}"
        );
        assert!(!error.contains("s3cret"), "{error}");
    }

    #[test]
    fn the_file_has_aggregators_in_their_order_and_rules_for_single_banks() {
        let text = r#"
[[bank]]
id = "de-deutsche-bank"
prefer = ["mine", "simplefin"]

[[aggregator]]
kind = "simplefin"
key = "a"

[[aggregator]]
kind = "simplefin"
id = "mine"
hide = true
key = "http://localhost:1"
days = 90
"#;
        let plan = plan(text).expect("a plan");
        let of = |one: &Configured| (one.id.clone(), one.kind.clone(), one.hide, one.is_local);
        let all: Vec<_> = plan.aggregators.iter().map(of).collect();
        assert_eq!(
            all,
            [
                ("simplefin".into(), "simplefin".into(), false, false),
                ("mine".into(), "simplefin".into(), true, true),
            ]
        );
        let settings: Settings = plan.aggregators[1].settings().expect("its settings");
        assert_eq!((&*settings.key, settings.days), ("http://localhost:1", 90));
        assert_eq!(plan.banks[0].prefer, ["mine", "simplefin"]);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line_and_its_key_and_never_by_its_value() {
        let one = |more: &str| format!("[[aggregator]]\nkind = \"a\"\n{more}");
        check("[[aggregator]\n", 1, "]");
        check(&one("key = \"s3cret\n"), 3, "string");
        check("[aggregator]\nkind = \"a\"", 1, "written as [[aggregator]]");
        check(
            "\n[[aggregators]]\nkind = \"a\"",
            2,
            "`aggregators` is not known",
        );
        check("[[aggregator]]\nkey = \"s3cret\"", 1, "no `kind`");
        check("[[aggregator]]\nkind = 1", 2, "`kind` must be a string");
        check(&one("id = \"A b\""), 3, "`id` must be");
        check(&one("id = \"sandbox\""), 3, "test banks");
        check(&one("hide = \"s3cret\""), 3, "`hide` must be a boolean");
        check(
            &one("key = \"k\"\n[[aggregator]]\nkind = \"a\""),
            5,
            "two aggregators with the id `a`",
        );
        check(&one(""), 1, "missing field `key`");
        check(&one("key = 5"), 3, "`key` must be a string");
        check(
            &one("key = \"k\"\ndays = \"s3cret\""),
            4,
            "`days` must be a whole number",
        );
        check(
            &one("key = \"k\"\nkeys = \"s3cret\""),
            4,
            "unknown field `keys`",
        );
        check(
            &one("[[bank]]\nid = \"x\"\nprefer = [\"b\"]"),
            5,
            "no aggregator `b`",
        );
        check(
            &one("[[bank]]\nid = \"x\"\nsame_as = \"x\""),
            4,
            "the bank itself",
        );
        check(
            &one("[[bank]]\nid = \"x\"\nshow = true"),
            5,
            "unknown field `show`",
        );
        check(&one("[[bank]]\nhide = true"), 3, "missing field `id`");
        check(
            &one("[[bank]]\nid = \"x\"\n[[bank]]\nid = \"x\""),
            5,
            "two [[bank]]",
        );
    }
}
