//! A row of a group of which one, or several, can be chosen.

use super::{attributes, flag, picture, what};
use leptos::prelude::*;

#[derive(Clone, Default)]
pub struct ChoiceSpec {
    /// `radio` or `checkbox`.
    pub kind: &'static str,
    pub name: &'static str,
    pub value: String,
    pub label: String,
    /// In small print beneath the label.
    pub detail: String,
    /// At the end of the row.
    pub aside: String,
    pub picture: Option<String>,
    pub required: bool,
    pub checked: bool,
    pub disabled: bool,
}

pub fn choice(spec: ChoiceSpec) -> AnyView {
    let input = attributes(&[
        ("type", spec.kind),
        ("name", spec.name),
        ("value", &spec.value),
        ("required", flag(spec.required)),
        ("checked", flag(spec.checked)),
        ("disabled", flag(spec.disabled)),
    ]);
    view! {
        <label class="choice">
            <input {..input} />
            {spec.picture.map(|address| picture(&address, String::new()))}
            {what(spec.label, spec.detail, spec.aside)}
        </label>
    }
    .into_any()
}

/// A group of choices under the question that they answer.
pub fn choices(class: &'static str, legend: String, rows: Vec<AnyView>) -> AnyView {
    view! { <fieldset class=class><legend>{legend}</legend>{rows}</fieldset> }.into_any()
}
