//! What screens are put together from: few shapes, because each is compiled anew.

use super::{Content, attributes, classed, element};
use leptos::{ev::Event, prelude::*};

/// A screen of parts, one beneath the other.
pub fn screen(class: &'static str, parts: Vec<AnyView>) -> AnyView {
    classed("SECTION", class, parts)
}

/// A screen that is a form.
pub fn form(parts: Vec<AnyView>, on_submit: Box<dyn Fn(Event)>) -> AnyView {
    let attributes = attributes(&[("class", "screen")]).on("submit", on_submit);
    element("FORM", attributes, parts)
}

/// The buttons at the bottom, and what belongs to them.
pub fn actions(parts: Vec<AnyView>) -> AnyView {
    group("actions", parts)
}

pub fn group(class: &'static str, parts: Vec<AnyView>) -> AnyView {
    classed("DIV", class, parts)
}

/// The outline of so many lines to come.
pub fn skeleton(lines: usize) -> AnyView {
    let line = |_| classed("I", "", ());
    group("skeleton", (0..lines).map(line).collect())
}

/// A paragraph. Where it is empty the style sheet hides it.
pub fn paragraph(class: &'static str, text: impl Into<Content>) -> AnyView {
    announced(class, "", text.into())
}

/// A paragraph that a screen reader reads out when it changes: at once as an `alert`, in time as a `status`.
pub fn said(class: &'static str, role: &'static str, text: impl Into<Content>) -> AnyView {
    announced(class, role, text.into())
}

/// Something that went wrong, with more in it than words.
pub fn alert(content: AnyView) -> AnyView {
    announced("notice", "alert", content.into())
}

fn announced(class: &str, role: &str, content: Content) -> AnyView {
    let attributes = attributes(&[("class", class), ("role", role)]);
    element("P", attributes, content)
}
