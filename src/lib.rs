//! The widget: a thin Leptos shell over `connect_core`'s flow.
#![cfg(target_arch = "wasm32")]

pub mod app;
mod browser;
pub mod driver;
#[cfg(feature = "gallery")]
mod gallery;
mod rest;
mod screens;
pub mod text;
pub mod ui;

/// Puts the widget into the page.
pub fn start() {
    #[cfg(feature = "gallery")]
    gallery::start();
    #[cfg(not(feature = "gallery"))]
    begin();
}

/// Once the words of the language are there, in the place of the outline that index.html has drawn.
#[cfg(not(feature = "gallery"))]
fn begin() {
    browser::language::first(Box::new(|told| {
        let language = text::Language::read(told);
        leptos::mount::mount_to_body(move || app::frame(driver::Flow::start(language)));
        uncover();
    }));
}

fn uncover() {
    if let Some(outline) = browser::document().get_element_by_id("outline") {
        outline.remove();
    }
}
