//! What time it is: on the device, whose clock may be wrong, and at the server.

use super::window;
use connect_core::host::Now;
use std::cell::Cell;

thread_local! {
    /// The server's time minus this page's, in milliseconds; no number as long as the server has not said it.
    static AHEAD: Cell<f64> = const { Cell::new(f64::NAN) };
}

pub fn now() -> Now {
    let date = js_sys::Date::new_0();
    Now {
        millis: date.get_time() as u64,
        date: date.to_iso_string().into(),
    }
}

/// An answer's `Date`.
pub fn hear(date: &str) {
    let server = js_sys::Date::parse(date);
    if !server.is_nan() {
        AHEAD.set(server - running());
    }
}

/// Milliseconds since 1970 at the server; no number where it does not say it.
pub fn server() -> f64 {
    AHEAD.get() + running()
}

/// How long this page has run: nobody sets that clock.
fn running() -> f64 {
    window().performance().map_or(f64::NAN, |clock| clock.now())
}
