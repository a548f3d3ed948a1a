//! Takes the keyboard focus to where a new screen begins.

use super::{attributes, element};
use leptos::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// The attribute of the element that takes the focus: `always`, or `typing` where a keyboard is at hand anyway.
pub const ATTRIBUTE: &str = "data-focus";

/// Part of somebody else's page, the widget takes the focus only once the user has come to it.
const NOT_YET: &str = "[data-frame~=inline]";

/// Where a screen reader hears of a screen that could not take the focus.
const SPOKEN: &str = "spoken";

/// A browser gives no focus to a frame of another site in which the user has not done anything yet: Safari, and others may follow.
static REFUSED: AtomicBool = AtomicBool::new(false);

/// Once what is being drawn is on the page, focuses the last marked element: a field to correct comes after its title.
pub fn focus_first() {
    queue_microtask(|| {
        let is_inline = document()
            .query_selector(NOT_YET)
            .is_ok_and(|root| root.is_some());
        if !is_inline || document().has_focus().unwrap_or(true) {
            take_focus();
        }
    });
}

/// What was refused is given with the first key: it comes before what the key types.
pub fn focus_at_key(event: &KeyboardEvent) {
    let goes_elsewhere = matches!(
        event.key().as_str(),
        "Escape" | "Tab" | "Shift" | "Control" | "Alt" | "AltGraph" | "Meta" | "CapsLock"
    );
    let focused = document().active_element();
    // What takes no keys but those that scroll it.
    let is_still = |focused: &Element| {
        focused.tag_name() == "BODY" || focused.get_attribute("tabindex").as_deref() == Some("-1")
    };
    let nowhere = focused.as_ref().is_none_or(is_still);
    if nowhere && !goes_elsewhere && REFUSED.load(Relaxed) {
        take_focus();
    }
}

/// A place for the title of a screen that could not take the focus.
pub fn spoken() -> AnyView {
    let attributes = attributes(&[
        ("id", SPOKEN),
        ("class", "visually-hidden"),
        ("role", "status"),
    ]);
    element("P", attributes, ())
}

fn take_focus() {
    let marked = marked();
    let wanted = marked.iter().rev().find(|element| {
        let typing = element.get_attribute(ATTRIBUTE).as_deref() == Some("typing");
        !(typing && has_touch_keyboard())
    });
    let Some(wanted) = wanted else {
        return;
    };
    _ = wanted.focus();
    let refused = document().active_element().as_ref() != Some(wanted.as_ref());
    REFUSED.store(refused, Relaxed);
    let title = marked.first().filter(|_| refused);
    if let Some(spoken) = document().get_element_by_id(SPOKEN) {
        let title = title.and_then(|title| title.text_content());
        spoken.set_text_content(title.as_deref());
    }
}

fn marked() -> Vec<HtmlElement> {
    let mut elements = Vec::new();
    if let Ok(marked) = document().query_selector_all("[data-focus]") {
        for at in 0..marked.length() {
            elements.extend(marked.item(at).and_then(|node| node.dyn_into().ok()));
        }
    }
    elements
}

/// On a touch screen the keyboard would hide the list.
fn has_touch_keyboard() -> bool {
    let coarse = window().match_media("(pointer: coarse)").ok().flatten();
    coarse.is_some_and(|coarse| coarse.matches())
}
