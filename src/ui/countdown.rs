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
/// More often than once a second, so that none is left out.
const TICK: Duration = Duration::from_millis(500);

/// Counts down to a moment (RFC 3339) by the clock `now`, and calls back when it is over, and goes on doing so; `left` and `soon` word the seconds.
pub fn countdown(
    now: fn() -> f64,
    until: &str,
    left: &'static str,
    soon: &'static str,
    over: Box<dyn Fn()>,
) -> AnyView {
    let until = Date::parse(until);
    if (until - now()).is_nan() {
        return ().into_any();
    }
    let seconds = ticking(now, until, over);
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
            {element("SPAN", timer, shown)}
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
    let seconds = ticking(running, running() + f64::from(seconds) * 1_000.0, over);
    let shown = words(move || {
        let (count, unit) = match seconds.get().max(1) {
            rest @ 1..60 => (rest, "second"),
            rest => ((rest + 59) / 60, "minute"),
        };
        let time = format.with_value(|format| format.format(count.into(), unit));
        left.replace("{}", &String::from(time))
    });
    let timer = attributes(&[("role", "timer"), ("aria-live", "off")]);
    element("SPAN", timer, shown)
}

/// How long this page has run, in milliseconds: nobody sets that clock.
fn running() -> f64 {
    let clock = window().performance();
    clock.map_or(f64::NAN, |clock| clock.now())
}

/// The seconds up to a moment; calls back from then on.
fn ticking(now: fn() -> f64, until: f64, over: Box<dyn Fn()>) -> RwSignal<i32> {
    let left = move || ((until - now()) / 1_000.0).ceil() as i32;
    let seconds = RwSignal::new(left());
    let tick = move || {
        let rest = left();
        _ = seconds.try_set(rest);
        if rest <= 0 {
            over();
        }
    };
    if let Ok(ticking) = set_interval_with_handle(tick, TICK) {
        on_cleanup(move || ticking.clear());
    }
    seconds
}
