//! Before the first answer: the outline of the list to come. And what is shown while the later part of the program is on its way.

use crate::driver::Flow;
use crate::text::FirstText;
use crate::ui::{classed, said, screen, skeleton, title};
use connect_core::flow::State;
use leptos::prelude::*;

pub fn starting(text: FirstText) -> AnyView {
    screen(
        "screen",
        vec![
            classed("H1", "", text.search_title()),
            said("visually-hidden", "status", text.loading()),
            skeleton(5),
        ],
    )
}

/// The bank that was chosen, if one was: nothing seems to be lost.
pub fn waiting(flow: Flow, text: FirstText) -> AnyView {
    let name = flow.with_untracked(|machine| match &machine.state {
        State::Preparing(preparing) => preparing.name.clone(),
        _ => String::new(),
    });
    if name.is_empty() {
        return starting(text);
    }
    screen(
        "screen",
        vec![
            title(name),
            said("visually-hidden", "status", text.loading()),
            skeleton(3),
        ],
    )
}
