//! After the result, for the case that nobody closes the window for the user.

use crate::text::Text;
use crate::ui::Title;
use leptos::prelude::*;

#[component]
pub fn Ended(text: &'static Text) -> impl IntoView {
    view! {
        <section class="screen centred late">
            <Title text=text.ended_title />
            <p class="lead">{text.ended_lead}</p>
        </section>
    }
}
