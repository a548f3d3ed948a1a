//! A list of things: a name, small print beneath it, something at the end of the row.

use super::{attributes, classed, element, named};
use leptos::prelude::*;

pub fn rows(class: &'static str, label: &str, rows: Vec<AnyView>) -> AnyView {
    let attributes = attributes(&[("class", class), ("aria-label", label)]);
    element("UL", attributes, rows)
}

pub fn row(name: String, detail: String, aside: String) -> AnyView {
    classed("LI", "", what(name, detail, aside))
}

/// What a row says; small print that is empty takes no room.
pub fn what(name: String, detail: String, aside: String) -> AnyView {
    let detail = classed("SMALL", "", detail);
    let name = vec![named(name), detail];
    let aside = classed("SMALL", "aside", named(aside));
    vec![classed("SPAN", "what", name), aside].into_any()
}
