//! Names as people know them, where a register has them in capitals: "LLOYDS BANK PLC" is "Lloyds Bank". What no rule can
//! know stands in `data/names.toml`.

use connect_core::search::fold;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

/// What the rules know.
pub const KNOWLEDGE: &str = include_str!("../../data/names.toml");

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let written: Written = toml::from_str(KNOWLEDGE).expect("a test reads it");
    Rules::new(written)
});

/// Longer words without a vowel are none that anybody would spell out.
const LONGEST_INITIALS: usize = 5;

#[derive(Deserialize)]
struct Written {
    capitals: String,
    words: String,
    small: String,
    spelling: BTreeMap<String, Spelling>,
    forms: BTreeMap<String, String>,
    first_forms: BTreeMap<String, String>,
    names: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Spelling {
    Everywhere(String),
    In(BTreeMap<String, String>),
}

struct Rules {
    capitals: HashSet<String>,
    words: HashSet<String>,
    small: HashSet<String>,
    spelling: HashMap<(String, String), String>,
    /// The longest first.
    forms: Vec<(String, String)>,
    first_forms: Vec<(String, String)>,
    names: BTreeMap<String, BTreeMap<String, String>>,
}

impl Rules {
    fn new(written: Written) -> Rules {
        let list = |text: &str| text.split_whitespace().map(str::to_uppercase).collect();
        let mut spelling = HashMap::new();
        for (name, value) in written.spelling {
            match value {
                Spelling::Everywhere(text) => {
                    spelling.insert((String::new(), name), text);
                }
                Spelling::In(words) => {
                    spelling.extend(
                        words
                            .into_iter()
                            .map(|(word, text)| ((name.clone(), word), text)),
                    );
                }
            }
        }
        Rules {
            capitals: list(&written.capitals),
            words: list(&written.words),
            small: list(&written.small),
            spelling,
            forms: longest_first(written.forms),
            first_forms: longest_first(written.first_forms),
            names: written.names,
        }
    }
}

fn longest_first(forms: BTreeMap<String, String>) -> Vec<(String, String)> {
    let mut forms: Vec<_> = forms.into_iter().collect();
    forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    forms
}

/// A name in the register's words, and how it is written with its legal form and without.
struct Ways {
    whole: String,
    short: String,
}

/// What each of these banks (its country and its name) is called, in their order. A legal form goes where nothing else of
/// the same country is called so then.
pub fn shown(banks: &[(&str, &str)]) -> Vec<String> {
    let ways: Vec<Ways> = banks
        .iter()
        .map(|(country, name)| ways(country, name))
        .collect();
    let mut wholes: HashMap<(&str, String), HashSet<String>> = HashMap::new();
    for ((country, _), ways) in banks.iter().zip(&ways) {
        let alike = wholes.entry((*country, fold(&ways.short))).or_default();
        alike.insert(fold(&ways.whole));
    }
    let shown = banks.iter().zip(ways).map(|((country, _), ways)| {
        let is_alone = wholes[&(*country, fold(&ways.short))].len() == 1;
        if is_alone { ways.short } else { ways.whole }
    });
    shown.collect()
}

fn ways(country: &str, name: &str) -> Ways {
    let same = |name: &str| Ways {
        whole: name.to_owned(),
        short: name.to_owned(),
    };
    if let Some(known) = RULES.names.get(country).and_then(|names| names.get(name)) {
        return same(known);
    }
    if !is_in_capitals(name) {
        return same(name);
    }
    let parts = Parts::of(name);
    let short = written(parts.core, country);
    let first = parts.first.map(|form| format!("{form} "));
    let last = parts.last.iter().rev().map(|form| format!(" {form}"));
    Ways {
        whole: first
            .into_iter()
            .chain([short.clone()])
            .chain(last)
            .collect(),
        short,
    }
}

fn is_in_capitals(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(char::is_uppercase)
}

/// A name and the legal forms around it.
struct Parts<'a> {
    core: &'a str,
    first: Option<&'static str>,
    /// The last one first.
    last: Vec<&'static str>,
}

impl<'a> Parts<'a> {
    fn of(name: &'a str) -> Parts<'a> {
        let loose = |c: char| c.is_whitespace() || ",-–".contains(c);
        let mut core = name.trim_matches(loose);
        let mut last = Vec::new();
        while let Some((rest, form)) = RULES.forms.iter().find_map(|(form, written)| {
            let rest = core.strip_suffix(form.as_str())?;
            let apart = rest.ends_with(|c: char| loose(c) || c == '"' || c == '\'');
            let rest = rest.trim_end_matches(loose);
            (apart && !rest.is_empty()).then_some((rest, written.as_str()))
        }) {
            core = rest;
            last.push(form);
        }
        let first = RULES.first_forms.iter().find_map(|(form, written)| {
            let rest = core.strip_prefix(form.as_str())?;
            let name = rest.trim_start();
            // Where a form stands before a name, the name stands in quotes.
            name.starts_with(is_quote)
                .then_some((name, written.as_str()))
        });
        if let Some((rest, _)) = first {
            core = rest;
        }
        Parts {
            core: unquoted(core),
            first: first.map(|(_, form)| form),
            last,
        }
    }
}

fn is_quote(c: char) -> bool {
    "\"“”«»".contains(c)
}

/// Without the quotes around all of it.
fn unquoted(name: &str) -> &str {
    let quotes = name.chars().filter(|c| is_quote(*c)).count();
    let inner = name.trim_matches(is_quote);
    match quotes {
        1 | 2 if inner.len() < name.len() && !inner.contains(is_quote) => inner.trim(),
        _ => name,
    }
}

fn written(name: &str, country: &str) -> String {
    let mut text = String::new();
    let mut is_first = true;
    let name = name.replace(',', ", ");
    for (at, chunk) in name.split_whitespace().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        text.push_str(&chunk_written(chunk, country, is_first));
        // After a dash something begins anew.
        is_first = chunk.ends_with(|last| "-–:/".contains(last));
    }
    text
}

/// What stands between two spaces: words with brackets, hyphens, figures between them.
fn chunk_written(chunk: &str, country: &str, mut is_first: bool) -> String {
    if is_initials(chunk)
        || RULES
            .forms
            .iter()
            .any(|(form, _)| form.len() > 2 && form == chunk && form.contains(['.', '/']))
    {
        return match RULES.forms.iter().find(|(form, _)| form == chunk) {
            Some((_, written)) => written.clone(),
            None => chunk.to_owned(),
        };
    }
    let mut text = String::new();
    let mut rest = chunk;
    while let Some(start) = rest.find(char::is_alphabetic) {
        text.push_str(&rest[..start]);
        is_first |= rest[..start].ends_with(|c: char| "(\"“«".contains(c));
        rest = &rest[start..];
        let end = rest
            .find(|c: char| !c.is_alphabetic() && !is_apostrophe(c))
            .unwrap_or(rest.len());
        let word = rest[..end].trim_end_matches(is_quote);
        text.push_str(&word_written(
            word,
            country,
            is_first,
            rest[end..].starts_with('.'),
        ));
        rest = &rest[word.len()..];
        is_first = true;
    }
    text + rest
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '’'
}

/// `J.P.`, `S.A.`, `M.`
fn is_initials(chunk: &str) -> bool {
    let mut parts = chunk.trim_end_matches(',').split('.');
    let last = parts.next_back().unwrap_or_default();
    let mut before = parts.peekable();
    let is_letter = |part: &str| part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
    before.peek().is_some()
        && before.all(is_letter)
        && (last.is_empty() || is_letter(last))
        && !RULES.small.contains(chunk)
}

fn word_written(word: &str, country: &str, is_first: bool, is_short: bool) -> String {
    if let Some((article, rest)) = elided(word) {
        let article = match is_first {
            true => capital(article),
            false => article.to_lowercase(),
        };
        return article + &word_written(rest, country, true, is_short);
    }
    let spelling = |country: &str| RULES.spelling.get(&(country.to_owned(), word.to_owned()));
    if let Some(spelling) = spelling(country).or_else(|| spelling("")) {
        return spelling.clone();
    }
    let length = word.chars().count();
    let is_small = RULES.small.contains(word) && (length > 1 || country != "GB");
    if is_short && RULES.small.contains(&format!("{word}.")) {
        return word.to_lowercase();
    }
    let is_known = RULES.words.contains(word) || RULES.small.contains(word) || is_short;
    if is_small && !is_first {
        return word.to_lowercase();
    }
    let has_vowel = word.chars().any(is_vowel);
    let initials = !has_vowel && length <= LONGEST_INITIALS || length <= 3;
    if RULES.capitals.contains(word) || (initials && !is_known && length > 0) {
        return word.to_owned();
    }
    if let Some(rest) = word
        .strip_prefix("MC")
        .filter(|rest| rest.len() > 3 && has_vowel)
    {
        return format!("Mc{}", capital(rest));
    }
    graves(capital(word), country)
}

/// `D'EPARGNE` is an article and a word; `O'BRIEN` is no article.
fn elided(word: &str) -> Option<(&str, &str)> {
    let at = word.find(is_apostrophe)?;
    let end = at + word[at..].chars().next()?.len_utf8();
    let (article, rest) = word.split_at(end);
    let is_article = RULES.small.contains(&article.replace('’', "'"));
    let is_name = article.starts_with('O') && article.len() == 2;
    (rest.chars().count() > 1 && (is_article || is_name)).then_some((article, rest))
}

fn is_vowel(letter: char) -> bool {
    let plain = fold(&letter.to_string());
    plain.contains(|c: char| "aeiouyаеєиіїоуюяэыё".contains(c))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first
        .chain(letters.as_str().to_lowercase().chars())
        .collect()
}

/// Italian registers write `SOCIETA'` for `Società`.
fn graves(word: String, country: &str) -> String {
    let Some(plain) = word.strip_suffix('\'').filter(|_| country == "IT") else {
        return word;
    };
    let accents = [('a', 'à'), ('e', 'è'), ('i', 'ì'), ('o', 'ò'), ('u', 'ù')];
    let accented = accents.iter().find_map(|(vowel, accent)| {
        let stem = plain.strip_suffix(*vowel)?;
        Some(format!("{stem}{accent}"))
    });
    accented.unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{BUILT_IN, parse};

    fn one(country: &str, name: &str) -> String {
        shown(&[(country, name)]).concat()
    }

    #[test]
    fn registers_capitals_become_names() {
        for (country, register, expected) in [
            ("FR", "BNP PARIBAS", "BNP Paribas"),
            ("GB", "LLOYDS BANK PLC", "Lloyds Bank"),
            ("GB", "BARCLAYS BANK UK PLC", "Barclays"),
            ("GB", "C. HOARE & CO.", "C. Hoare & Co."),
            ("GB", "AGILITY FOREX (UK) LTD", "Agility Forex (UK)"),
            ("GB", "DBS BANK LTD.", "DBS Bank"),
            (
                "GB",
                "THE LONDON METAL EXCHANGE",
                "The London Metal Exchange",
            ),
            ("GB", "BANK OF SCOTLAND PLC", "Bank of Scotland"),
            ("GB", "J.P. MORGAN SECURITIES PLC", "J.P. Morgan Securities"),
            ("GB", "PLUS500UK LTD", "Plus500UK"),
            ("NL", "ABN AMRO BANK N.V.", "ABN AMRO"),
            ("NL", "ING", "ING"),
            ("NL", "BUNQ", "bunq"),
            ("NL", "KBC BANK", "KBC Bank"),
            ("DE", "N26 BANK AG", "N26 Bank"),
            ("FR", "SOCIETE GENERALE SA", "Société Générale"),
            (
                "FR",
                "CAISSE D'EPARGNE ILE DE FRANCE",
                "Caisse d'Épargne Ile de France",
            ),
            ("FR", "BPE", "BPE"),
            ("ES", "BANCO SANTANDER, S.A.", "Banco Santander"),
            ("ES", "CAIXABANK, S.A.", "CaixaBank"),
            (
                "ES",
                "PICTET & CIE (EUROPE), S.A., S.E.",
                "Pictet & Cie (Europe)",
            ),
            ("ES", "BANCO BILBAO VIZCAYA ARGENTARIA, S.A.", "BBVA"),
            ("ES", "MPCA RONDA,CADIZ Y JAEN", "MPCA Ronda, Cadiz y Jaen"),
            ("IT", "INTESA SANPAOLO S.P.A.", "Intesa Sanpaolo"),
            (
                "IT",
                "BANCA DI CREDITO COOPERATIVO DI FALCONARA - SOCIETA' COOPERATIVA",
                "Banca di Credito Cooperativo di Falconara",
            ),
            (
                "IT",
                "BANCA DI CANTU' E DELLA BRIANZA",
                "Banca di Cantù e della Brianza",
            ),
            (
                "DK",
                "SPAREKASSEN FOR NOERRE NEBEL OG OMEGN",
                "Sparekassen for Noerre Nebel og Omegn",
            ),
            ("DK", "DANSKE BANK A/S", "Danske Bank"),
            ("LT", "UAB \"PHOENIX PAYMENTS\"", "Phoenix Payments"),
            (
                "UA",
                "АКЦІОНЕРНЕ ТОВАРИСТВО \"КРЕДІ АГРІКОЛЬ БАНК\"",
                "Креді Агріколь Банк",
            ),
            ("CN", "中国银行股份有限公司", "中国银行股份有限公司"),
        ] {
            assert_eq!(one(country, register), expected);
        }
    }

    #[test]
    fn a_name_with_small_letters_in_it_stays() {
        let banks = parse(BUILT_IN).expect("the built-in catalogue is well formed");
        let pairs: Vec<_> = banks
            .iter()
            .map(|bank| (&*bank.country, &*bank.name))
            .collect();
        let mut stayed = 0;
        for ((_, name), shown) in pairs.iter().zip(shown(&pairs)) {
            if !is_in_capitals(name) {
                assert_eq!(*name, shown);
                stayed += 1;
            }
        }
        assert!(stayed > 9_000, "{stayed}");
        assert_eq!(
            one("AT", "Raiffeisenbank Pitztal eGen"),
            "Raiffeisenbank Pitztal eGen"
        );
    }

    #[test]
    fn a_legal_form_stays_where_two_would_be_called_the_same() {
        let both = [
            ("GB", "ALFA BANK PLC"),
            ("GB", "ALFA BANK LIMITED"),
            ("IE", "ALFA BANK PLC"),
        ];
        assert_eq!(
            shown(&both),
            ["Alfa Bank plc", "Alfa Bank Ltd", "Alfa Bank"]
        );
        let same = [("IT", "BANCA BETA SPA"), ("IT", "BANCA BETA S.P.A.")];
        assert_eq!(shown(&same), ["Banca Beta", "Banca Beta"]);
    }

    #[test]
    fn no_two_banks_are_called_the_same_that_the_register_tells_apart() {
        let banks = parse(BUILT_IN).expect("the built-in catalogue is well formed");
        let pairs: Vec<_> = banks
            .iter()
            .map(|bank| (&*bank.country, &*bank.name))
            .collect();
        let mut wholes: HashMap<String, HashSet<String>> = HashMap::new();
        for ((country, name), shown) in pairs.iter().zip(shown(&pairs)) {
            let called = wholes.entry(format!("{country} {}", fold(&shown)));
            called.or_default().insert(fold(&ways(country, name).whole));
        }
        wholes.retain(|_, wholes| wholes.len() > 1);
        assert!(wholes.is_empty(), "{wholes:?}");
    }

    #[test]
    fn what_the_file_names_is_in_the_catalogue() {
        let banks = parse(BUILT_IN).expect("the built-in catalogue is well formed");
        let there: HashSet<_> = banks
            .iter()
            .map(|bank| (&*bank.country, &*bank.name))
            .collect();
        for (country, names) in &RULES.names {
            for name in names.keys() {
                assert!(there.contains(&(&**country, &**name)), "{country} {name}");
            }
        }
    }
}
