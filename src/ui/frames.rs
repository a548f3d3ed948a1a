//! What may come later than the first picture of a screen.

use leptos::prelude::*;

/// Calls back once the browser has begun so many pictures more.
pub fn after_frames(frames: u8, call: Box<dyn FnOnce()>) {
    match frames.checked_sub(1) {
        Some(left) => request_animation_frame(move || after_frames(left, call)),
        None => call(),
    }
}
