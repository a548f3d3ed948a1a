//! The window that opened us: posts to it with its exact origin, listens to it and to nobody else.

use super::{json::Parsed, window};
use connect_core::launch::{Embedding, Launch};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};

pub struct Host {
    window: Window,
    origin: String,
}

impl Host {
    pub fn of(launch: &Launch) -> Option<Host> {
        let origin = launch.origin.as_ref()?.to_string();
        let host = match launch.embedding {
            Embedding::Alone => return None,
            Embedding::Framed => window().parent().ok().flatten()?,
            Embedding::Popup => window().opener().ok()?.unchecked_into(),
        };
        Some(Host {
            window: host,
            origin,
        })
    }

    /// Posts JSON as an object.
    pub fn post(&self, json: &str) {
        if let Ok(message) = js_sys::JSON::parse(json) {
            _ = self.window.post_message(&message, &self.origin);
        }
    }

    /// Hands over whatever the host's window posts from the host's origin.
    pub fn listen(&self, heard: impl Fn(&Parsed) + 'static) {
        let (host, origin) = (self.window.clone(), self.origin.clone());
        let listener = move |event: web_sys::Event| {
            let event: MessageEvent = event.unchecked_into();
            let from_host = event
                .source()
                .is_some_and(|source| js_sys::Object::is(&source, &host));
            if from_host && event.origin() == origin {
                heard(&event.data().into());
            }
        };
        super::listen("message", Box::new(listener));
    }
}

/// What the page's first script tells the host should this program fail, as JSON; nothing once the end has been told.
pub fn leave_last_words(words: &[String]) {
    let words: js_sys::Array = words.iter().map(|json| JsValue::from_str(json)).collect();
    _ = js_sys::Reflect::set(&window(), &"connectLastWords".into(), &words);
}

/// Sends the widget's own window to an address.
pub fn go(address: &str) {
    _ = window().location().replace(address);
}
