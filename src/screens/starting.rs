//! Before the first answer: the outline of the list to come.

use crate::text::Text;
use crate::ui::said;
use leptos::prelude::*;

pub fn starting(text: &'static Text) -> AnyView {
    view! {
        <section class="screen">
            <h1>{text.search_title}</h1>
            {said("visually-hidden", "status", text.loading)}
            <div class="skeleton"><i></i><i></i><i></i><i></i><i></i></div>
        </section>
    }
    .into_any()
}
