//! What a reload of this page finds again: ids in the tab's session storage, for a quarter of an hour.

use super::window;
use connect_core::launch::Kept;

const KEY: &str = "connect-widget";
/// Longer than any question waits for its answer, in milliseconds.
const LIFETIME: u64 = 900_000;

pub fn read() -> Option<Kept> {
    let text = storage()?.get_item(KEY).ok()??;
    let (written, kept) = text.split_once('\n')?;
    let age = now().checked_sub(written.parse().ok()?)?;
    Kept::parse(kept).filter(|_| age < LIFETIME)
}

pub fn write(kept: Option<&Kept>) {
    let Some(storage) = storage() else {
        return;
    };
    // A browser that keeps nothing here is one in which a reload begins anew.
    _ = match kept {
        Some(kept) => storage.set_item(KEY, &format!("{}\n{}", now(), kept.to_text())),
        None => storage.remove_item(KEY),
    };
}

/// Milliseconds since 1970. A whole number: to write and read any other costs 15 KB of wasm.
fn now() -> u64 {
    js_sys::Date::now() as u64
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}
