//! Buttons: one primary a screen, quiet ones beneath it.

use super::{Content, Icon, attributes, element, flag, follow, icon};
use leptos::prelude::*;

/// The primary button of a screen.
pub fn primary(label: impl Into<Content>, on_click: Box<dyn Fn()>) -> AnyView {
    button("primary", label.into(), on_click)
}

/// A quiet text button.
pub fn quiet(label: impl Into<Content>, on_click: Box<dyn Fn()>) -> AnyView {
    button("quiet", label.into(), on_click)
}

/// A round button that shows a picture.
pub fn round(label: &'static str, picture: Icon, on_click: Box<dyn Fn()>) -> AnyView {
    let attributes = [
        ("class", "round"),
        ("type", "button"),
        ("aria-label", label),
    ];
    clickable(&attributes, icon(picture), on_click)
}

/// The primary button of a form; while it is held it cannot be pressed.
pub fn submit(label: &'static str, held: Memo<bool>) -> AnyView {
    follow(move || {
        let attributes = attributes(&[("class", "primary"), ("disabled", flag(held.get()))]);
        element("BUTTON", attributes, label)
    })
}

/// A primary button that cannot be pressed for now.
pub fn unavailable(label: Signal<String>) -> AnyView {
    let attributes = [("class", "primary"), ("disabled", "true")];
    clickable(&attributes, label, Box::new(|| {}))
}

fn button(class: &'static str, label: Content, on_click: Box<dyn Fn()>) -> AnyView {
    let attributes = [("class", class), ("type", "button")];
    clickable(&attributes, label, on_click)
}

fn clickable(
    pairs: &[(&'static str, &str)],
    content: impl Into<Content>,
    on_click: Box<dyn Fn()>,
) -> AnyView {
    let attributes = attributes(pairs).on("click", move |_| on_click());
    element("BUTTON", attributes, content)
}
