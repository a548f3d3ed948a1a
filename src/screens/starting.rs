//! Before the first answer: the outline of the list to come.

use crate::text::Text;
use leptos::prelude::*;

pub fn starting(text: &'static Text) -> AnyView {
    view! {
        <section class="screen" aria-busy="true">
            <h1>{text.search_title}</h1>
            <p class="visually-hidden" role="status">{text.loading}</p>
            <div class="skeleton" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>
        </section>
    }
    .into_any()
}
