//! Elements by the name of their tag. By name in a `view!` each tag, with what is in it, is compiled anew.

use super::attributes;
use super::attributes::Attributes;
use leptos::html::custom;
use leptos::prelude::*;

/// `tag` in capitals, as browsers name it: what is drawn anew keeps its element where the name is the same.
pub fn element(tag: &'static str, attributes: Attributes, content: AnyView) -> AnyView {
    let element = custom(tag).child(content);
    element.add_any_attr(attributes).into_any()
}

/// With a class, which may be empty, and nothing else.
pub fn classed(tag: &'static str, class: &str, content: AnyView) -> AnyView {
    element(tag, attributes(&[("class", class)]), content)
}
