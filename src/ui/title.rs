//! A screen's title. Takes focus when the screen appears, so that a screen reader reads it.

use super::{Content, attributes, element};
use leptos::prelude::*;

pub fn title(text: impl Into<Content>) -> AnyView {
    let attributes = attributes(&[("tabindex", "-1"), ("data-focus", "always")]);
    element("H1", attributes, text)
}
