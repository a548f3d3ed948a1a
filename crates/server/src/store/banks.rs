//! The catalogue in memory, and the search in it: the same rows in the same order as `connect_core::search`.

use crate::aggregators::Route;
use connect_core::search::{Query, fold, index_words};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// No bank's name has more words than this; a longer query finds nothing.
const MOST_WORDS: usize = 32;

/// A bank to import.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// Where a bank's picture is to be had.
#[derive(Clone, Debug)]
pub struct Logo {
    pub light: String,
    /// For a dark page, where there is one.
    pub dark: Option<String>,
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub query: Query,
    pub providers: Option<Vec<String>>,
    pub groups: Option<Vec<String>>,
    pub countries: Option<Vec<String>>,
}

/// How whoever asks for groups calls the banks that are in none, as Wealthica does.
pub const CORE: &str = "core";

/// The banks of this moment; whoever has them keeps them while others take their place.
#[derive(Clone, Default)]
pub struct Shelf(Arc<RwLock<Arc<Banks>>>);

impl Shelf {
    pub fn get(&self) -> Arc<Banks> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn put(&self, banks: Banks) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(banks);
    }
}

#[derive(Default)]
pub struct Banks {
    hash: String,
    /// In the order of a list for which nothing is searched: popular ones by their place, then by name.
    entries: Vec<Shown>,
    /// The places in `entries`, short names first, as a search ranks banks that are alike otherwise.
    by_length: Vec<u32>,
    by_id: HashMap<String, u32>,
    /// Each word of each name with the bank's place in `by_length`, in the words' order: those that begin alike are a range.
    words: Vec<(Box<str>, u32)>,
    /// The places in `by_length` of all names in their own order: those that begin with what is searched are a range.
    by_name: Vec<u32>,
    popular: Set,
    countries: HashMap<String, Set>,
    /// Of no country, which are everywhere.
    anywhere: Set,
    groups: HashMap<String, Set>,
    logos: HashMap<(String, String), Logo>,
}

struct Shown {
    entry: Entry,
    folded: String,
    length: usize,
}

/// Which of the banks, by their places in `by_length`: a search looks at no bank that is not on its page.
#[derive(Clone, Default)]
struct Set(Vec<u64>);

impl Set {
    fn none(of: usize) -> Set {
        Set(vec![0; of.div_ceil(64)])
    }

    fn add(&mut self, place: u32) {
        self.0[place as usize / 64] |= 1 << (place % 64);
    }

    fn has(&self, place: u32) -> bool {
        self.0[place as usize / 64] >> (place % 64) & 1 == 1
    }

    /// These, and all that are called so.
    fn with(&self, all: &HashMap<String, Set>, names: &[String]) -> Set {
        let mut set = self.clone();
        for named in names.iter().filter_map(|name| all.get(name)) {
            for (own, other) in set.0.iter_mut().zip(&named.0) {
                *own |= other;
            }
        }
        set
    }

    fn and(&mut self, other: &Set) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own &= other;
        }
    }

    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.0).flat_map(|(block, bits): (u32, _)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let lowest = bits.trailing_zeros();
                bits &= bits.checked_sub(1)?;
                Some(block * 64 + lowest)
            })
        })
    }
}

impl Banks {
    pub fn new(hash: &str, entries: Vec<Entry>) -> Banks {
        let mut shown: Vec<Shown> = entries
            .into_iter()
            .map(|entry| {
                let folded = fold(&entry.name);
                let length = folded.chars().count();
                Shown {
                    entry,
                    folded,
                    length,
                }
            })
            .collect();
        shown.sort_by(|a, b| a.listed().cmp(&b.listed()));
        let places = || 0..u32::try_from(shown.len()).unwrap_or(u32::MAX);
        let mut by_length: Vec<u32> = places().collect();
        by_length.sort_by(|a, b| {
            let ranked = |place: u32| shown[place as usize].ranked();
            ranked(*a).cmp(&ranked(*b))
        });
        let mut words = Vec::new();
        for (rank, place) in places().zip(&by_length) {
            let entry = &shown[*place as usize].entry;
            let mut own = index_words(&entry.name);
            own.extend(index_words(&entry.known_as));
            words.extend(own.into_iter().map(|word| (word.into(), rank)));
        }
        words.sort();
        words.dedup();
        let at = |rank: u32| &shown[by_length[rank as usize] as usize];
        let mut by_name: Vec<u32> = places().collect();
        by_name.sort_by(|a, b| at(*a).folded.cmp(&at(*b).folded));
        let none = Set::none(shown.len());
        let (mut popular, mut anywhere) = (none.clone(), none.clone());
        let (mut countries, mut groups) = (HashMap::new(), HashMap::new());
        for rank in places() {
            let entry = &at(rank).entry;
            if entry.place.is_some() {
                popular.add(rank);
            }
            let group = entry.group.clone().unwrap_or_else(|| CORE.into());
            let group: &mut Set = groups.entry(group).or_insert_with(|| none.clone());
            group.add(rank);
            let country = entry.country.clone();
            country
                .map_or(&mut anywhere, |country| {
                    countries.entry(country).or_insert_with(|| none.clone())
                })
                .add(rank);
        }
        let by_id = shown
            .iter()
            .zip(places())
            .map(|(shown, place)| (shown.entry.id.clone(), place));
        Banks {
            hash: hash.to_owned(),
            by_id: by_id.collect(),
            logos: shown.iter().flat_map(|shown| logos(&shown.entry)).collect(),
            by_length,
            by_name,
            words,
            popular,
            countries,
            anywhere,
            groups,
            entries: shown,
        }
    }

    /// Names what was imported.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    pub fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|shown| &shown.entry)
    }

    pub fn find(&self, id: &str) -> Option<&Entry> {
        let place = self.by_id.get(id)?;
        Some(&self.entries[*place as usize].entry)
    }

    pub fn logo(&self, aggregator: &str, hash: &str) -> Option<&Logo> {
        let key = (aggregator.to_owned(), hash.to_owned());
        self.logos.get(&key)
    }

    /// One page, and how many there are in all.
    pub fn search(&self, wanted: &Wanted, offset: usize, limit: usize) -> (Vec<&Entry>, usize) {
        let query = &wanted.query;
        if query.words().len() > MOST_WORDS {
            return (Vec::new(), 0);
        }
        if query.is_empty() {
            let fits = |shown: &&Shown| is_wanted(&shown.entry, wanted);
            return page(self.entries.iter().filter(fits), offset, limit);
        }
        let mut found = self.matching(query);
        self.keep_wanted(&mut found, wanted);
        let (begin, exact) = self.beginning(&query.folded());
        // The order is `connect_core::search::Rank`'s; within each of these they are in it already.
        let mut kinds: [Vec<u32>; 8] = Default::default();
        for rank in found.iter() {
            let inexact = usize::from(!exact.has(rank));
            let unpopular = usize::from(!self.popular.has(rank));
            let inner = usize::from(!begin.has(rank));
            kinds[inexact * 4 + unpopular * 2 + inner].push(rank);
        }
        let total = kinds.iter().map(Vec::len).sum();
        let page = kinds.iter().flatten().skip(offset).take(limit);
        (page.map(|rank| &self.at(*rank).entry).collect(), total)
    }

    fn at(&self, rank: u32) -> &Shown {
        &self.entries[self.by_length[rank as usize] as usize]
    }

    /// Those whose names begin so, and those whose names are that.
    fn beginning(&self, folded: &str) -> (Set, Set) {
        let name = |rank: &u32| self.at(*rank).folded.as_str();
        let from = self.by_name.partition_point(|rank| name(rank) < folded);
        let rest = &self.by_name[from..];
        let begin = rest.partition_point(|rank| name(rank).starts_with(folded));
        let exact = rest.partition_point(|rank| name(rank) == folded);
        let set = |ranks: &[u32]| {
            let mut set = Set::none(self.entries.len());
            ranks.iter().for_each(|rank| set.add(*rank));
            set
        };
        (set(&rest[..begin]), set(&rest[..exact]))
    }

    fn keep_wanted(&self, found: &mut Set, wanted: &Wanted) {
        if let Some(countries) = &wanted.countries {
            found.and(&self.anywhere.with(&self.countries, countries));
        }
        if let Some(groups) = &wanted.groups {
            let none = Set::none(self.entries.len());
            found.and(&none.with(&self.groups, groups));
        }
        if let Some(providers) = &wanted.providers {
            let mut all = Set::none(self.entries.len());
            let ranks = found.iter();
            ranks
                .filter(|rank| providers.contains(&self.at(*rank).entry.id))
                .for_each(|rank| all.add(rank));
            *found = all;
        }
    }

    /// Every word must begin a word of the name, plain or with its umlauts written out.
    fn matching(&self, query: &Query) -> Set {
        let mut all: Option<Set> = None;
        for word in query.words() {
            let mut found = Set::none(self.entries.len());
            for form in [Some(&word.plain), word.spelled_out.as_ref()] {
                let Some(form) = form else { continue };
                let from = self.words.partition_point(|(own, _)| **own < **form);
                let rest = &self.words[from..];
                let with = rest.partition_point(|(own, _)| own.starts_with(form.as_str()));
                rest[..with].iter().for_each(|(_, rank)| found.add(*rank));
            }
            match &mut all {
                None => all = Some(found),
                Some(all) => all.and(&found),
            }
        }
        all.unwrap_or_else(|| Set::none(0))
    }
}

impl Shown {
    fn listed(&self) -> (bool, Option<usize>, &str, &str) {
        let place = self.entry.place;
        (place.is_none(), place, &self.folded, &self.entry.id)
    }

    fn ranked(&self) -> (usize, &str, &str) {
        (self.length, &self.folded, &self.entry.id)
    }
}

fn is_wanted(entry: &Entry, wanted: &Wanted) -> bool {
    let among = |list: &Option<Vec<String>>, own: &str| {
        let mut list = list.iter().flatten();
        list.any(|one| one == own)
    };
    let group = entry.group.as_deref().unwrap_or(CORE);
    let country = entry.country.as_deref();
    (wanted.providers.is_none() || among(&wanted.providers, &entry.id))
        && (wanted.groups.is_none() || among(&wanted.groups, group))
        && (wanted.countries.is_none()
            || country.is_none_or(|country| among(&wanted.countries, country)))
}

fn page<'a>(
    found: impl Iterator<Item = &'a Shown>,
    offset: usize,
    limit: usize,
) -> (Vec<&'a Entry>, usize) {
    let mut total = 0;
    let mut page = Vec::new();
    for shown in found {
        if total >= offset && page.len() < limit {
            page.push(&shown.entry);
        }
        total += 1;
    }
    (page, total)
}

/// Aggregator and name of each picture, and its addresses.
fn logos(entry: &Entry) -> impl Iterator<Item = ((String, String), Logo)> + '_ {
    entry.routes.iter().filter_map(|route| {
        let logo = Logo {
            light: route.bank.logo.clone()?,
            dark: route.bank.logo_dark.clone(),
        };
        Some(((route.aggregator.clone(), route.bank.logo_name()?), logo))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 14] = [
        "Bank",
        "BANQUE",
        "Épargne",
        "München",
        "of",
        "Caisse",
        "d'Épargne",
        "Ba",
        "N26",
        "Sparkasse",
        "St.",
        "Münster",
        "Bankhaus",
        "l’Est",
    ];

    /// The same on every run.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(self.0 >> 33).expect("it is small") % end
        }

        fn words(&mut self, most: usize) -> String {
            let count = self.below(most) + 1;
            let words: Vec<&str> = (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect();
            words.join(" ")
        }
    }

    fn entry(dice: &mut Dice, number: usize) -> Entry {
        Entry {
            id: format!("bank-{number}"),
            name: dice.words(3),
            known_as: match dice.below(3) {
                0 => dice.words(2),
                _ => String::new(),
            },
            country: None,
            group: None,
            place: (dice.below(5) == 0).then_some(number),
            routes: Vec::new(),
        }
    }

    /// Word by word through all of them, as the widget does it with a list that it has.
    fn slowly(entries: &[Entry], query: &Query) -> Vec<String> {
        let mut found: Vec<&Entry> = entries
            .iter()
            .filter(|entry| query.matches(&format!("{} {}", entry.name, entry.known_as)))
            .collect();
        found.sort_by_key(|entry| {
            (
                query.rank(&entry.name, entry.place.is_some()),
                entry.id.clone(),
            )
        });
        found.into_iter().map(|entry| entry.id.clone()).collect()
    }

    #[test]
    fn the_index_finds_what_a_look_at_every_name_finds_in_the_same_order() {
        let mut dice = Dice(7);
        let entries: Vec<Entry> = (0..400).map(|number| entry(&mut dice, number)).collect();
        let banks = Banks::new("", entries.clone());
        let mut hits = 0;
        for _ in 0..300 {
            let text = dice.words(2);
            let cut: String = text.chars().take(1 + dice.below(8)).collect();
            for typed in [text, cut] {
                let query = Query::new(&typed);
                if query.is_empty() {
                    continue;
                }
                let wanted = Wanted {
                    query,
                    ..Wanted::default()
                };
                let (found, total) = banks.search(&wanted, 0, 1000);
                let found: Vec<String> = found.into_iter().map(|entry| entry.id.clone()).collect();
                assert_eq!(found, slowly(&entries, &wanted.query), "{typed}");
                assert_eq!(total, found.len());
                hits += total;
                let (page, _) = banks.search(&wanted, 3, 5);
                let page: Vec<&str> = page.into_iter().map(|entry| entry.id.as_str()).collect();
                let same: Vec<&str> = found.iter().skip(3).take(5).map(String::as_str).collect();
                assert_eq!(page, same);
            }
        }
        assert!(hits > 10_000, "{hits}");
    }
}
