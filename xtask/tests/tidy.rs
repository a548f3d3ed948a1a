//! Who may use whom, and what is never written here: each rule is one test that names file and line.

use std::path::{Path, PathBuf};

#[test]
fn parts_and_texts_know_no_flow() {
    let rule =
        "src/ui and src/text draw what they are handed; they never see State, Event or the flow";
    never(
        rule,
        &rust("src/ui"),
        &[
            "connect_core::flow",
            "crate::driver",
            "crate::screens",
            "crate::browser",
        ],
    );
    never(
        rule,
        &rust("src/text"),
        &[
            "connect_core::flow",
            "crate::driver",
            "crate::screens",
            "crate::browser",
            "crate::ui",
        ],
    );
}

#[test]
fn screens_touch_no_browser() {
    let rule = "a screen draws State and sends Events; only src/browser talks to the browser";
    never(
        rule,
        &rust("src/screens"),
        &["crate::browser", "web_sys", "js_sys", "gloo_"],
    );
}

#[test]
fn the_browser_side_knows_no_screen() {
    let rule =
        "src/browser carries out what it is told; it knows neither screens nor parts nor texts";
    never(
        rule,
        &rust("src/browser"),
        &["crate::screens", "crate::ui", "crate::text"],
    );
}

#[test]
fn the_core_depends_on_no_browser_and_no_runtime() {
    let rule = "crates/core is pure: it can be told everything and asks for nothing";
    let web = [
        "web-sys",
        "js-sys",
        "wasm-bindgen",
        "gloo",
        "leptos",
        "tokio",
        "reqwest",
        "axum",
    ];
    never(rule, &files("crates/core/Cargo.toml", ""), &web);
    let clocks = [
        "SystemTime::now",
        "Instant::now",
        "std::env",
        "std::fs",
        "std::net",
        "std::thread",
    ];
    never(rule, &rust("crates/core/src"), &clocks);
}

#[test]
fn the_widget_carries_no_json_parser() {
    let rule = "the browser parses JSON and connect_core::json reads it; serde's parser is a sixth of the wasm";
    let mut sources = rust("src");
    sources.extend(rust("crates/core/src"));
    let parsers = ["serde_json::from_", "DeserializeOwned", ".json::<"];
    never(rule, &sources, &parsers);
}

#[test]
fn host_systems_are_named_only_in_their_own_folder() {
    let rule = "what a host system calls things is known in crates/core/src/host and /launch only";
    let mut sources = rust("crates/core/src");
    sources.retain(|source| {
        !source.is_in("crates/core/src/host") && !source.is_in("crates/core/src/launch")
    });
    let systems = [
        "wealthica",
        "Wealthica",
        "moneykit",
        "MoneyKit",
        "flinks",
        "Flinks",
        "meld",
        "Meld",
    ];
    never(rule, &sources, &systems);
}

#[test]
fn the_core_s_hosts_see_reports_and_no_state() {
    let rule = "crates/core/src/host words Reports; State may change without any host noticing";
    never(
        rule,
        &rust("crates/core/src/host"),
        &[
            "flow::State",
            "flow::Event",
            "flow::Effect",
            "flow::Machine",
        ],
    );
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    let rule = "use `?`, or `expect` with a reason that is true right here";
    for folder in ["src", "crates/core/src", "crates/server/src", "xtask/src"] {
        never(rule, &rust(folder), &[".unwrap()"]);
    }
}

#[test]
fn no_test_sleeps_or_is_skipped() {
    let rule = "a test waits for a condition, and every test runs";
    let mut sources = rust("");
    sources.extend(files("tests", ".ts"));
    sources.extend(files("sdk/test", ".mjs"));
    let marks = [
        "waitForTimeout",
        "#[ignore",
        "test.skip",
        "test.only",
        "test.fixme",
        "describe.only",
    ];
    never_even_in_tests(rule, &sources, &marks);
}

#[test]
fn pages_carry_no_inline_style_or_handler() {
    let rule = "the page's Content-Security-Policy forbids inline styles and handlers; use a class, use on:";
    let mut sources = rust("src");
    sources.extend(files("index.html", ""));
    sources.extend(files("crates/server", ".html"));
    never(
        rule,
        &sources,
        &[" style=\"", " style='", "onclick=", "onload=", "inner_html"],
    );
}

#[test]
fn every_module_says_what_it_is_for() {
    let without: Vec<String> = rust("")
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.name())
        .collect();
    assert!(
        without.is_empty(),
        "these begin without a `//!` sentence: {without:#?}"
    );
}

/// A file, and where in it the unit tests begin.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn name(&self) -> String {
        let inside = self.path.strip_prefix(root()).unwrap_or(&self.path);
        inside.to_string_lossy().replace('\\', "/")
    }

    fn is_in(&self, folder: &str) -> bool {
        self.name().starts_with(folder)
    }

    /// The lines with code that is shipped: no comments, nothing from `#[cfg(test)]` on but a module that is in a file of its
    /// own, and nothing of such a file.
    fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = match self.is_for_tests() {
            true => Vec::new(),
            false => self.text.lines().collect(),
        };
        let begins_tests = |index: &usize| {
            let elsewhere = |line: &&str| line.contains("mod ") && line.ends_with(';');
            let next = lines.get(index + 1);
            lines[*index].contains("#[cfg(test)]") && !next.is_some_and(elsewhere)
        };
        let end = (0..lines.len()).find(begins_tests).unwrap_or(lines.len());
        let shipped = lines.into_iter().take(end).enumerate();
        shipped.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_for_tests(&self) -> bool {
        let name = self.name();
        let in_folder = name.contains("/src/") && name.contains("/tests/");
        in_folder || name.ends_with("/tests.rs") || name.ends_with("/testing.rs")
    }
}

fn never(rule: &str, sources: &[Source], words: &[&str]) {
    let lines = sources
        .iter()
        .flat_map(|source| source.shipped().map(move |line| (source, line)));
    refuse(rule, lines, words);
}

fn never_even_in_tests(rule: &str, sources: &[Source], words: &[&str]) {
    let lines = sources
        .iter()
        .filter(|source| !source.is_in("xtask/tests/tidy.rs"))
        .flat_map(|source| {
            source
                .text
                .lines()
                .enumerate()
                .map(move |line| (source, line))
        });
    refuse(rule, lines, words);
}

fn refuse<'a>(
    rule: &str,
    lines: impl Iterator<Item = (&'a Source, (usize, &'a str))>,
    words: &[&str],
) {
    let found: Vec<String> = lines
        .filter(|(_, (_, line))| words.iter().any(|word| line.contains(word)))
        .map(|(source, (index, line))| format!("{}:{}: {}", source.name(), index + 1, line.trim()))
        .collect();
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the workspace's folder")
}

/// The Rust files of one folder of the checkout, or of the whole of it.
fn rust(folder: &str) -> Vec<Source> {
    files(folder, ".rs")
}

fn files(place: &str, ending: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    collect(&root().join(place), ending, &mut sources);
    assert!(
        !sources.is_empty(),
        "there is no {ending} file in `{place}`: has it moved?"
    );
    sources
}

fn collect(path: &Path, ending: &str, sources: &mut Vec<Source>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if ["target", "node_modules", "dist", ".git"].contains(&name.as_ref()) {
        return;
    }
    if path.is_dir() {
        let entries = std::fs::read_dir(path).expect("a folder just seen can be read");
        for entry in entries.flatten() {
            collect(&entry.path(), ending, sources);
        }
    } else if name.ends_with(ending)
        && let Ok(text) = std::fs::read_to_string(path)
    {
        sources.push(Source {
            path: path.to_path_buf(),
            text,
        });
    }
}
