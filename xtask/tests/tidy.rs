//! Who may use whom, and what is never written here: each rule is one test that names file and line.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
fn the_core_s_modules_go_in_no_circle() {
    let rule =
        "in crates/core/src: host over flow over launch over api, and none knows one above it";
    let above = ["crate::host", "crate::flow", "crate::launch"];
    for (folder, not) in [("api", 3), ("launch", 2), ("flow", 1)] {
        never(
            rule,
            &rust(&format!("crates/core/src/{folder}")),
            &above[..not],
        );
    }
}

#[test]
fn the_server_s_floors_know_none_above_them() {
    let rule = "in crates/server/src: routes over engine over aggregators, and none knows one above it; everything may know store and config, which know none of these";
    let floors: [(&str, &[&str]); 6] = [
        (
            "aggregators",
            &[
                "app",
                "routes",
                "engine",
                "catalogue",
                "store",
                "http",
                "limits",
                "audit",
            ],
        ),
        (
            "store",
            &[
                "app",
                "routes",
                "engine",
                "catalogue",
                "http",
                "limits",
                "audit",
            ],
        ),
        ("config", &["app", "routes", "engine", "catalogue", "audit"]),
        (
            "catalogue",
            &["app", "routes", "engine", "http", "limits", "audit"],
        ),
        (
            "engine",
            &["app", "routes", "catalogue", "http", "limits", "serving"],
        ),
        ("http", &["routes", "engine", "aggregators", "catalogue"]),
    ];
    for (floor, above) in floors {
        let above: Vec<String> = above
            .iter()
            .map(|name| format!("crate::{name}::"))
            .collect();
        let above: Vec<&str> = above.iter().map(String::as_str).collect();
        never(rule, &rust(&format!("crates/server/src/{floor}")), &above);
    }
    let rule = "a route knows what an aggregator is, and none of them but the test banks";
    let kinds = [
        "aggregators::simplefin",
        "aggregators::enable_banking",
        "aggregators::institutions_api",
    ];
    never(rule, &rust("crates/server/src/routes"), &kinds);
    never(rule, &rust("crates/server/src/engine"), &kinds);
    let rule = "the engine knows no bank";
    never(
        rule,
        &rust("crates/server/src/engine"),
        &["aggregators::sandbox"],
    );
}

#[test]
fn the_server_s_files_go_in_no_circle() {
    let files = modules("crates/server/src");
    assert!(files.contains_key("engine::sync") && files.contains_key("routes"));
    let imports: BTreeMap<&str, BTreeSet<&str>> = files
        .iter()
        .map(|(name, text)| (name.as_str(), imports(&files, name, text)))
        .collect();
    let circles: BTreeSet<String> = imports
        .keys()
        .filter_map(|name| circle(&imports, name))
        .map(|mut names| {
            names.sort_unstable();
            names.join(", ")
        })
        .collect();
    assert!(circles.is_empty(), "these import each other: {circles:#?}");
}

/// The shortest way from a file over what it imports back to itself.
fn circle<'a>(
    imports: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    start: &'a str,
) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(name) = next.pop_front() {
        for other in &imports[name] {
            if *other == start {
                let mut way = vec![name];
                while let Some(before) = came_from.get(way[way.len() - 1]) {
                    way.push(before);
                }
                return Some(way);
            }
            if !came_from.contains_key(other) {
                came_from.insert(other, name);
                next.push_back(other);
            }
        }
    }
    None
}

/// Each file by the path that `crate::` leads to it with, and its text up to its tests.
fn modules(folder: &str) -> BTreeMap<String, String> {
    let modules = rust(folder).into_iter().filter_map(|source| {
        let path = source.path.strip_prefix(root().join(folder)).ok()?;
        let path = path.with_extension("");
        let mut parts: Vec<String> = path
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        if parts.last().is_some_and(|last| last == "mod") {
            parts.pop();
        }
        let is_for_tests = |part: &String| {
            ["tests", "testing", "stories", "stub", "scratch", "example"].contains(&part.as_str())
        };
        if parts.iter().any(is_for_tests) {
            return None;
        }
        let text = source
            .text
            .split("#[cfg(test)]\nmod tests")
            .next()?
            .to_owned();
        Some((parts.join("::"), text))
    });
    modules.collect()
}

/// The files whose items this one names. A folder's own file and the files in it are one.
fn imports<'a>(files: &'a BTreeMap<String, String>, name: &str, text: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let above = |levels: usize| {
        let parts: Vec<&str> = name.split("::").collect();
        parts[..parts.len().saturating_sub(levels)].join("::")
    };
    let text = text
        .replace("super::super::", &format!("crate::{}::", above(2)))
        .replace("super::", &format!("crate::{}::", above(1)));
    for rest in text.split("crate::").skip(1) {
        for path in paths(rest) {
            let parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
            let longest = (1..=parts.len())
                .rev()
                .find_map(|length| files.get_key_value(&parts[..length].join("::")));
            let Some((other, _)) = longest else { continue };
            let is_kin = name == other
                || name.starts_with(&format!("{other}::"))
                || other.starts_with(&format!("{name}::"));
            if !is_kin {
                found.insert(other.as_str());
            }
        }
    }
    found
}

/// What a path behind `crate::` names; of a list in braces each.
fn paths(rest: &str) -> Vec<String> {
    let is_path = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let end = rest.find(|letter| !is_path(letter)).unwrap_or(rest.len());
    let (path, rest) = rest.split_at(end);
    match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((list, _)) => {
            let names = list.split(',').map(|name| format!("{path}{}", name.trim()));
            names.collect()
        }
        None => vec![path.to_owned()],
    }
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
