//! A row of a group of which one, or several, can be chosen.

use super::{attributes, classed, element, flag, picture, what};
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
    let mut parts = vec![element("INPUT", input, ())];
    parts.extend(spec.picture.map(|address| picture(&address, "")));
    parts.push(what(spec.label, spec.detail, spec.aside));
    classed("LABEL", "choice", parts)
}

/// A group of choices under the question that they answer.
pub fn choices(class: &'static str, legend: String, rows: Vec<AnyView>) -> AnyView {
    let legend = classed("LEGEND", "", legend);
    classed("FIELDSET", class, vec![legend, rows.into_any()])
}
