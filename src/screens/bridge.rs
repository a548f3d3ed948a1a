//! The client's picture and the bank's, and a line between them that lives while something goes on.

use crate::ui::logo;
use connect_core::api::{Client, Provider};
use leptos::prelude::*;

pub fn bridge(client: &Client, provider: &Provider, lives: impl Into<Signal<bool>>) -> AnyView {
    let client = logo(&client.name, client.logo.clone());
    let bank = logo(&provider.name, provider.logo.clone());
    drawn(client, bank, lives.into())
}

fn drawn(client: AnyView, bank: AnyView, lives: Signal<bool>) -> AnyView {
    view! { <div class="bridge">{client}<span class="line" class:lives=lives></span>{bank}</div> }
        .into_any()
}
