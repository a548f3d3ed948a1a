//! Parts of a view that follow the state.
//! Erased on purpose: a view that takes a closure is compiled anew for each closure's type.

use leptos::prelude::*;

/// A piece of view that is drawn anew when what it reads changes.
pub fn follow(draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    erased(Box::new(draw))
}

fn erased(draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    (move || draw()).into_any()
}

/// Text that follows the state; also the value of an attribute.
pub fn words(text: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(text)
}
