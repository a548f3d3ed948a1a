//! The only code that touches fetch, window, timers and the address. Knows no screen.

pub mod backend;
pub mod host;
pub mod launch;
pub mod timer;

use wasm_bindgen::{JsCast, UnwrapThrowExt};

pub fn window() -> web_sys::Window {
    web_sys::window().expect_throw("a page has a window")
}

pub fn document() -> web_sys::Document {
    window().document().expect_throw("a page has a document")
}

/// Takes the keyboard focus to an element, if it can have it.
pub fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        _ = element.focus();
    }
}
