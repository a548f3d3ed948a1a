//! Links that leave the widget; the host hears what for.

use crate::driver::Flow;
use crate::ui::link;
use connect_core::flow::{Event, Link};
use leptos::prelude::*;

/// Nothing where there is no address to go to.
pub fn way_out(
    flow: Flow,
    class: &'static str,
    address: Option<&String>,
    label: String,
    what: Link,
) -> Option<AnyView> {
    let followed = move || flow.send(Event::LinkFollowed(what));
    link(class, address, label, Box::new(followed))
}
