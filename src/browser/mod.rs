//! The only code that touches fetch, window, timers and the address. Knows no screen.

pub mod backend;
pub mod host;
pub mod launch;
pub mod timer;

use wasm_bindgen::UnwrapThrowExt;

pub fn window() -> web_sys::Window {
    web_sys::window().expect_throw("a page has a window")
}

pub fn document() -> web_sys::Document {
    window().document().expect_throw("a page has a document")
}
