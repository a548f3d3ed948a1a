//! A screen's title. Takes focus when the screen appears, so that a screen reader reads it.

use leptos::{html, prelude::*};

#[component]
pub fn Title(#[prop(into)] text: String, #[prop(optional)] leaves_focus: bool) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    node.on_load(move |title| {
        if !leaves_focus {
            _ = title.focus();
        }
    });
    view! { <h1 node_ref=node tabindex="-1">{text}</h1> }
}
