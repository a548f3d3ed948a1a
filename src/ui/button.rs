//! Buttons: one primary a screen, quiet ones beneath it.

use leptos::prelude::*;

/// The primary button of a screen.
pub fn primary(label: impl Into<Signal<String>>, on_click: Box<dyn Fn()>) -> AnyView {
    button("primary", label.into(), on_click)
}

/// A quiet text button.
pub fn quiet(label: impl Into<Signal<String>>, on_click: Box<dyn Fn()>) -> AnyView {
    button("quiet", label.into(), on_click)
}

/// The primary button of a form.
pub fn submit(label: &'static str) -> AnyView {
    view! { <button class="primary" type="submit">{label}</button> }.into_any()
}

fn button(class: &'static str, label: Signal<String>, on_click: Box<dyn Fn()>) -> AnyView {
    view! { <button class=class type="button" on:click=move |_| on_click()>{label}</button> }
        .into_any()
}
