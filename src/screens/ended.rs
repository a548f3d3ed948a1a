//! After the result, for the case that nobody closes the window for the user.

use crate::text::Text;
use crate::ui::{paragraph, screen, title};
use leptos::prelude::*;

pub fn ended(text: &'static Text) -> AnyView {
    let lead = paragraph("lead", text.ended_lead);
    screen("screen centred late", vec![title(text.ended_title), lead])
}
