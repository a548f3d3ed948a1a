//! A list of things: a name, small print beneath it, something at the end of the row.

use super::attributes;
use leptos::prelude::*;

pub fn rows(class: &'static str, label: &str, rows: Vec<AnyView>) -> AnyView {
    let attributes = attributes(&[("class", class), ("aria-label", label)]);
    view! { <ul {..attributes}>{rows}</ul> }.into_any()
}

pub fn row(name: String, detail: String, aside: String) -> AnyView {
    view! { <li>{what(name, detail, aside)}</li> }.into_any()
}

/// What a row says; small print that is empty takes no room.
pub fn what(name: String, detail: String, aside: String) -> AnyView {
    view! { <span class="what">{name}<small>{detail}</small></span><small class="aside">{aside}</small> }
        .into_any()
}
