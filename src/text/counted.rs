//! What is said of a number: languages have up to six forms for it.

use super::with;
use js_sys::{Array, Intl::PluralRules, Object};

/// A text that counts, for a number. Its forms stand between tabs, each behind the name of its plural category.
pub fn counted(locale: &str, text: &str, number: u32) -> String {
    let rules = PluralRules::new(&Array::of1(&locale.into()), &Object::new());
    let category = String::from(rules.select(number.into()));
    let form = |category: &str| {
        let mut forms = text.split('\t').filter_map(|form| form.split_once('='));
        forms.find_map(|(name, form)| (name == category).then_some(form))
    };
    let form = form(&category)
        .or_else(|| form("other"))
        .unwrap_or_default();
    with(form, &number.to_string())
}
