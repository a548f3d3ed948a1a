//! A picture from a bank.

use leptos::prelude::*;

pub fn picture(address: String, words: String) -> AnyView {
    view! { <img class="picture" src=address alt=words /> }.into_any()
}

/// An address that a picture may have: nothing is asked of anybody without encryption.
pub fn is_picture(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("data:image/")
}
