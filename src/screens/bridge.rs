//! The client's picture and the bank's, and a line between them that lives while something goes on.

use crate::ui::{attributes, classed, element, logo, words};
use connect_core::api::{Client, Provider};
use leptos::prelude::*;

pub fn bridge(client: &Client, provider: &Provider, lives: impl Into<Signal<bool>>) -> AnyView {
    let client = logo(&client.name, client.logo.clone());
    let bank = logo(&provider.name, provider.logo.clone());
    let lives = lives.into();
    let class = words(move || if lives.get() { "line lives" } else { "line" }.into());
    let line = element("SPAN", attributes(&[]).following("class", class), ());
    classed("DIV", "bridge", vec![client, line, bank])
}
