//! Finds names as people type them: accents, case and apostrophes do not matter, words may be cut short.
//! The one definition for the server's index and for the widget's list, so that both show the same rows in the same order.

mod fold;

use fold::{Umlauts, fold_char, is_joiner, is_mark, is_word};
use std::ops::Range;

/// What somebody typed, ready to be compared with names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    words: Vec<Word>,
}

/// One typed word, plain ("munchen") and, where it differs, with its umlauts written out ("muenchen").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub plain: String,
    pub spelled_out: Option<String>,
}

/// The place of a row in the list; smaller comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    inexact: bool,
    unpopular: bool,
    inner: bool,
    length: usize,
    folded: String,
}

impl Query {
    pub fn new(text: &str) -> Query {
        let words = chunks(text)
            .map(|chunk| Word::new(&text[chunk]))
            .filter(|word| !word.plain.is_empty())
            .collect();
        Query { words }
    }

    /// Nothing was typed that could be searched for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The typed words in their plain form with one space between them.
    pub fn folded(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.plain.as_str()).collect();
        words.join(" ")
    }

    /// Every typed word begins some word of the name.
    pub fn matches(&self, name: &str) -> bool {
        self.words
            .iter()
            .all(|word| word.find_in(name).next().is_some())
    }

    /// The parts of the name that the typed words match, as byte ranges, in order, not overlapping.
    pub fn marks(&self, name: &str) -> Vec<Range<usize>> {
        let mut marks: Vec<Range<usize>> = Vec::new();
        for word in &self.words {
            let free = word.find_in(name).find(|found| {
                marks
                    .iter()
                    .all(|m| found.end <= m.start || m.end <= found.start)
            });
            if let Some(free) = free {
                let at = marks.partition_point(|mark| mark.start < free.start);
                marks.insert(at, free);
            }
        }
        marks
    }

    /// Where a matching name belongs: the exact name, then popular ones, names that begin with the query, short ones.
    pub fn rank(&self, name: &str, popular: bool) -> Rank {
        let (query, folded) = (self.folded(), fold(name));
        Rank {
            inexact: folded != query,
            unpopular: !popular,
            inner: !folded.starts_with(&query),
            length: folded.chars().count(),
            folded,
        }
    }
}

impl Word {
    fn new(text: &str) -> Word {
        let plain = folded_text(text, Umlauts::Plain);
        let spelled_out = Some(folded_text(text, Umlauts::SpelledOut)).filter(|w| *w != plain);
        Word { plain, spelled_out }
    }

    /// Where this word begins a word of the name.
    fn find_in<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        word_starts(name).filter_map(|start| {
            let rest = &name[start..];
            let length = prefix_length(rest, &self.plain, Umlauts::Plain)
                .or_else(|| prefix_length(rest, &self.plain, Umlauts::SpelledOut))
                .or_else(|| {
                    let word = self.spelled_out.as_deref()?;
                    prefix_length(rest, word, Umlauts::Plain)
                })?;
            Some(start..start + length)
        })
    }
}

/// A name in its plain form: lower case, no accents, one space between words.
pub fn fold(name: &str) -> String {
    Query::new(name).folded()
}

/// The words under which an index must keep a name so that every matching query finds it by prefix.
pub fn index_words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for start in word_starts(name) {
        let word = Word::new(&name[start..chunk_end(name, start)]);
        words.push(word.plain);
        words.extend(word.spelled_out);
    }
    words
}

/// The byte ranges between white space and punctuation; an apostrophe or a dot inside does not divide.
fn chunks(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(is_word)?;
        from = chunk_end(text, start);
        Some(start..from)
    })
}

fn chunk_end(text: &str, start: usize) -> usize {
    text[start..]
        .find(|c| !is_inner(c))
        .map_or(text.len(), |length| start + length)
}

/// Where words begin; in "d'Épargne" at both letters.
fn word_starts(name: &str) -> impl Iterator<Item = usize> + '_ {
    let mut inside = false;
    name.char_indices().filter_map(move |(at, c)| {
        let begins = is_word(c) && !inside;
        inside = is_word(c) || is_mark(c);
        begins.then_some(at)
    })
}

/// How many bytes at the start of `text` fold to `word`.
fn prefix_length(text: &str, word: &str, umlauts: Umlauts) -> Option<usize> {
    let mut rest = word;
    for (at, c) in text.char_indices() {
        if rest.is_empty() {
            return Some(at);
        }
        if !is_inner(c) {
            return None;
        }
        let mut folded = String::new();
        fold_char(c, umlauts, &mut folded);
        // A query may end inside a letter that folds to two ("stras" finds "Straße").
        if folded.len() > rest.len() && folded.starts_with(rest) {
            return Some(at + c.len_utf8());
        }
        rest = rest.strip_prefix(folded.as_str())?;
    }
    rest.is_empty().then_some(text.len())
}

fn folded_text(text: &str, umlauts: Umlauts) -> String {
    let mut folded = String::new();
    for c in text.chars() {
        fold_char(c, umlauts, &mut folded);
    }
    folded
}

fn is_inner(c: char) -> bool {
    is_word(c) || is_joiner(c) || is_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, name: &str, marked: &str) {
        let query = Query::new(typed);
        assert!(query.matches(name), "{typed:?} should find {name:?}");
        let shown: Vec<&str> = query.marks(name).into_iter().map(|m| &name[m]).collect();
        assert_eq!(shown.join("|"), marked, "{typed:?} in {name:?}");
    }

    #[test]
    fn full_width_letters_and_what_nobody_sees_do_not_matter() {
        check("ＴＤ", "TD Canada Trust", "TD");
        check("ｎ２６", "N26", "N26");
        check("td", "ＴＤ銀行", "ＴＤ");
        check("tange\u{ad}rine", "Tangerine", "Tangerine");
        check(
            "\u{200b}tang\u{200d}erine\u{feff}",
            "Tangerine",
            "Tangerine",
        );
        check("tangerine", "Tange\u{ad}rine", "Tange\u{ad}rine");
        check("לאומי", "\u{202b}בנק לאומי\u{202c}", "לאומי");
        for invisible in ['\u{ad}', '\u{200b}', '\u{200f}', '\u{2060}', '\u{feff}'] {
            assert_eq!(Query::new(&invisible.to_string()), Query::new(""));
        }
    }

    #[test]
    fn accents_case_and_apostrophes_do_not_matter() {
        check("caisse depargne", "Caisse d'Épargne", "Caisse|d'Épargne");
        check("CAISSE D'EPARGNE", "Caisse d’Épargne", "Caisse|d’Épargne");
        check("caisse epargne", "Caisse d'Épargne CEPAC", "Caisse|Épargne");
        check("d epargne", "Caisse d'Épargne", "d|Épargne");
        check("creditul", "CREDITUL ROMÂN", "CREDITUL");
        check("łodz", "Bank Lodzki w Łodzi", "Lodz");
        check("ощад", "ОЩАДБАНК", "ОЩАД");
    }

    #[test]
    fn umlauts_are_found_plain_and_written_out() {
        for typed in ["munch", "münch", "muench"] {
            check(typed, "Münchner Bank", "Münch");
        }
        check("münchener", "MUENCHENER HYP", "MUENCHENER");
        check("stras", "Straßburger Sparkasse", "Straß");
    }

    #[test]
    fn initials_are_found_with_and_without_dots() {
        check("jp morgan", "J.P. Morgan AG", "J.P|Morgan");
        check("j.p.", "JP Morgan", "JP");
    }

    #[test]
    fn decomposed_letters_are_the_same_as_composed_ones() {
        check("epargne", "E\u{301}pargne", "E\u{301}pargne");
        check("e\u{301}pargne", "Épargne", "Épargne");
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert!(!Query::new("demo").matches("Caisse d'Épargne"));
        assert!(!Query::new("pargne").matches("Caisse d'Épargne"));
        assert!(Query::new(" '.- ").is_empty());
    }

    #[test]
    fn the_exact_name_comes_first_then_popular_then_beginning() {
        let query = Query::new("demo");
        let mut rows = [
            ("Banca Demo", false),
            ("Demokratik Bank", false),
            ("Demo", false),
            ("Demo Invest", true),
        ];
        rows.sort_by_key(|(name, popular)| query.rank(name, *popular));
        let names: Vec<&str> = rows.iter().map(|row| row.0).collect();
        assert_eq!(
            names,
            ["Demo", "Demo Invest", "Demokratik Bank", "Banca Demo"]
        );
    }

    #[test]
    fn every_match_is_found_through_the_index_by_prefix() {
        let names = [
            "Caisse d'Épargne",
            "J.P. Morgan",
            "Münchner Bank",
            "S.A.",
            "Straße 9",
        ];
        for name in names {
            let indexed = index_words(name);
            for typed in [
                "ca", "d'ep", "epar", "jpm", "jp", "mor", "muenchn", "munch", "münch", "sa", "a",
                "9",
            ] {
                let query = Query::new(typed);
                let found = query.words().iter().all(|word| {
                    let forms = [Some(&word.plain), word.spelled_out.as_ref()];
                    forms
                        .into_iter()
                        .flatten()
                        .any(|form| indexed.iter().any(|w| w.starts_with(form.as_str())))
                });
                assert_eq!(
                    found,
                    query.matches(name),
                    "{typed:?} in {name:?}: {indexed:?}"
                );
            }
        }
    }
}
