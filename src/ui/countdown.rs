//! The time that is left, shown only when it is short.

use super::{attributes, said, words};
use js_sys::Date;
use leptos::prelude::*;
use std::time::Duration;

/// From so many seconds on the time left is shown.
const SHOWN: i32 = 60;
/// At so many seconds it is said.
const SAID: i32 = 30;

/// Counts down to a moment (RFC 3339) and calls back once it is over; `left` and `soon` word the seconds.
pub fn countdown(
    until: &str,
    left: &'static str,
    soon: &'static str,
    over: Box<dyn Fn()>,
) -> AnyView {
    let until = Date::parse(until);
    let rest = move || ((until - Date::now()) / 1_000.0).ceil() as i32;
    // No such moment, or one that was over before it began, by a clock that is wrong: only the bank knows.
    if rest() <= 0 {
        return ().into_any();
    }
    let seconds = RwSignal::new(rest());
    let tick = move || {
        let rest = rest();
        _ = seconds.try_set(rest);
        if rest <= 0 {
            over();
        }
    };
    if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || ticking.clear());
    }
    let ring = words(move || format!("{} 60", seconds.get()));
    let shown = words(move || match seconds.get() {
        rest @ 1..SHOWN => left.replace("{}", &format!("0:{rest:02}")),
        _ => String::new(),
    });
    let spoken = words(move || match seconds.get() {
        1..=SAID => soon.into(),
        _ => String::new(),
    });
    let timer = attributes(&[("role", "timer"), ("aria-live", "off")]);
    view! {
        <div class="countdown">
            <span {..timer}>{shown}</span>
            <svg viewBox="0 0 20 20">
                <circle cx="10" cy="10" r="8" pathLength="60" stroke-dasharray=ring />
            </svg>
            {said("visually-hidden", "status", spoken)}
        </div>
    }
    .into_any()
}
