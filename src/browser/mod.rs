//! The only code that touches fetch, window, timers and the address. Knows no screen.

pub mod backend;
pub mod calls;
pub mod clock;
pub mod contrast;
pub mod history;
pub mod host;
pub mod json;
pub mod keyboard;
pub mod language;
pub mod launch;
pub mod look;
pub mod network;
pub mod popup;
pub mod random;
pub mod storage;
pub mod timer;

use std::pin::Pin;
use wasm_bindgen::{JsCast, UnwrapThrowExt, closure::Closure};

pub fn window() -> web_sys::Window {
    web_sys::window().expect_throw("a page has a window")
}

pub fn document() -> web_sys::Document {
    window().document().expect_throw("a page has a document")
}

/// Runs a future. Boxed: each type of future that is run costs a kilobyte.
pub fn run(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    wasm_bindgen_futures::spawn_local(future);
}

/// Calls back at each event of the window, as long as the page lives.
pub fn listen(name: &str, heard: Box<dyn Fn(web_sys::Event)>) {
    let listener = Closure::<dyn Fn(web_sys::Event)>::new(heard);
    let callback = listener.as_ref().unchecked_ref();
    _ = window().add_event_listener_with_callback(name, callback);
    listener.forget();
}
