//! What a reload of this page finds again: ids, for a quarter of an hour. In the frame's own history, which no other
//! frame of the tab has and which browsers also keep where they refuse storage to frames of another site; and in the
//! tab's session storage under the frame's name, for the case that the page around is loaded anew.

use super::window;
use connect_core::launch::Kept;
use wasm_bindgen::JsValue;

const KEY: &str = "connect-widget";
/// Longer than any question waits for its answer, in milliseconds.
const LIFETIME: u64 = 900_000;

pub fn read() -> Option<Kept> {
    let of_frame = history().and_then(|history| history.state().ok()?.as_string());
    // Also before the lock is given: the page of before may not have let go of it yet.
    let text = of_frame.or_else(|| of_tab()?.get_item(&key()).ok()?)?;
    let (written, kept) = text.split_once('\n')?;
    let age = now().checked_sub(written.parse().ok()?)?;
    let kept = Kept::parse(kept).filter(|_| age < LIFETIME)?;
    Some(Kept {
        // A copy of a tab goes on with it, but does not end what is the other's.
        fresh: kept.fresh && owns() == Some(true),
        ..kept
    })
}

pub fn write(kept: Option<&Kept>) {
    let text = kept.map(|kept| format!("{}\n{}", now(), kept.to_text()));
    // A browser that keeps nothing here is one in which a reload begins anew.
    if let Some(storage) = storage() {
        _ = match &text {
            Some(text) => storage.set_item(&key(), text),
            None => storage.remove_item(&key()),
        };
    }
    if let Some(history) = history() {
        let state = text.map_or(JsValue::NULL, JsValue::from);
        _ = history.replace_state(&state, "");
    }
}

/// Each frame of a page has its own name.
fn key() -> String {
    let name = window().name().unwrap_or_default();
    format!("{KEY} {name}")
}

/// Whether this page, and no other one, was given the name by the page's first script. `None`: the browser has no
/// locks, as over plain http.
fn owns() -> Option<bool> {
    js_sys::Reflect::get(&window(), &"connectOwns".into())
        .ok()?
        .as_bool()
}

/// Milliseconds since 1970. A whole number: to write and read any other costs 15 KB of wasm.
fn now() -> u64 {
    js_sys::Date::now() as u64
}

fn history() -> Option<web_sys::History> {
    window().history().ok()
}

/// Whoever does not own it changes nothing in it.
fn storage() -> Option<web_sys::Storage> {
    (owns() != Some(false)).then(of_tab).flatten()
}

fn of_tab() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}
