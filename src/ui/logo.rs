//! A bank's picture over its first letter, which is seen where there is no picture, until it is there, or where it never
//! comes.

use super::{attributes, classed, element};
use connect_core::search::fold;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

pub fn logo(name: &str, address: Option<String>) -> AnyView {
    // The style sheet makes it a capital.
    let letter = fold(name).chars().next().map(String::from);
    // One of six quiet tints, always the same for the same name.
    let sum = name
        .bytes()
        .fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    let tint = (sum % 6).to_string();
    let picture = address.map(|address| {
        let attributes = attributes(&[("src", &address), ("hidden", "true")]);
        let attributes = attributes.on("error", hide).on("load", show);
        element("IMG", attributes.and("alt", ""), ())
    });
    let attributes = attributes(&[
        ("class", "logo"),
        ("data-tint", &tint),
        ("aria-hidden", "true"),
        ("translate", "no"),
    ]);
    let mut parts = vec![classed("SPAN", "", letter.unwrap_or_default())];
    parts.extend(picture);
    element("SPAN", attributes, parts)
}

fn hide(event: ev::Event) {
    set_hidden(event.target(), true);
}

fn show(event: ev::Event) {
    set_hidden(event.target(), false);
}

fn set_hidden(picture: Option<web_sys::EventTarget>, hidden: bool) {
    if let Some(picture) = picture.and_then(|p| p.dyn_into::<web_sys::HtmlElement>().ok()) {
        picture.set_hidden(hidden);
    }
}
