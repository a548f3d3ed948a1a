//! Before the first answer: the outline of the list to come.

use crate::text::FirstText;
use crate::ui::{classed, said, screen, skeleton};
use leptos::prelude::*;

pub fn starting(text: &'static FirstText) -> AnyView {
    screen(
        "screen",
        vec![
            classed("H1", "", text.search_title),
            said("visually-hidden", "status", text.loading),
            skeleton(5),
        ],
    )
}
