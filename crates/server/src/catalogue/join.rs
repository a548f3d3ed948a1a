//! Joins the banks that aggregators bring with each other and with the names that are known: the same bank is one row with
//! several routes. Depends on nothing but what is given, so that each server calls a bank the same.

use super::{Known, hash, slug};
use crate::aggregators::{Bank, Route};
use crate::config::aggregators::BankRule;
use connect_core::search::fold;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What one aggregator has brought, each bank once and with an id.
#[derive(Clone, Debug, Serialize)]
pub struct Brought {
    pub aggregator: String,
    /// Its banks are not offered.
    pub hide: bool,
    pub banks: Vec<Bank>,
}

/// A bank with all ways to it, the preferred one first. Without any, it is only known by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    pub id: String,
    /// As the catalogue has it; empty: it is not there.
    pub known_as: String,
    pub country: Option<String>,
    pub routes: Vec<Route>,
}

/// How sure it is that two are the same bank; the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    BicAndName,
    Bic,
    Name,
}

/// `brought` in the order of preference; `taken` are ids that no bank may have.
pub fn join(
    known: &[Known],
    brought: &[Brought],
    rules: &[BankRule],
    taken: &HashSet<&str>,
) -> Vec<Joined> {
    let mut table = Table::new(known);
    for from in brought {
        table.add(from);
    }
    table.name(taken);
    let mut rows = table.rows;
    join_as_said(&mut rows, rules);
    // Only now: what is hidden for a while must not give other banks other ids.
    let place = |route: &Route| {
        brought
            .iter()
            .position(|from| from.aggregator == route.aggregator)
    };
    let rules: HashMap<&str, &BankRule> = rules.iter().map(|rule| (&*rule.id, rule)).collect();
    rows.retain_mut(|row| {
        let rule = rules.get(row.id.as_str());
        let shown = |route: &Route| place(route).is_some_and(|at| !brought[at].hide);
        row.routes.retain(shown);
        row.routes.sort_by_key(|route| {
            let preferred = rule.and_then(|rule| rule.place(&route.aggregator));
            (preferred.is_none(), preferred, place(route))
        });
        let known = !row.known_as.is_empty();
        (known || !row.routes.is_empty()) && !rule.is_some_and(|rule| rule.hide)
    });
    rows
}

#[derive(Default)]
struct Table {
    rows: Vec<Joined>,
    by_bic: HashMap<(String, String), Vec<usize>>,
    by_name: HashMap<(Option<String>, String), Vec<usize>>,
}

impl Table {
    fn new(known: &[Known]) -> Table {
        let mut table = Table::default();
        for bank in known {
            let at = table.rows.len();
            table.rows.push(Joined {
                id: bank.id.clone(),
                known_as: bank.name.clone(),
                country: Some(bank.country.clone()),
                routes: Vec::new(),
            });
            let country = Some(bank.country.clone());
            table.index(at, &country, bank.bic.as_deref(), &bank.folded);
        }
        table
    }

    fn index(&mut self, at: usize, country: &Option<String>, bic: Option<&str>, folded: &str) {
        if let (Some(country), Some(bic)) = (country, bic) {
            let key = (country.clone(), bic.to_owned());
            self.by_bic.entry(key).or_default().push(at);
        }
        let same_name = self
            .by_name
            .entry((country.clone(), folded.to_owned()))
            .or_default();
        if !same_name.contains(&at) {
            same_name.push(at);
        }
    }

    /// A row takes one bank of each aggregator, the one that fits best: those that an aggregator tells apart stay apart.
    fn add(&mut self, from: &Brought) {
        let folded: Vec<String> = from.banks.iter().map(|bank| fold(&bank.name)).collect();
        let mut matches: Vec<(Match, usize, usize)> = Vec::new();
        for (at, bank) in from.banks.iter().enumerate() {
            let found = self.find(bank, &folded[at]);
            matches.extend(found.map(|(how, row)| (how, at, row)));
        }
        matches.sort();
        let mut placed: HashMap<usize, usize> = HashMap::new();
        let mut full = HashSet::new();
        for (_, at, row) in matches {
            if full.insert(row) {
                placed.insert(at, row);
            }
        }
        for (at, bank) in from.banks.iter().enumerate() {
            let row = placed.get(&at).copied().unwrap_or_else(|| {
                self.rows.push(Joined {
                    country: bank.country.clone(),
                    ..Joined::default()
                });
                self.rows.len() - 1
            });
            self.rows[row].routes.push(Route {
                aggregator: from.aggregator.clone(),
                bank: bank.clone(),
            });
            self.index(row, &bank.country, bank.bic.as_deref(), &folded[at]);
        }
    }

    fn find(&self, bank: &Bank, folded: &str) -> Option<(Match, usize)> {
        let same_name = self.by_name.get(&(bank.country.clone(), folded.to_owned()));
        let same_name = same_name.map_or(&[][..], |rows| rows);
        let same_bic = bank.country.clone().zip(bank.bic.clone());
        let same_bic = same_bic.and_then(|key| self.by_bic.get(&key));
        let same_bic = same_bic.map_or(&[][..], |rows| rows);
        if let Some(row) = same_bic.iter().find(|row| same_name.contains(row)) {
            return Some((Match::BicAndName, *row));
        }
        if let Some(row) = same_bic.first() {
            return Some((Match::Bic, *row));
        }
        // Several banks have this name: nobody can say which of them it is.
        let [row] = same_name else {
            return None;
        };
        // Nothing may speak against it either.
        let differs = |route: &Route| bank.bic.is_some() && route.bank.bic.is_some();
        let other = self.rows[*row].routes.iter().any(differs);
        (!other).then_some((Match::Name, *row))
    }

    /// Rows that the catalogue does not know get an id as its rows have one: made of the country and the name, with a hash
    /// for all that would share it.
    fn name(&mut self, taken: &HashSet<&str>) {
        let mut uses: HashMap<String, usize> = HashMap::new();
        uses.extend(taken.iter().map(|id| ((*id).to_owned(), 1)));
        let known = self.rows.iter().filter(|row| !row.id.is_empty());
        uses.extend(known.map(|row| (row.id.clone(), 1)));
        let slugs: BTreeMap<usize, String> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.id.is_empty())
            .filter_map(|(at, row)| Some((at, row.naming()?.slug())))
            .collect();
        for slug in slugs.values() {
            *uses.entry(slug.clone()).or_default() += 1;
        }
        for (at, slug) in slugs {
            let row = &mut self.rows[at];
            let shared = slug.is_empty() || uses.get(&slug).is_some_and(|uses| *uses > 1);
            row.id = match row.naming().filter(|_| shared) {
                Some(route) => route.hashed(&slug),
                None => slug,
            };
        }
    }
}

impl Joined {
    /// The route that gives the row its name: always the same one, whatever the operator prefers.
    fn naming(&self) -> Option<&Route> {
        self.routes.iter().min_by_key(|route| &route.aggregator)
    }
}

impl Route {
    fn slug(&self) -> String {
        let country = self.bank.country.as_deref().unwrap_or_default();
        slug(&country.to_ascii_lowercase(), &fold(&self.bank.name))
    }

    fn hashed(&self, slug: &str) -> String {
        let start = match (slug, self.bank.country.as_deref()) {
            ("", None) => "bank".to_owned(),
            ("", Some(country)) => country.to_ascii_lowercase(),
            (slug, _) => slug.to_owned(),
        };
        format!("{start}-{}", hash(&[&self.aggregator, &self.bank.id]))
    }
}

/// Two that the operator calls the same bank are one, unless one aggregator has both.
fn join_as_said(rows: &mut Vec<Joined>, rules: &[BankRule]) {
    for rule in rules {
        let find = |id: &str| rows.iter().position(|row| row.id == id);
        let Some(at) = find(&rule.id) else {
            tracing::warn!(
                bank = rule.id,
                "aggregators.toml names a bank that is not there"
            );
            continue;
        };
        let Some(other) = &rule.same_as else {
            continue;
        };
        let Some(to) = find(other) else {
            tracing::warn!(
                bank = other,
                "aggregators.toml names a bank that is not there"
            );
            continue;
        };
        let there = &rows[to].routes;
        let has = |route: &Route| {
            there
                .iter()
                .any(|other| other.aggregator == route.aggregator)
        };
        if rows[at].routes.iter().any(has) {
            tracing::warn!(
                bank = rule.id,
                "`same_as`: one aggregator tells the two banks apart, so they stay two"
            );
            continue;
        }
        let mut routes = std::mem::take(&mut rows[at].routes);
        rows[to].routes.append(&mut routes);
        rows.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::parse;

    const KNOWN: &str = "country,name,bic\nDE,Deutsche Bank,DEUTDEFF\nDE,Volksbank,GENODE1\nDE,Volksbank,GENODE2\nFI,S-Pankki Oyj,SBANFIHH\n";

    fn bank(id: &str, country: &str, name: &str, bic: &str) -> Bank {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Bank {
            id: id.into(),
            name: name.into(),
            country: some(country),
            bic: super::super::clean::bic(bic),
            ..Bank::default()
        }
    }

    fn from(aggregator: &str, banks: &[Bank]) -> Brought {
        Brought {
            aggregator: aggregator.into(),
            hide: false,
            banks: banks.to_vec(),
        }
    }

    fn rule(id: &str) -> BankRule {
        BankRule {
            id: id.into(),
            prefer: Vec::new(),
            hide: false,
            same_as: None,
        }
    }

    /// Each row that has a route, as `id: aggregator bank, …`.
    fn check(brought: &[Brought], rules: &[BankRule], expected: &[&str]) {
        let known = parse(KNOWN).expect("a catalogue");
        let taken = HashSet::from(["demo"]);
        let rows = join(&known, brought, rules, &taken);
        let rows = rows.iter().filter(|row| !row.routes.is_empty()).map(|row| {
            let routes = row.routes.iter();
            let routes = routes.map(|route| format!("{} {}", route.aggregator, route.bank.id));
            format!("{}: {}", row.id, routes.collect::<Vec<_>>().join(", "))
        });
        let mut rows: Vec<String> = rows.collect();
        rows.sort();
        assert_eq!(rows, expected);
    }

    #[test]
    fn the_same_bank_from_two_aggregators_is_one_row_with_the_catalogues_id() {
        let one = from("one", &[bank("1", "DE", "Deutsche Bank AG", "DEUTDEFFXXX")]);
        let two = from("two", &[bank("db", "DE", "deutsche bank", "")]);
        let both = [one.clone(), two.clone()];
        check(&both, &[], &["de-deutsche-bank: one 1, two db"]);
        check(&[two, one], &[], &["de-deutsche-bank: two db, one 1"]);
    }

    #[test]
    fn a_bank_is_also_known_by_the_name_that_another_aggregator_has_for_it() {
        let one = from("one", &[bank("1", "FI", "S-Bank", "SBANFIHHXXX")]);
        let two = from("two", &[bank("2", "FI", "S-Bank", "")]);
        check(&[one, two], &[], &["fi-s-pankki-oyj: one 1, two 2"]);
    }

    #[test]
    fn banks_that_the_catalogue_does_not_know_are_joined_among_themselves_and_keep_their_id() {
        let one = from("one", &[bank("1", "EE", "Uus Pank", "UUSEEE22")]);
        let two = from("two", &[bank("2", "EE", "Uus Pank AS", "UUSEEE22XXX")]);
        check(
            &[one.clone(), two.clone()],
            &[],
            &["ee-uus-pank: one 1, two 2"],
        );
        check(&[two, one], &[], &["ee-uus-pank: two 2, one 1"]);
        let everywhere = from("one", &[bank("all", "", "SimpleFIN", "")]);
        check(&[everywhere], &[], &["simplefin: one all"]);
    }

    #[test]
    fn what_is_not_sure_stays_apart() {
        let names = from("one", &[bank("1", "DE", "Volksbank", "")]);
        check(&[names], &[], &["de-volksbank: one 1"]);
        let countries = from("one", &[bank("1", "AT", "Deutsche Bank", "DEUTATWW")]);
        check(&[countries], &[], &["at-deutsche-bank: one 1"]);
        let both = from(
            "one",
            &[
                bank("1", "DE", "Deutsche Bank Business", "DEUTDEFF"),
                bank("2", "DE", "Deutsche Bank", "DEUTDEFF"),
            ],
        );
        check(
            &[both],
            &[],
            &[
                "de-deutsche-bank-business: one 1",
                "de-deutsche-bank: one 2",
            ],
        );
    }

    #[test]
    fn all_that_would_share_an_id_get_a_hash_and_none_gets_a_test_banks() {
        let alike = [bank("1", "EE", "Pank", ""), bank("2", "EE", "Pank", "")];
        let demo = bank("3", "", "Demo", "");
        let all = [alike.as_slice(), &[demo]].concat();
        let hashed = |id: &str| hash(&["one", id]);
        let mut expected = [
            format!("ee-pank-{}: one 1", hashed("1")),
            format!("ee-pank-{}: one 2", hashed("2")),
            format!("demo-{}: one 3", hashed("3")),
        ];
        expected.sort();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&[from("one", &all)], &[], &expected);
    }

    #[test]
    fn the_operators_word_counts_more() {
        let one = from(
            "one",
            &[
                bank("1", "DE", "Deutsche Bank", ""),
                bank("x", "DE", "DB Privat", ""),
            ],
        );
        let two = from("two", &[bank("2", "DE", "Deutsche Bank", "")]);
        let three = from("three", &[bank("3", "DE", "DB24", "")]);
        let all = [one, two, three];
        let preferring = BankRule {
            prefer: vec!["three".into(), "two".into()],
            ..rule("de-deutsche-bank")
        };
        let joining = BankRule {
            same_as: Some("de-deutsche-bank".into()),
            ..rule("de-db24")
        };
        // The same aggregator has both.
        let refused = BankRule {
            same_as: Some("de-deutsche-bank".into()),
            ..rule("de-db-privat")
        };
        let rules = [preferring, joining, refused, rule("de-nowhere")];
        let joined = "de-deutsche-bank: three 3, two 2, one 1";
        check(&all, &rules, &["de-db-privat: one x", joined]);
        let hiding = BankRule {
            hide: true,
            ..rule("de-deutsche-bank")
        };
        check(
            &all,
            &[hiding],
            &["de-db-privat: one x", "de-db24: three 3"],
        );
        let mut hidden = all.clone();
        hidden[0].hide = true;
        check(
            &hidden,
            &[],
            &["de-db24: three 3", "de-deutsche-bank: two 2"],
        );
    }
}
