//! What was not taken: why, and until when it would be in vain to try again.

use crate::driver::Flow;
use crate::text::{FirstText, Text};
use crate::ui::{alert, classed, follow, remaining, said};
use connect_core::flow::{Event, Ticket, Trouble};
use leptos::prelude::*;

/// The user's next try is not taken yet.
pub fn held(flow: Flow) -> Memo<bool> {
    Memo::new(move |_| flow.with(|machine| machine.held().is_some()))
}

/// `plain` where nobody has said for how long; else `until`, with the time, for as long as the timer runs.
pub fn hold(
    flow: Flow,
    text: Text,
    (trouble, timer): (Trouble, Option<Ticket>),
    plain: &'static str,
    until: &'static str,
) -> AnyView {
    let (Some(seconds), Some(timer)) = (trouble.seconds(), timer) else {
        return said("notice", "alert", plain);
    };
    let waits = Memo::new(move |_| flow.with(|machine| machine.waits_for(timer)));
    alert(follow(move || {
        if !waits.get() {
            return classed("SPAN", "", text.ready_again());
        }
        // A timer sleeps as long as the machine does; the clock goes on.
        let over = move || flow.send(Event::Woke(timer));
        let left = remaining(text.locale(), seconds, until, Box::new(over));
        vec![classed("SPAN", "", before(why(*text, trouble))), left].into_any()
    }))
}

/// Words with others behind them.
pub fn before(words: &str) -> String {
    [words, " "].concat()
}

/// What is in the way.
pub fn why(text: FirstText, trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unreachable => text.unreachable(),
        Trouble::ServerError => text.server_error(),
        Trouble::Busy { .. } => text.busy(),
        Trouble::TooMany { .. } => text.too_many(),
    }
}
