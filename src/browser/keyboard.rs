//! Keeps the page above the on-screen keyboard where the browser lays it over the page (Safari) instead of making the page smaller.

use super::{document, window};
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, VisualViewport};

/// Part of somebody else's page, what is covered is that page's to show.
pub fn make_room() {
    let here = window();
    let is_whole = here.top().is_ok_and(|top| top.as_ref() == Some(&here));
    let viewport = here.visual_viewport().filter(|_| is_whole);
    let Some(viewport) = viewport.map(Rc::new) else {
        return;
    };
    for name in ["resize", "scroll"] {
        let seen = viewport.clone();
        let listener = Closure::<dyn Fn()>::new(move || fit(&seen));
        _ = viewport.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        // It listens as long as the page lives.
        listener.forget();
    }
}

fn fit(seen: &VisualViewport) {
    let document = document();
    let root = document.document_element();
    let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    // Whoever has zoomed in sees less of it too.
    let covered = f64::from(root.client_height()) - seen.height() * seen.scale();
    let length = |pixels: f64| match pixels as i32 {
        pixels @ 1.. => format!("{pixels}px"),
        _ => String::new(),
    };
    let is_covered = covered >= 1.0;
    let moved = if is_covered { seen.offset_top() } else { 0.0 };
    _ = root.style().set_property("--covered", &length(covered));
    _ = root.style().set_property("--moved", &length(moved));
    if let Some(field) = document.active_element().filter(|_| is_covered) {
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
        field.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
}
