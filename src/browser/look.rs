//! How the page looks: the scheme, the chosen colours, what is drawn around the screens.

use super::document;
use connect_core::launch::{Frame, Look, Theme};
use connect_core::theme::pair;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, HtmlElement};

/// Through the CSSOM, which the page's own Content-Security-Policy allows.
pub fn dress(look: &Look) {
    let Some(root) = root() else {
        return;
    };
    let theme = match look.theme {
        Some(Theme::Light) => "light",
        Some(Theme::Dark) => "dark",
        Some(Theme::Auto) | None => "",
    };
    _ = root.set_attribute("data-theme", theme);
    let style = root.style();
    for (name, value) in look.tokens.iter() {
        set(&style, name, value);
    }
}

/// Written down as the build writes our own pairs (xtask/js/styles.mjs), for browsers without `light-dark()`.
pub fn set(style: &CssStyleDeclaration, name: &str, value: &str) {
    let value = match pair(value) {
        Some((light, dark)) => &format!("var(--light,{light})var(--dark,{dark})"),
        None => value,
    };
    _ = style.set_property(&format!("--{name}"), value);
}

pub fn frame(frame: &Frame) {
    let Some(root) = root() else {
        return;
    };
    let words = [
        (!frame.header, "bare"),
        (!frame.mark, "unmarked"),
        (!frame.padding, "flush"),
        (frame.still, "still"),
        (frame.inline, "inline"),
        (frame.wide, "wide"),
    ];
    let mut chosen = String::new();
    for (is_chosen, word) in words {
        if is_chosen {
            chosen.push_str(word);
            chosen.push(' ');
        }
    }
    _ = root.set_attribute("data-frame", &chosen);
}

pub fn root() -> Option<HtmlElement> {
    document().document_element()?.dyn_into().ok()
}
