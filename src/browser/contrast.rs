//! Chosen colours that could not be read are moved until they can; what each value is, the browser knows.

use super::{document, look};
use connect_core::theme::{Paint, ThemeTokens, dressing, palettes};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

pub fn keep(tokens: &ThemeTokens) {
    let (Some(pen), Some(root)) = (pen(), look::root()) else {
        return;
    };
    let Some(palettes) = palettes(tokens, &|value| read(&pen, value)) else {
        return;
    };
    let style = root.style();
    for (name, value) in dressing(&palettes) {
        look::set(&style, name, &value);
    }
}

/// A canvas takes any colour that a style sheet takes, and gives it back in one form. Nothing is drawn: some browsers change
/// what is read out of a picture, so that nobody is known by it.
fn read(pen: &CanvasRenderingContext2d, value: &str) -> Option<Paint> {
    // What is no colour leaves the one of before.
    let [one, other] = ["#000", "#fff"].map(|before| {
        pen.set_fill_style_str(before);
        pen.set_fill_style_str(value);
        let found = js_sys::Reflect::get(pen, &JsValue::from("fillStyle"));
        found.ok().and_then(|found| found.as_string())
    });
    Paint::read(&one.filter(|one| other.as_ref() == Some(one))?)
}

fn pen() -> Option<CanvasRenderingContext2d> {
    let canvas = document().create_element("canvas").ok()?;
    let pen = canvas
        .unchecked_into::<HtmlCanvasElement>()
        .get_context("2d");
    pen.ok()??.dyn_into().ok()
}
