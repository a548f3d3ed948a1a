//! What `docs/words.md` says of the texts, held against `languages/`: each test names language and key.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

type Texts = BTreeMap<String, String>;
type Table = Vec<Vec<String>>;

const ENGLISH: &str = "English";

/// What people type into a test bank.
const TYPED: [&str; 16] = [
    "wealthica",
    "javascript",
    "ruby",
    "user_good",
    "mortgage",
    "Greatday",
    "Everyday",
    "Montreal",
    "Canada",
    "Triangle",
    "Maintenance Bank (direct)",
    "image_choice",
    "approve_denied",
    "wait-documents-20000",
    "+1 604 555 0199",
    "1234",
];

/// Words that would have to agree with the name behind them, or be shortened before it.
const BEFORE_NAMES: [&str; 22] = [
    "de", "du", "des", "le", "la", "les", "que", "el", "del", "al", "il", "lo", "di", "della",
    "dell’", "all’", "do", "da", "no", "na", "ao", "l’",
];

/// The languages whose words change before a name; elsewhere "de" and "la" stand as they are.
const AGREEING: [&str; 3] = ["Français", "Italiano", "Português"];

#[test]
fn each_notion_has_its_word() {
    let all = languages();
    let english = &all[ENGLISH];
    let terms = Terms::read();
    let mut wrong = Vec::new();
    for (key, text) in english {
        for row in terms.rows_in(text) {
            for (language, wanted) in &terms.wanted[row] {
                let Some(said) = all[language].get(key) else {
                    continue;
                };
                let lower = said.to_lowercase();
                if !wanted.iter().any(|term| lower.contains(term)) {
                    let notion = &terms.english[row];
                    wrong.push(format!("{language} {key}: {notion:?} in “{said}”"));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn no_row_of_the_terms_is_left_over() {
    let terms = Terms::read();
    let texts = languages().remove(ENGLISH).expect("English");
    let used: BTreeSet<usize> = texts.values().flat_map(|t| terms.rows_in(t)).collect();
    let left = (0..terms.english.len()).filter(|row| !used.contains(row));
    none(
        &left
            .map(|row| format!("{:?}", terms.english[row]))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_said_that_is_not_to_be_said() {
    let all = languages();
    let mut wrong = Vec::new();
    for row in table("Not said").iter().skip(1) {
        let words: Vec<String> = row[1].split(", ").map(str::to_lowercase).collect();
        for (key, text) in &all[&row[0]] {
            let lower = text.to_lowercase();
            let said = words.iter().filter(|word| !places(&lower, word).is_empty());
            wrong.extend(said.map(|word| format!("{} {key}: {word:?} in “{text}”", row[0])));
        }
    }
    none(&wrong);
}

#[test]
fn nothing_before_a_name_depends_on_it() {
    let mut wrong = Vec::new();
    for (language, key, text) in every() {
        for (at, _) in text.match_indices("{}") {
            let before = text[..at].trim_end().to_lowercase();
            let last = before.rsplit([' ', '(']).next().unwrap_or_default();
            if AGREEING.contains(&language.as_str()) && BEFORE_NAMES.contains(&last) {
                wrong.push(format!("{language} {key}: “{text}”"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn each_language_keeps_its_typography() {
    let mut wrong = Vec::new();
    for (language, key, text) in every() {
        let faults = [
            (
                text.trim() != text || text.contains("  "),
                "a blank too many",
            ),
            (
                text.contains(['\'', '"', '!']) || text.contains("..."),
                "’, “” and … are written, and no !",
            ),
            (
                has_foreign_quotes(&language, &text),
                "another language's quotation marks",
            ),
            (
                language == "Français" && !is_spaced_in_french(&text),
                "French spaces",
            ),
            (
                language != "Français" && text.contains(['\u{a0}', '\u{202f}']),
                "a space that does not break",
            ),
            (
                language == "Español" && text.matches('?').count() != text.matches('¿').count(),
                "¿ … ?",
            ),
        ];
        let found = faults.iter().filter(|(is, _)| *is);
        wrong.extend(found.map(|(_, what)| format!("{language} {key}: {what} in “{text}”")));
    }
    none(&wrong);
}

#[test]
fn texts_end_alike_and_keep_what_is_typed() {
    let all = languages();
    let mut wrong = Vec::new();
    for (language, key, text) in every() {
        let Some(english) = all[ENGLISH].get(&key) else {
            continue;
        };
        let end = |text: &str| text.chars().next_back().filter(|c| ".…?".contains(*c));
        if end(english).is_some() != end(&text).is_some() {
            wrong.push(format!(
                "{language} {key}: ends in another way than “{english}”"
            ));
        }
        let lost = TYPED
            .iter()
            .filter(|typed| english.contains(**typed) && !text.contains(**typed));
        wrong.extend(lost.map(|typed| format!("{language} {key}: lacks {typed}")));
    }
    none(&wrong);
}

/// The table of terms.
struct Terms {
    /// A row's English terms.
    english: Vec<Vec<String>>,
    /// A row's terms in each other language, small.
    wanted: Vec<BTreeMap<String, Vec<String>>>,
}

impl Terms {
    fn read() -> Terms {
        let mut rows = table("Terms");
        let languages = rows.remove(0);
        let (mut english, mut wanted) = (Vec::new(), Vec::new());
        for row in rows {
            english.push(row[0].split(" / ").map(str::to_lowercase).collect());
            let others = languages.iter().zip(&row).skip(1);
            wanted.push(
                others
                    .map(|(l, cell)| (l.clone(), looked_for(cell)))
                    .collect(),
            );
        }
        Terms { english, wanted }
    }

    /// The rows whose English terms a text has; where they overlap the longer one counts.
    fn rows_in(&self, text: &str) -> BTreeSet<usize> {
        let rows = self.english.iter().enumerate();
        let mut terms: Vec<(usize, &String)> = rows
            .flat_map(|(row, terms)| terms.iter().map(move |term| (row, term)))
            .collect();
        terms.sort_by_key(|(_, term)| std::cmp::Reverse(term.len()));
        let mut rest = text.to_lowercase();
        let mut found = BTreeSet::new();
        for (row, term) in terms {
            for place in places(&rest, term) {
                let blank = "\0".repeat(place.len());
                rest.replace_range(place, &blank);
                found.insert(row);
            }
        }
        found
    }
}

/// "term (stem, stem)": the stems; without brackets the term.
fn looked_for(cell: &str) -> Vec<String> {
    let stems = cell
        .split_once(" (")
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    stems
        .unwrap_or(cell)
        .split(", ")
        .map(str::to_lowercase)
        .collect()
}

/// Where a text has a term as whole words; `*` at its end stands for any ending. Both are small.
fn places(text: &str, term: &str) -> Vec<Range<usize>> {
    let is_open = term.ends_with('*');
    let stem = term.trim_end_matches('*');
    let mut found = Vec::new();
    for (at, _) in text.match_indices(stem) {
        let rest = &text[at + stem.len()..];
        let ending = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        let begins = !text[..at].chars().next_back().is_some_and(in_word);
        if begins && (is_open || ending == 0) {
            found.push(at..at + stem.len() + if is_open { ending } else { 0 });
        }
    }
    found
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn has_foreign_quotes(language: &str, text: &str) -> bool {
    let own = match language {
        "English" | "Italiano" | "Português" => "“”",
        "Español" | "Français" => "«»",
        "Deutsch" => "„“",
        "Nederlands" => "‘",
        // A language that has just come.
        _ => return false,
    };
    text.contains(|c| "“”„«»‘‹›".contains(c) && !own.contains(c))
}

/// A narrow space that does not break before ; ! and ?, a wide one before : and inside « ».
fn is_spaced_in_french(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().enumerate().all(|(at, c)| {
        let before = at.checked_sub(1).map(|at| chars[at]);
        match c {
            ';' | '!' | '?' => before == Some('\u{202f}'),
            ':' | '»' => before == Some('\u{a0}'),
            '«' => chars.get(at + 1) == Some(&'\u{a0}'),
            _ => true,
        }
    })
}

/// Every text with its language and key.
fn every() -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for (language, texts) in languages() {
        all.extend(
            texts
                .into_iter()
                .map(|(key, text)| (language.clone(), key, text)),
        );
    }
    all
}

/// The texts of each language, by its own name for itself.
fn languages() -> BTreeMap<String, Texts> {
    let mut languages = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("languages")).expect("languages/") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a file");
        let mut file: Value = serde_json::from_str(&text).expect("JSON");
        let file = file.as_object_mut().expect("an object");
        let name = file.remove("name").expect("a name");
        file.remove("direction");
        let mut texts = Texts::new();
        for (key, value) in file {
            flatten(key, value, &mut texts);
        }
        languages.insert(name.as_str().expect("a name").to_owned(), texts);
    }
    languages
}

fn flatten(key: &str, value: &Value, texts: &mut Texts) {
    match value {
        Value::String(text) => _ = texts.insert(key.to_owned(), text.clone()),
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                flatten(&format!("{key}.{at}"), value, texts);
            }
        }
        Value::Object(values) => {
            for (name, value) in values {
                flatten(&format!("{key}.{name}"), value, texts);
            }
        }
        other => panic!("{key} is no text: {other}"),
    }
}

/// The table under a heading of docs/words.md; its first row names the columns.
fn table(heading: &str) -> Table {
    let page = std::fs::read_to_string(root().join("docs/words.md")).expect("docs/words.md");
    let (_, rest) = page
        .split_once(&format!("\n## {heading}\n"))
        .expect("the heading");
    let part = rest.split("\n## ").next().unwrap_or_default();
    let lines = part.lines().filter(|line| line.starts_with("| "));
    let cells = |line: &str| {
        line.trim_matches('|')
            .split('|')
            .map(|c| c.trim().to_owned())
            .collect()
    };
    lines.map(cells).collect()
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the workspace").to_path_buf()
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
