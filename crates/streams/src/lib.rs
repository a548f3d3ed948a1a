//! In the place of the crate of this name: what Leptos's server functions, of which the widget has none, need to compile.
//! The real one exports classes to JavaScript, and whatever is exported cannot be left out: 15 KB of wasm, 3 KB of JavaScript.
#![cfg(target_arch = "wasm32")]

use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen::JsValue;

pub struct ReadableStream(web_sys::ReadableStream);

/// Ends at once.
pub struct Ended;

impl ReadableStream {
    pub fn from_raw(raw: web_sys::ReadableStream) -> ReadableStream {
        ReadableStream(raw)
    }

    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>>) -> ReadableStream {
        unimplemented!("the widget calls no server function")
    }

    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    pub fn into_stream(self) -> Ended {
        Ended
    }
}

impl Stream for Ended {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
