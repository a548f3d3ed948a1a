//! The time that is left, shown only when it is short.

use super::{attributes, element, said, words};
use js_sys::Intl::RelativeTimeFormat;
use js_sys::{Array, Date, Object};
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
    // No such moment, or one that was over before it began, by a clock that is wrong: only the bank knows.
    if seconds_to(until) <= 0 {
        return ().into_any();
    }
    let seconds = ticking(until, over);
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
            {element("SPAN", timer, shown.into_any())}
            <svg viewBox="0 0 20 20">
                <circle cx="10" cy="10" r="8" pathLength="60" stroke-dasharray=ring />
            </svg>
            {said("visually-hidden", "status", spoken)}
        </div>
    }
    .into_any()
}

/// The time that is left of so many seconds, as the language says it: "in 4 minutes". It is no news when it changes.
pub fn remaining(language: &str, seconds: u32, left: &'static str, over: Box<dyn Fn()>) -> AnyView {
    let format = RelativeTimeFormat::new(&Array::of1(&language.into()), &Object::new());
    let format = StoredValue::new_local(format);
    let seconds = ticking(Date::now() + f64::from(seconds) * 1_000.0, over);
    let shown = words(move || {
        let (count, unit) = match seconds.get().max(1) {
            rest @ 1..60 => (rest, "second"),
            rest => ((rest + 59) / 60, "minute"),
        };
        let time = format.with_value(|format| format.format(count.into(), unit));
        left.replace("{}", &String::from(time))
    });
    let timer = attributes(&[("role", "timer"), ("aria-live", "off")]);
    element("SPAN", timer, shown.into_any())
}

fn seconds_to(moment: f64) -> i32 {
    ((moment - Date::now()) / 1_000.0).ceil() as i32
}

/// The seconds up to a moment; calls back once it is there.
fn ticking(until: f64, over: Box<dyn Fn()>) -> RwSignal<i32> {
    let seconds = RwSignal::new(seconds_to(until));
    let tick = move || {
        let rest = seconds_to(until);
        _ = seconds.try_set(rest);
        if rest <= 0 {
            over();
        }
    };
    if let Ok(ticking) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || ticking.clear());
    }
    seconds
}
