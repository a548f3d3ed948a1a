//! Takes the keyboard focus to where a new screen begins.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The attribute of the element that takes the focus: `always`, or `typing` where a keyboard is at hand anyway.
pub const ATTRIBUTE: &str = "data-focus";

/// Part of somebody else's page, the widget takes the focus only once the user has come to it.
const NOT_YET: &str = "[data-frame~=inline]";

/// Once what is being drawn is on the page, focuses the last marked element: a field to correct comes after its title.
pub fn focus_first() {
    queue_microtask(|| {
        let is_inline = document()
            .query_selector(NOT_YET)
            .is_ok_and(|root| root.is_some());
        if is_inline && !document().has_focus().unwrap_or(true) {
            return;
        }
        let Ok(marked) = document().query_selector_all("[data-focus]") else {
            return;
        };
        let mut elements = (0..marked.length())
            .rev()
            .filter_map(|at| marked.item(at)?.dyn_into().ok());
        let element = elements.find(|element: &web_sys::HtmlElement| {
            let typing = element.get_attribute(ATTRIBUTE).as_deref() == Some("typing");
            !(typing && has_touch_keyboard())
        });
        if let Some(element) = element {
            _ = element.focus();
        }
    });
}

/// On a touch screen the keyboard would hide the list.
fn has_touch_keyboard() -> bool {
    let coarse = window().match_media("(pointer: coarse)").ok().flatten();
    coarse.is_some_and(|coarse| coarse.matches())
}
