//! What the client never sees.

use crate::text::with;
use crate::ui::{Icon, classed, icon};
use leptos::prelude::*;

pub fn safety(words: &'static str, client: &str) -> AnyView {
    let words = classed("SPAN", "", with(words, client));
    classed("P", "safety", vec![icon(Icon::Lock), words])
}
