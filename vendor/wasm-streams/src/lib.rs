//! Stands in for wasm-streams. Leptos brings it for server functions, which the widget has none of, and it exports three
//! classes to JavaScript, so that no linker takes them out: 4 KB of every first load. Nobody calls what is here.

use futures_util::Stream;
use futures_util::stream::{Empty, empty};
use wasm_bindgen::{JsValue, UnwrapThrowExt};

pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    pub fn from_raw(raw: web_sys::ReadableStream) -> ReadableStream {
        ReadableStream(raw)
    }

    pub fn from_stream(
        _: impl Stream<Item = Result<JsValue, JsValue>> + 'static,
    ) -> ReadableStream {
        let raw = web_sys::ReadableStream::new();
        ReadableStream(raw.expect_throw("the browser has streams"))
    }

    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        empty()
    }
}
