//! The window that opened us: posts to it with its exact origin, listens to it and to nobody else.

use super::{json::Parsed, popup, window};
use connect_core::host::Outgoing;
use connect_core::launch::{Embedding, Launch};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};

#[derive(Clone)]
pub struct Host {
    window: Window,
    origin: String,
}

impl Host {
    pub fn of(launch: &Launch) -> Option<Host> {
        let origin = launch.origin.as_ref().filter(|_| launch.has_host());
        let origin = origin?.to_string();
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

    pub fn post_text(&self, json: &str) {
        _ = self.window.post_message(&json.into(), &self.origin);
    }

    /// Hands over whatever the host's window posts from the host's origin, or a page of that origin in the bank's window.
    /// `text`: what is posted as text is parsed first.
    pub fn listen(&self, text: bool, heard: impl Fn(&Parsed) + 'static) {
        let (host, origin) = (self.window.clone(), self.origin.clone());
        let listener = move |event: MessageEvent| {
            let source = event.source().map(JsValue::from).unwrap_or_default();
            let from_host = js_sys::Object::is(&source, &host) || popup::is_open(&source);
            if from_host && event.origin() == origin {
                let data = event.data();
                let parsed = data.as_string().filter(|_| text);
                let parsed = parsed.and_then(|text| js_sys::JSON::parse(&text).ok());
                heard(&parsed.unwrap_or(data).into());
            }
        };
        // What came while the program was on its way.
        let name = "connectEarly".into();
        let early = js_sys::Reflect::get(&window(), &name).unwrap_or_default();
        _ = js_sys::Reflect::set(&window(), &name, &JsValue::NULL);
        if let Some(early) = early.dyn_ref::<js_sys::Array>() {
            for event in early.iter() {
                listener(event.unchecked_into());
            }
        }
        super::listen(
            "message",
            Box::new(move |event| listener(event.unchecked_into())),
        );
    }
}

/// Tells the developer of the page that opened us why it is not served; nobody else can hear it.
pub fn complain(launch: &Launch) {
    let Some(given) = launch.complaint() else {
        return;
    };
    let words = format!(
        "Connect Widget: {given}. Give the origin of your page, as https://shop.example, without a path: docs/embed.md, \"The origin\"."
    );
    web_sys::console::error_1(&words.into());
}

/// What the page's first script tells the host should this program fail: its origin, then each message;
/// nothing once the end has been told.
pub fn leave_last_words(origin: &str, words: &[Outgoing]) {
    let left = js_sys::Array::new();
    left.push(&origin.into());
    for outgoing in words {
        match outgoing {
            Outgoing::Post(json) => _ = left.push(&js_sys::JSON::parse(json).unwrap_or_default()),
            Outgoing::PostText(text) => _ = left.push(&text.into()),
            Outgoing::Go(_) | Outgoing::GoTop(_) => {}
        }
    }
    _ = js_sys::Reflect::set(&window(), &"connectLastWords".into(), &left);
}

/// Sends the top window to an address: this one, if it is the only one.
pub fn go_top(address: &str) {
    let top = window().top().ok().flatten().unwrap_or_else(window);
    _ = top.location().set_href(address);
}

/// Sends the widget's own window to an address.
pub fn go(address: &str) {
    _ = window().location().replace(address);
}
