//! Before the first answer: the outline of the list to come.

use crate::text::Text;
use crate::ui::Title;
use leptos::prelude::*;

#[component]
pub fn Starting(text: &'static Text) -> impl IntoView {
    view! {
        <section class="screen" aria-busy="true">
            <Title text=text.search_title leaves_focus=true />
            <p class="visually-hidden" role="status">{text.loading}</p>
            <div class="skeleton" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>
        </section>
    }
}
