//! What is wrong with a language's file is told with the file and the text that it is about.

use connect_languages::{Text, read};
use std::fs;
use std::path::PathBuf;

const ENGLISH: &str = r#"{
    "name": "English", "direction": "ltr",
    "first": {"title": "Connect {}", "hints": ["One", "Two"], "found": {"one": "1 bank", "other": "{} banks"}}
}"#;

/// A folder with English and this other language.
fn folder(name: &str, french: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("connect-languages-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("en.json"), ENGLISH).expect("English");
    fs::write(folder.join("fr.json"), french).expect("French");
    folder
}

fn fault(name: &str, french: &str) -> String {
    let folder = folder(name, french);
    let fault = read(&folder).expect_err("it is wrong");
    fs::remove_dir_all(folder).expect("it can go");
    fault
}

fn with(first: &str) -> String {
    format!(r#"{{"name": "Français", "direction": "ltr", "first": {first}}}"#)
}

#[test]
fn english_comes_first_and_texts_are_found_by_their_path() {
    let french = with(
        r#"{"title": "Connecter {}", "hints": ["Un", "Deux"], "found": {"one": "{} banque", "many": "{} de banques", "other": "{} banques"}}"#,
    );
    let folder = folder("whole", &french);
    let languages = read(&folder).expect("nothing is wrong");
    fs::remove_dir_all(folder).expect("it can go");
    let tags: Vec<&str> = languages
        .iter()
        .map(|language| language.tag.as_str())
        .collect();
    assert_eq!(tags, ["en", "fr"]);
    let french = languages.last().expect("French");
    assert_eq!(
        french.texts.get("first.hints.1"),
        Some(&Text::Plain("Deux".into()))
    );
    let found = french.texts.get("first.found").map(Text::line);
    assert_eq!(
        found.as_deref(),
        Some("many={} de banques\tone={} banque\tother={} banques")
    );
}

#[test]
fn a_text_that_is_missing() {
    let said = fault(
        "missing",
        &with(r#"{"title": "Connecter {}", "hints": ["Un"], "found": {"other": "{}"}}"#),
    );
    assert!(
        said.contains("fr.json") && said.contains("`first.hints.1` is missing"),
        "{said}"
    );
}

#[test]
fn a_text_that_nobody_uses() {
    let said = fault(
        "unused",
        &with(
            r#"{"title": "Connecter {}", "hints": ["Un", "Deux", "Trois"], "found": {"other": "{}"}}"#,
        ),
    );
    assert!(
        said.contains("`first.hints.2`") && said.contains("nobody uses it"),
        "{said}"
    );
}

#[test]
fn a_text_without_the_place_of_its_name() {
    for title in ["Connecter", "Connecter {} {}"] {
        let said = fault(
            "place",
            &with(&format!(
                r#"{{"title": "{title}", "hints": ["Un", "Deux"], "found": {{"other": "{{}}"}}}}"#
            )),
        );
        assert!(said.contains("`first.title` has {}"), "{said}");
    }
}

#[test]
fn numbers_without_their_forms() {
    let said = fault(
        "plain",
        &with(r#"{"title": "{}", "hints": ["Un", "Deux"], "found": "{} banques"}"#),
    );
    assert!(said.contains("`first.found` counts in English"), "{said}");
    let said = fault(
        "category",
        &with(r#"{"title": "{}", "hints": ["Un", "Deux"], "found": {"some": "x", "other": "{}"}}"#),
    );
    assert!(
        said.contains("`first.found.some` is no plural category"),
        "{said}"
    );
    let said = fault(
        "other",
        &with(
            r#"{"title": "{}", "hints": ["Un", "Deux"], "found": {"one": "{}", "other": "banques"}}"#,
        ),
    );
    assert!(
        said.contains("`first.found` has {} not once in `other`"),
        "{said}"
    );
}

#[test]
fn what_no_line_can_hold_and_what_is_no_language() {
    let said = fault(
        "line",
        &with(r#"{"title": "{}\n", "hints": ["", "Deux"], "found": {"other": "{}"}}"#),
    );
    assert!(
        said.contains(r"`first.title` has the character \u{a}")
            && said.contains("`first.hints.0` is empty"),
        "{said}"
    );
    for (name, json) in [
        ("json", "{"),
        ("list", "[]"),
        ("nameless", r#"{"direction": "ltr"}"#),
        ("number", r#"{"name": "F", "direction": "ltr", "first": 1}"#),
    ] {
        assert!(fault(name, json).contains("fr.json: "), "{json}");
    }
    let said = fault(
        "direction",
        r#"{"name": "F", "direction": "up", "first": {}}"#,
    );
    assert!(said.contains("`direction` is `ltr` or `rtl`"), "{said}");
}
