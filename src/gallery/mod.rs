//! Every state that a screen can show, each by its name in the address (`?gallery=login`), for pictures of it.
//! Only in builds with the feature `gallery`; nothing here is asked of a backend or told to a host.

mod answers;
mod asides;
mod guards;
mod states;
mod story;

use crate::app;
use crate::browser::language;
use crate::driver::Flow;
use crate::text::Language;
use crate::uncover;
use js_sys::{Array, Reflect};
use leptos::prelude::*;
use std::time::Duration;

/// Shows the state that the address names, and tells the page all the names.
pub fn start() {
    let named = states::all();
    let names: Array = named
        .iter()
        .map(|(name, _)| wasm_bindgen::JsValue::from_str(name))
        .collect();
    _ = Reflect::set(&window(), &"connectGallery".into(), &names);
    let query = window().location().search().unwrap_or_default();
    let wanted = web_sys::UrlSearchParams::new_with_str(&query);
    let named_in = |name: &str| wanted.as_ref().ok()?.get(name);
    let (wanted, lang) = (named_in("gallery"), named_in("lang"));
    for (name, machine) in named {
        if wanted.as_deref() == Some(name.as_str()) {
            let came = move |told| {
                let language = Language::read(told);
                leptos::mount::mount_to_body(move || app::frame(Flow::still(machine(), language)));
                uncover();
            };
            language::wanted(lang.as_deref(), Box::new(came));
            if name == "broken" {
                set_timeout(|| panic!("for the picture"), Duration::ZERO);
            }
            return;
        }
    }
}
