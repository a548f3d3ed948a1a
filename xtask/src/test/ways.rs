//! The table of languages, browsers and main ways, by the names of the tests that go them: `fr: main way` of a `ways.spec.ts`.

use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "ways.spec.ts:";

/// What one test said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    browser: String,
    language: String,
    what: String,
    went: bool,
}

impl Way {
    /// Reads the lines `  ✓  3 [chromium] › tests/e2e/ways.spec.ts:20:3 › fr: main way (3.2s)`.
    pub fn of_playwright(output: &str) -> Vec<Self> {
        output.lines().filter_map(Way::of_line).collect()
    }

    fn of_line(line: &str) -> Option<Self> {
        let went = match line.trim_start().chars().next()? {
            '✓' => true,
            '✘' => false,
            _ => return None,
        };
        let (before, title) = line.rsplit_once(" › ")?;
        let (_, browser) = before.split_once(FILE).and(before.split_once('['))?;
        let (browser, _) = browser.split_once(']')?;
        let (language, what) = title.split_once(": ")?;
        let what = what.rsplit_once(" (").map_or(what, |(what, _)| what);
        // Of a test that is tried again the last try counts.
        let what = what.split(" (retry").next().unwrap_or(what);
        // What tags it has is not of interest, nor which of a browser's two programs ran it.
        let what = what.split(" @").next().unwrap_or(what);
        let browser = browser.trim_end_matches("-whole");
        Some(Way {
            browser: browser.into(),
            language: language.into(),
            what: what.into(),
            went,
        })
    }
}

/// A row for each language; nothing where no way was gone.
pub fn table(ways: &[Way]) -> String {
    let mut cells: BTreeMap<(&str, &str, &str), bool> = BTreeMap::new();
    for way in ways {
        cells.insert((&way.browser, &way.what, &way.language), way.went);
    }
    let columns: BTreeSet<(&str, &str)> = cells
        .keys()
        .map(|(browser, what, _)| (*browser, *what))
        .collect();
    let languages: BTreeSet<&str> = cells.keys().map(|(_, _, language)| *language).collect();
    let heads: Vec<String> = columns
        .iter()
        .map(|(browser, what)| format!("{browser}: {what}"))
        .collect();
    if heads.is_empty() {
        return String::new();
    }
    let mut lines = vec![format!("{:<9}{}", "", heads.join("  "))];
    for language in languages {
        let marks = columns.iter().zip(&heads).map(|((browser, what), head)| {
            let mark = match cells.get(&(*browser, *what, language)) {
                Some(true) => "✓",
                Some(false) => "✗",
                None => "·",
            };
            format!("{mark:<width$}", width = head.chars().count())
        });
        let marks: Vec<String> = marks.collect();
        lines.push(format!("{language:<9}{}", marks.join("  ").trim_end()));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Way, table};

    const OUTPUT: &str = "  ✓   1 [chromium] › tests/e2e/ways.spec.ts:20:3 › fr: main way (3.2s)\n\
        \x20 ✘   2 [chromium-whole] › tests/e2e/ways.spec.ts:30:3 › fr: OAuth (3.2s)\n\
        \x20 ✘   3 [firefox] › tests/e2e/ways.spec.ts:20:3 › en: main way @every (3.2s)\n\
        \x20 ✓   4 [firefox] › tests/e2e/ways.spec.ts:20:3 › en: main way @every (retry #1) (3.2s)\n\
        \x20 ✓   5 [chromium] › tests/e2e/main.spec.ts:20:3 › Escape: closes (3.2s)\n";

    #[test]
    fn each_language_has_a_row_and_each_way_of_a_browser_a_column() {
        let table = table(&Way::of_playwright(OUTPUT));
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(
            lines,
            [
                "         chromium: OAuth  chromium: main way  firefox: main way",
                "en       ·                ·                   ✓",
                "fr       ✗                ✓                   ·",
            ]
        );
    }

    #[test]
    fn where_no_way_was_gone_there_is_no_table() {
        assert_eq!(
            table(&Way::of_playwright(
                "  ✓  1 [chromium] › tests/e2e/main.spec.ts:3:1 › opens (1s)\n"
            )),
            ""
        );
    }
}
