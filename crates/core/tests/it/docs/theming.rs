//! The theme's tokens, what they are by default and what follows from the accent.

use super::page::{Page, names, same, set, source};
use crate::world::launch_as;
use connect_core::host::{self, Incoming, System};
use connect_core::theme::{COLOURS, FONT, RADIUS};
use serde_json::{Value, json};

#[test]
fn every_token_stands_there_with_its_default() {
    let page = Page::read("theming.md");
    let css = source("style/tokens.css");
    let tokens = COLOURS.into_iter().chain([RADIUS, FONT]);
    same(page.name, "tokens", &page.named("Tokens"), &set(tokens));
    for row in page.table("Tokens") {
        let name = row[0].trim_matches('`');
        let (light, dark) = default(&css, name);
        let told = [&row[2], &row[3]].map(|cell| cell.trim_matches('`'));
        assert_eq!(
            told,
            [light, dark],
            "docs/{}: --{name} is another in style/tokens.css",
            page.name
        );
        assert_eq!(row[1], format!("`{}`", camel(name)), "docs/{}", page.name);
    }
}

#[test]
fn what_follows_from_the_accent_is_told() {
    let page = Page::read("theming.md");
    let css = source("style/tokens.css");
    let rules = css.split(":root[data-accent] {").skip(1);
    let lines = rules.flat_map(|rest| rest.split('}').next().unwrap_or_default().lines());
    let own = |line| Some(str::trim(line).strip_prefix("--")?.split_once(':')?.0);
    let derived = set(lines.filter_map(own));
    let named = page.named("What follows from the accent");
    same(page.name, "companions of the accent", &named, &derived);
}

#[test]
fn moneykits_theme_is_taken_as_the_table_says() {
    let page = Page::read("theming.md");
    let launch = launch_as(System::MoneyKit);
    let rows = page.table("MoneyKit's theme");
    let pairs: Vec<(String, String)> = rows
        .iter()
        .map(|row| (names(&row[0]).concat(), names(&row[1]).concat()))
        .collect();
    for (theirs, ours) in &pairs {
        let value = match ours.as_str() {
            RADIUS => "7px",
            FONT => "Inter",
            _ => "#123456",
        };
        let (part, name) = theirs.split_once('.').expect("a part and a name");
        let theme = json!({part: {name: value}});
        let taken = hear(&launch, theme);
        let expected = vec![(ours.clone(), value.to_string())];
        assert_eq!(taken, expected, "docs/{}: {theirs}", page.name);
    }
    let told = pairs.iter().map(|(theirs, _)| theirs.rsplit('.').next());
    let told = set(told.flatten());
    let code = source("crates/core/src/host/moneykit.rs");
    let (_, code) = code.split_once("fn tokens(").expect("it stands there");
    let (code, _) = code.split_once("\n}\n").expect("it ends");
    let code = code.replace("tokens.take(\"", "");
    let firsts = code.split("(\"").skip(1);
    let mut read = set(firsts.filter_map(|rest| rest.split('"').next()));
    for part in ["colors", "modal", "typography"] {
        assert!(read.remove(part), "{part} is read");
    }
    same(page.name, "names of MoneyKit's theme", &told, &read);
}

fn hear(launch: &connect_core::launch::Launch, theme: Value) -> Vec<(String, String)> {
    let message = json!({"moneykit": true, "type": "connect.set_theme", "data": {"theme": theme}});
    let heard = host::hear(launch, &message);
    let [Incoming::Look(look)] = &heard[..] else {
        panic!("a theme is a look: {heard:?}");
    };
    let own = |(name, value): (&str, &str)| (name.to_string(), value.to_string());
    look.tokens.iter().map(own).collect()
}

/// What holds for light, and for dark where that is another.
fn default<'a>(css: &'a str, name: &str) -> (&'a str, &'a str) {
    let (_, rest) = css
        .split_once(&format!("    --{name}: "))
        .unwrap_or_else(|| panic!("style/tokens.css has no --{name}"));
    let (value, _) = rest.split_once(";\n").expect("it ends");
    let pair = value
        .strip_prefix("light-dark(")
        .and_then(|it| it.strip_suffix(')'));
    pair.and_then(|pair| pair.split_once(", "))
        .unwrap_or((value, ""))
}

/// `on-accent` is `onAccent` in JavaScript.
fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |whole, part| {
        let (head, tail) = part.split_at(1);
        whole + &head.to_uppercase() + tail
    })
}
