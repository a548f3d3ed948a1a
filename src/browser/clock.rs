//! What time it is.

use connect_core::host::Now;

pub fn now() -> Now {
    let date = js_sys::Date::new_0();
    Now {
        millis: date.get_time() as u64,
        date: date.to_iso_string().into(),
    }
}
