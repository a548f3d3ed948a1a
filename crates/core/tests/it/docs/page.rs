//! The pages in docs/ as tests read them: sections, tables, and the names in `backticks`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub struct Page {
    pub name: &'static str,
    text: String,
}

pub type Row = Vec<String>;

impl Page {
    pub fn read(name: &'static str) -> Page {
        let text = source(&format!("docs/{name}"));
        Page { name, text }
    }

    pub fn says(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    /// The rows of the tables under a heading, up to the next heading.
    #[track_caller]
    pub fn table(&self, heading: &str) -> Vec<Row> {
        let rows = self.find_table(heading);
        assert!(
            !rows.is_empty(),
            "docs/{} has no table under {heading:?}",
            self.name
        );
        rows
    }

    /// The same where there may be none.
    pub fn find_table(&self, heading: &str) -> Vec<Row> {
        let lines = self.section(heading).into_iter();
        let table = lines.filter(|line| line.starts_with('|'));
        // The head, and the line below it.
        table.skip(2).map(cells).collect()
    }

    /// The first names of a table's rows.
    #[track_caller]
    pub fn named(&self, heading: &str) -> BTreeSet<String> {
        let rows = self.table(heading);
        rows.iter().flat_map(|row| names(&row[0])).collect()
    }

    /// The table under this heading is the one that is made of these rows; `BLESS=1` writes it.
    #[track_caller]
    pub fn is_made_of(&self, heading: &str, rows: &[Row]) {
        if self.find_table(heading) == rows {
            return;
        }
        let own = |row: &Row| format!("| {} |\n", row.join(" | "));
        let made: String = rows.iter().map(own).collect();
        assert!(
            std::env::var_os("BLESS").is_some(),
            "docs/{}: under {heading:?} there should stand (BLESS=1 cargo test -p connect-core writes it):\n{made}",
            self.name
        );
        let section = self.section(heading);
        let table = section.iter().filter(|line| line.starts_with('|'));
        let old: String = table.map(|line| format!("{line}\n")).collect();
        let head: String = old.split_inclusive('\n').take(2).collect();
        let text = self.text.replace(&old, &(head + &made));
        std::fs::write(root().join("docs").join(self.name), text).expect("the page can be written");
    }

    fn section(&self, heading: &str) -> Vec<&str> {
        let is_heading = |line: &&str| line.trim_start_matches('#').trim() == heading;
        let mut lines = self.text.lines();
        let found = lines.find(|line| line.starts_with('#') && is_heading(line));
        assert!(
            found.is_some(),
            "docs/{} has no heading {heading:?}",
            self.name
        );
        lines.take_while(|line| !line.starts_with('#')).collect()
    }
}

/// What stands in backticks.
pub fn names(cell: &str) -> Vec<String> {
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted.map(String::from).collect()
}

/// A file of the repository.
pub fn source(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|_| panic!("there is no {path}"))
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The two say the same, or this is what one of them lacks.
#[track_caller]
pub fn same(page: &str, what: &str, documented: &BTreeSet<String>, code: &BTreeSet<String>) {
    let missing: Vec<&String> = code.difference(documented).collect();
    let invented: Vec<&String> = documented.difference(code).collect();
    assert!(
        missing.is_empty(),
        "docs/{page} says nothing of these {what}: {missing:?}"
    );
    assert!(
        invented.is_empty(),
        "docs/{page} names {what} that there are none of: {invented:?}"
    );
}

pub fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(String::from).collect()
}

fn cells(line: &str) -> Row {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().into()).collect()
}
