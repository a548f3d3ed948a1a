//! Finds what a user sees by role, name and label; waits for conditions, never for a time.

use js_sys::{Function, Promise};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlInputElement};

/// How many frames a condition may take to come true.
const FRAMES: usize = 300;

/// Waits until the condition holds, frame by frame.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..FRAMES {
        if holds() {
            return;
        }
        frame().await;
    }
    panic!("waited in vain for {what}: {}", seen());
}

/// The next frame; what was to be drawn is drawn.
pub async fn frame() {
    let next = |resolve: Function, _| {
        let window = web_sys::window().unwrap();
        window.request_animation_frame(&resolve).unwrap();
    };
    JsFuture::from(Promise::new(&mut { next })).await.unwrap();
}

/// An empty place on the page.
pub fn place() -> HtmlElement {
    if let Some(before) = maybe("#here") {
        before.remove();
    }
    let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    place.set_id("here");
    document().body().unwrap().append_child(&place).unwrap();
    place
}

pub fn maybe(selector: &str) -> Option<HtmlElement> {
    let found = document().query_selector(selector).unwrap();
    found.map(JsCast::unchecked_into)
}

pub fn find(selector: &str) -> HtmlElement {
    maybe(selector).unwrap_or_else(|| panic!("no {selector} in {}", seen()))
}

pub fn all(selector: &str) -> Vec<HtmlElement> {
    let found = document().query_selector_all(selector).unwrap();
    let element = |at| found.item(at).unwrap().unchecked_into();
    (0..found.length()).map(element).collect()
}

pub fn input(selector: &str) -> HtmlInputElement {
    find(selector).unchecked_into()
}

/// The control that a label with these words belongs to.
pub fn labelled(words: &str) -> HtmlInputElement {
    let is = |label: &HtmlElement| label.text_content().as_deref() == Some(words);
    let label = all("label").into_iter().find(is);
    let label = label.unwrap_or_else(|| panic!("no label {words:?} in {}", seen()));
    input(&format!("#{}", label.get_attribute("for").unwrap()))
}

/// A button by its label or, without one, its words.
pub fn button(name: &str) -> HtmlElement {
    let is = |button: &HtmlElement| {
        let label = button.get_attribute("aria-label");
        label.or_else(|| button.text_content()).as_deref() == Some(name)
    };
    let found = all("button").into_iter().find(is);
    found.unwrap_or_else(|| panic!("no button {name:?} in {}", seen()))
}

/// A row of the list by its bank's name.
pub fn option(name: &str) -> HtmlElement {
    let is = |row: &HtmlElement| name_of(row).as_deref() == Some(name);
    let found = all("[role=option]").into_iter().find(is);
    found.unwrap_or_else(|| panic!("no bank {name:?} in {}", seen()))
}

/// The bank that the arrows have moved to.
pub fn chosen() -> String {
    let id = find("#search").get_attribute("aria-activedescendant");
    let row = id.and_then(|id| maybe(&format!("#{id}[aria-selected=true]")));
    row.and_then(|row| name_of(&row)).unwrap_or_default()
}

fn name_of(row: &HtmlElement) -> Option<String> {
    row.query_selector(".name").unwrap()?.text_content()
}

pub fn heading() -> String {
    maybe("h1").map(|_| text_of("h1")).unwrap_or_default()
}

pub fn text_of(selector: &str) -> String {
    find(selector).text_content().unwrap_or_default()
}

pub fn focused(selector: &str) -> bool {
    let active = document().active_element();
    active.is_some_and(|active| active.matches(selector).unwrap())
}

/// Dispatches an event that bubbles.
pub fn fire(target: &HtmlElement, name: &str) {
    let fire = "target.dispatchEvent(new Event(name, { bubbles: true }))";
    call("target, name", fire, target, name);
}

pub fn press(target: &HtmlElement, key: &str) {
    let press = "target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))";
    call("target, key", press, target, key);
}

fn call(names: &str, body: &str, target: &HtmlElement, word: &str) {
    let function = Function::new_with_args(names, body);
    function
        .call2(&JsValue::NULL, target, &word.into())
        .unwrap();
}

pub fn run(javascript: &str) -> JsValue {
    let function = Function::new_no_args(javascript);
    function.call0(&JsValue::NULL).unwrap()
}

fn seen() -> String {
    maybe("#here").map_or_else(String::new, |here| here.inner_html())
}
