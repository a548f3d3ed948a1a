//! Elements by the name of their tag. By name in a `view!` each tag, with what is in it, is compiled anew.

use super::attributes;
use super::attributes::Attributes;
use super::content::Content;
use leptos::html::custom;
use leptos::prelude::*;

/// `tag` in capitals, as browsers name it: what is drawn anew keeps its element where the name is the same.
pub fn element(tag: &'static str, attributes: Attributes, content: impl Into<Content>) -> AnyView {
    drawn(tag, attributes, content.into())
}

/// With a class, which may be empty, and nothing else.
pub fn classed(tag: &'static str, class: &str, content: impl Into<Content>) -> AnyView {
    element(tag, attributes(&[("class", class)]), content)
}

/// What somebody or something is called, or an amount: it has a direction of its own and is not translated.
pub fn named(name: impl Into<Content>) -> AnyView {
    element("BDI", attributes(&[("translate", "no")]), name)
}

fn drawn(tag: &'static str, attributes: Attributes, content: Content) -> AnyView {
    match content {
        // Another type than one with parts, so that neither is drawn into the other's element.
        Content::Words(words) => custom(tag)
            .add_any_attr(attributes.saying(words))
            .into_any(),
        Content::Parts(parts) => custom(tag).child(parts).add_any_attr(attributes).into_any(),
    }
}
