//! What a list and its field need of the page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Brings an element into view with as little movement as possible.
pub fn scroll_to(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Empties an input and puts the cursor into it.
pub fn empty_input(id: &str) {
    let input = document().get_element_by_id(id);
    if let Some(input) = input.and_then(|i| i.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        input.set_value("");
        _ = input.focus();
    }
}
