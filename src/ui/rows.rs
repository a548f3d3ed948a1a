//! A list of things: a name, small print beneath it, something at the end of the row.

use super::{attributes, classed, element};
use leptos::prelude::*;

pub fn rows(class: &'static str, label: &str, rows: Vec<AnyView>) -> AnyView {
    let attributes = attributes(&[("class", class), ("aria-label", label)]);
    element("UL", attributes, rows.into_any())
}

pub fn row(name: String, detail: String, aside: String) -> AnyView {
    classed("LI", "", what(name, detail, aside))
}

/// What a row says; small print that is empty takes no room.
pub fn what(name: String, detail: String, aside: String) -> AnyView {
    let detail = classed("SMALL", "", detail.into_any());
    let name = vec![name.into_any(), detail].into_any();
    let aside = classed("SMALL", "aside", aside.into_any());
    vec![classed("SPAN", "what", name), aside].into_any()
}
