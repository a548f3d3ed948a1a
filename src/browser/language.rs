//! The words of a language: the page's first script finds out which, and fetches what the program does not carry.

use super::{run, window};
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Of index.html: a promise of the language that the page begins with, its BCP 47 tag and the lines of its file.
#[cfg(not(feature = "gallery"))]
const SPOKEN: &str = "connectSpoken";
/// Of index.html: gives such a promise for a wish, or none.
const CHOOSER: &str = "connectWords";

/// Gets the BCP 47 tag and the lines of a built file; of English there are none.
type Came = Box<dyn FnOnce(&'static [&'static str])>;

/// Calls back with the language that the page begins with; at the latest after some seconds.
#[cfg(not(feature = "gallery"))]
pub fn first(came: Came) {
    read(of_page(SPOKEN), came);
}

/// Calls back with the language that is wanted, or with what there is in its place.
pub fn wanted(wish: Option<&str>, came: Came) {
    let chooser: Function = of_page(CHOOSER).unchecked_into();
    read(
        chooser.call1(&window(), &wish.into()).unwrap_or_default(),
        came,
    );
}

fn of_page(name: &str) -> JsValue {
    Reflect::get(&window(), &name.into()).unwrap_or_default()
}

fn read(promise: JsValue, came: Came) {
    run(async move {
        let lines = JsFuture::from(Promise::resolve(&promise)).await;
        came(kept(&Array::from(&lines.unwrap_or_default())));
    });
}

/// What has been read lives as long as the page.
fn kept(lines: &Array) -> &'static [&'static str] {
    let mut texts = Vec::new();
    for line in lines.iter() {
        let text: &'static str = line.as_string().unwrap_or_default().leak();
        texts.push(text);
    }
    texts.leak()
}
