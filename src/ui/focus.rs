//! Takes the keyboard focus to where a new screen begins.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The attribute of the element that takes the focus: `always`, or `typing` where a keyboard is at hand anyway.
pub const ATTRIBUTE: &str = "data-focus";

/// Once what is being drawn is on the page, focuses the last marked element: a field to correct comes after its title.
pub fn focus_first() {
    queue_microtask(|| {
        let marked = document().query_selector_all("[data-focus]").ok();
        let Some(marked) = marked.filter(|marked| marked.length() > 0) else {
            return;
        };
        let element = marked.item(marked.length() - 1);
        let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) else {
            return;
        };
        let only_typing = element.get_attribute(ATTRIBUTE).as_deref() == Some("typing");
        if !(only_typing && has_touch_keyboard()) {
            _ = element.focus();
        }
    });
}

/// On a touch screen the keyboard would hide the list.
fn has_touch_keyboard() -> bool {
    let coarse = window().match_media("(pointer: coarse)").ok().flatten();
    coarse.is_some_and(|coarse| coarse.matches())
}
