//! Buttons: one primary a screen, quiet ones beneath it.

use leptos::prelude::*;

/// The primary button of a screen, or of the form it stands in.
#[component]
pub fn Primary(
    #[prop(into)] label: String,
    #[prop(optional)] on_click: Option<Box<dyn Fn()>>,
) -> impl IntoView {
    let kind = if on_click.is_some() {
        "button"
    } else {
        "submit"
    };
    let click = move |_| {
        if let Some(on_click) = &on_click {
            on_click();
        }
    };
    view! { <button class="primary" type=kind on:click=click>{label}</button> }
}

/// A quiet text button.
#[component]
pub fn Quiet(#[prop(into)] label: String, on_click: Box<dyn Fn()>) -> impl IntoView {
    view! { <button class="quiet" type="button" on:click=move |_| on_click()>{label}</button> }
}
