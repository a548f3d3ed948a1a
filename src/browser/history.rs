//! The browser's own way back: in a window of our own it goes one step back in the widget.

use super::window;
use std::cell::Cell;
use std::rc::Rc;

/// An entry of ours above the one with which the page was opened: whoever goes back stays on the page, and we hear of it.
#[derive(Clone, Default)]
pub struct Step {
    is_on_it: Rc<Cell<bool>>,
}

impl Step {
    /// `back` says whether there was a step to go back; else the page is left, as it would have been.
    pub fn hear(&self, back: impl Fn() -> bool + 'static) {
        let is_on_it = self.is_on_it.clone();
        let popped = move |_| {
            // There are two entries: whoever is on the other one has gone back, or forward again.
            let went_back = is_on_it.replace(!is_on_it.get());
            if went_back && !back() {
                _ = window().history().map(|history| history.back());
            }
        };
        super::listen("popstate", Box::new(popped));
    }

    /// There is a step to go back.
    pub fn stand(&self) {
        if self.is_on_it.get() {
            return;
        }
        let Ok(history) = window().history() else {
            return;
        };
        // What a reload finds again is where the page is.
        let kept = history.state().unwrap_or_default();
        if history.push_state(&kept, "").is_ok() {
            self.is_on_it.set(true);
        }
    }
}
