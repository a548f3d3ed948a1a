//! What every language owes to English: the same texts, with the same places for names.

use crate::{Language, Text};

const PLACE: &str = "{}";

pub fn against(english: &Language, language: &Language) -> Vec<String> {
    let mut faults = Vec::new();
    if !matches!(language.direction.as_str(), "ltr" | "rtl") {
        faults.push("`direction` is `ltr` or `rtl`".into());
    }
    if language.name.trim().is_empty() {
        faults.push("`name` is empty".into());
    }
    for path in english.texts.keys() {
        if !language.texts.contains_key(path) {
            faults.push(format!("`{path}` is missing"));
        }
    }
    for (path, text) in &language.texts {
        match english.texts.get(path) {
            None => faults.push(format!(
                "`{path}` is a text that English does not have: nobody uses it"
            )),
            Some(model) => {
                faults.extend(differs(model, text).map(|fault| format!("`{path}` {fault}")))
            }
        }
        faults.extend(
            text.forms()
                .into_iter()
                .filter_map(is_odd)
                .map(|fault| format!("`{path}` {fault}")),
        );
    }
    faults
}

fn differs(model: &Text, text: &Text) -> Option<String> {
    match (model, text) {
        (Text::Plain(model), Text::Plain(text)) => {
            let (expected, found) = (places(model), places(text));
            (expected != found).then(|| {
                format!("has {PLACE} {found} times; in English it is there {expected} times")
            })
        }
        // A form for one number need not say it.
        (Text::Counted(_), Text::Counted(forms)) => {
            let other = forms.get("other").map_or(0, |other| places(other));
            let most = forms
                .values()
                .map(|form| places(form))
                .max()
                .unwrap_or_default();
            (other != 1 || most != 1)
                .then(|| format!("has {PLACE} not once in `other`, or more than once"))
        }
        (Text::Plain(_), Text::Counted(_)) => {
            Some("is one text in English, with no plural categories".into())
        }
        (Text::Counted(_), Text::Plain(_)) => {
            Some("counts in English: it needs plural categories, `other` at least".into())
        }
    }
}

fn places(text: &str) -> usize {
    text.matches(PLACE).count()
}

/// A line of a built file holds one text; the empty one says nothing to anybody.
fn is_odd(text: &str) -> Option<String> {
    let odd = text.chars().find(|c| c.is_control());
    if let Some(odd) = odd {
        return Some(format!("has the character {}", odd.escape_unicode()));
    }
    text.trim().is_empty().then(|| "is empty".into())
}
