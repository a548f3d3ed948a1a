//! The theme's tokens, what they are by default and what follows from the accent.

use super::page::{Page, names, same, set, source};
use crate::world::launch_as;
use connect_core::host::{self, Incoming, System};
use connect_core::theme::{COLOURS, FONT, Paint, RADIUS, ROLES, ThemeTokens, palettes};
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
    let mut tokens = ThemeTokens::default();
    tokens.set("accent", "#ffee00");
    let found = palettes(&tokens, &Paint::read).expect("a colour was chosen");
    let follows = |at: &usize| found.chosen[0].0[*at] != ROLES[*at].1;
    let followers = (0..ROLES.len()).filter(follows).map(|at| ROLES[at].0);
    let followers = set(followers.filter(|name| *name != "accent"));
    let named = page.named("What follows from the accent");
    same(page.name, "companions of the accent", &named, &followers);
}

#[test]
fn the_colours_of_the_core_are_those_of_the_style_sheet() {
    let css = source("style/tokens.css");
    for (name, light, dark) in ROLES {
        if name.starts_with("accent-") && default(&css, name).0 == "var(--accent)" {
            continue;
        }
        let told = [*light, *dark].map(|colour| format!("#{:06x}", colour.0));
        let found = default(&css, name);
        assert_eq!([found.0, found.1], [&*told[0], &*told[1]], "--{name}");
    }
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
