//! After the result, for the case that nobody closes the window for the user.

use crate::text::Text;
use crate::ui::title;
use leptos::prelude::*;

pub fn ended(text: &'static Text) -> AnyView {
    view! {
        <section class="screen centred late">
            {title(text.ended_title.into())}
            <p class="lead">{text.ended_lead}</p>
        </section>
    }
    .into_any()
}
