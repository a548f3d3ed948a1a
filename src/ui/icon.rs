//! The few pictures that the widget draws itself, as strokes on a 24 × 24 grid.

use super::{attributes, classed};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub enum Icon {
    Back,
    Close,
    Search,
    Check,
    Alert,
    Lock,
    Eye,
    Clock,
}

/// A picture in a circle, at the head of a screen.
pub fn badge(picture: Icon) -> AnyView {
    classed("SPAN", "badge", icon(picture))
}

pub fn icon(icon: Icon) -> AnyView {
    let path = match icon {
        Icon::Back => "M15 5l-7 7 7 7",
        Icon::Close => "M6 6l12 12M18 6L6 18",
        Icon::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13M15.5 15.5L20 20",
        Icon::Check => "M5 12.5l4.5 4.5L19 7.5",
        Icon::Alert => "M12 7.5v5.5M12 16.4v.1M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18",
        Icon::Lock => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
        Icon::Eye => {
            "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 9a3 3 0 1 0 0 6 3 3 0 1 0 0-6"
        }
        Icon::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7.5V12l3 2",
    };
    let attributes = attributes(&[
        ("class", "icon"),
        ("viewBox", "0 0 24 24"),
        ("aria-hidden", "true"),
    ]);
    view! { <svg {..attributes}><path d=path /></svg> }.into_any()
}
