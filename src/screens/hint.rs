//! What a test bank tells of its logins.

use crate::text::Text;
use connect_core::api::Provider;
use leptos::prelude::*;

pub fn hint(text: &'static Text, provider: &Provider) -> AnyView {
    let Some(hint) = provider.hint.clone() else {
        return ().into_any();
    };
    view! { <aside class="hint"><strong>{text.test_bank}</strong><p>{hint}</p></aside> }.into_any()
}
