//! Turns the server's part of `languages/` into Rust: a name for each text, and a table of them for each language.

use connect_languages::Language;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const FOLDER: &str = "../../languages";
const PARTS: [&str; 3] = ["server", "sandbox", "aggregators"];
/// Of the widget's page what only the server can say in other languages, for no script runs.
const NO_SCRIPT: &str = "page.no_script";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={FOLDER}");
    match connect_languages::read(Path::new(FOLDER)) {
        Ok(languages) => write_words(&languages),
        Err(faults) => {
            for fault in faults.lines() {
                println!("cargo::error={fault}");
            }
        }
    }
}

fn write_words(languages: &[Language]) {
    let mut rust = String::new();
    rust.push_str("/// A text of the server's own pages.\n#[deny(dead_code)]\n#[derive(Clone, Copy)]\npub enum Word {\n");
    let english = languages.first().expect("English comes first");
    for (at, path) in paths(english).iter().enumerate() {
        let name = match path.split_once('.') {
            Some(("sandbox", _)) | None => path,
            Some((_, name)) => name,
        };
        _ = writeln!(rust, "    {} = {at},", camel_case(name));
    }
    rust.push_str("}\n");
    let count = paths(english).len();
    _ = writeln!(
        rust,
        "pub static LANGUAGES: [Language; {}] = [",
        languages.len()
    );
    for language in languages {
        let texts: Vec<String> = paths(english)
            .iter()
            .filter_map(|path| Some(language.texts.get(path)?.line()))
            .collect();
        _ = writeln!(
            rust,
            "    Language {{ tag: {:?}, direction: {:?}, texts: &{texts:?} }},",
            language.tag, language.direction
        );
    }
    _ = writeln!(
        rust,
        "];\n/// How many texts there are.\npub const COUNT: usize = {count};"
    );
    let out = std::env::var("OUT_DIR").expect("cargo says where");
    std::fs::write(PathBuf::from(out).join("words.rs"), rust).expect("the words are written");
}

fn paths(english: &Language) -> Vec<String> {
    let told = |path: &&String| {
        let part = path.split('.').next().unwrap_or_default();
        PARTS.contains(&part) || path.as_str() == NO_SCRIPT
    };
    english.texts.keys().filter(told).cloned().collect()
}

fn camel_case(name: &str) -> String {
    let words = name.split(['_', '.']).map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}
