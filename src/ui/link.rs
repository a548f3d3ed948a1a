//! Links that lead out of the widget, always into a window of their own.

use super::{attributes, element};
use connect_core::is_web;
use leptos::prelude::*;

/// A link; nothing at all where the address is neither encrypted nor on this machine.
pub fn link(
    class: &str,
    address: Option<&String>,
    label: String,
    followed: Box<dyn Fn()>,
) -> Option<AnyView> {
    let address = address.filter(|address| is_web(address))?;
    let attributes = attributes(&[
        ("class", class),
        ("href", address),
        ("target", "_blank"),
        ("rel", "noopener noreferrer"),
    ]);
    let attributes = attributes.on("click", move |_| followed());
    Some(element("A", attributes, label))
}
