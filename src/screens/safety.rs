//! What the client never sees.

use crate::text::{Text, with};
use crate::ui::{Icon, icon};
use leptos::prelude::*;

pub fn safety(text: &Text, client: &str) -> AnyView {
    view! { <p class="safety">{icon(Icon::Lock)}{with(text.login_safety, client)}</p> }.into_any()
}
