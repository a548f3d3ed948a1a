//! A bank's picture, or its first letter where there is none or it does not load.

use leptos::prelude::*;

#[component]
pub fn Logo(name: String, address: Option<String>) -> impl IntoView {
    let letter = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('?');
    let letter: String = letter.to_uppercase().collect();
    // One of six quiet tints, always the same for the same name.
    let tint = name
        .bytes()
        .fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte))
        % 6;
    let broken = RwSignal::new(address.is_none());
    view! {
        <span class="logo" data-tint=tint aria-hidden="true">
            <Show when=move || broken.get() fallback={
                let address = address.clone();
                move || view! { <img src=address.clone() alt="" on:error=move |_| broken.set(true) /> }
            }>
                {letter.clone()}
            </Show>
        </span>
    }
}
