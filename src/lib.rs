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

use leptos::prelude::*;

/// Puts the widget in the place of the outline that index.html has drawn.
pub fn start() {
    #[cfg(feature = "gallery")]
    gallery::start();
    #[cfg(not(feature = "gallery"))]
    leptos::mount::mount_to_body(app::App);
    if let Some(outline) = document().get_element_by_id("outline") {
        outline.remove();
    }
}
