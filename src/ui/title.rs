//! A screen's title. Takes focus when the screen appears, so that a screen reader reads it.

use leptos::prelude::*;

pub fn title(text: impl Into<Signal<String>>) -> AnyView {
    drawn(text.into())
}

fn drawn(text: Signal<String>) -> AnyView {
    view! { <h1 tabindex="-1" data-focus="always">{text}</h1> }.into_any()
}
