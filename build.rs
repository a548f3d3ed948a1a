//! Asks the linker for what the tool needs that cuts the widget's program in two, and turns `languages/` into Rust: English
//! as it is carried by the program, and a function for each text.

use connect_languages::{ENGLISH, Language, Text};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let wasm = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if wasm && std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // An uncut program would keep these sections: 1.3 MB of them.
        println!("cargo:rustc-link-arg-bins=--emit-relocs");
    }
    println!("cargo:rerun-if-changed=languages");
    match connect_languages::read(Path::new("languages")) {
        Ok(languages) => write_texts(&languages),
        Err(faults) => {
            for fault in faults.lines() {
                println!("cargo::error={fault}");
            }
        }
    }
}

fn write_texts(languages: &[Language]) {
    let english = languages.iter().find(|language| language.tag == ENGLISH);
    let english = english.expect("English is there: it was read");
    let mut rust = String::new();
    // In a built file the direction comes first, then the words of the page.
    let before = 1 + english.part("page").count();
    _ = writeln!(
        rust,
        "/// What else stands before the texts of the first screens.\npub const BEFORE: usize = {before};"
    );
    for (part, table, carrier, place) in [
        ("first", "FIRST", "FirstText", "0.first"),
        ("later", "LATER", "Text", "words"),
    ] {
        let lines: Vec<String> = english.part(part).map(|(_, text)| text.line()).collect();
        _ = writeln!(
            rust,
            "pub static {table}: [&str; {}] = {lines:?};",
            lines.len()
        );
        // A text that no screen uses is dead code.
        _ = writeln!(rust, "#[deny(dead_code)]\nimpl {carrier} {{");
        for (name, places) in functions(english, part) {
            write_function(&mut rust, place, &name, &places);
        }
        rust.push_str("}\n");
    }
    let out = std::env::var("OUT_DIR").expect("cargo says where");
    std::fs::write(PathBuf::from(out).join("texts.rs"), rust).expect("the texts are written");
}

/// The texts of a part by the function that gives them: what has a title and a lead, and a list, is one.
fn functions(english: &Language, part: &str) -> BTreeMap<String, Vec<(String, usize)>> {
    let mut functions: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for (at, (path, text)) in english.part(part).enumerate() {
        let (name, last) = match path.rsplit_once('.') {
            Some((name, last)) if is_piece(last) && matches!(text, Text::Plain(_)) => (name, last),
            _ => (path, ""),
        };
        let places = functions.entry(name.replace('.', "_")).or_default();
        places.push((last.to_owned(), at));
    }
    functions
}

fn is_piece(name: &str) -> bool {
    matches!(name, "title" | "lead") || name.chars().all(|c| c.is_ascii_digit())
}

fn write_function(rust: &mut String, table: &str, name: &str, places: &[(String, usize)]) {
    let (returned, value) = match places {
        [(last, at)] if last.is_empty() => {
            ("&'static str".to_owned(), format!("self.{table}[{at}]"))
        }
        [(lead, at_lead), (title, at_title)] if lead == "lead" && title == "title" => (
            "Words".to_owned(),
            format!("Words {{ title: self.{table}[{at_title}], lead: self.{table}[{at_lead}] }}"),
        ),
        list => {
            let values: Vec<String> = list
                .iter()
                .map(|(_, at)| format!("self.{table}[{at}]"))
                .collect();
            (
                format!("[&'static str; {}]", list.len()),
                format!("[{}]", values.join(", ")),
            )
        }
    };
    _ = writeln!(
        rust,
        "    pub(crate) fn r#{name}(self) -> {returned} {{ {value} }}"
    );
}
