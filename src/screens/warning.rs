//! What the user should know before they log in, and the ways on.

use super::ways::{About, ways};
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{classed, logo, paragraph, screen, title};
use connect_core::flow::{Cause, State};
use leptos::prelude::*;

pub fn warning(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| {
        let State::Warning(warning) = &machine.state else {
            return ().into_any();
        };
        let (words, go_on) = match warning.cause {
            Cause::Down => (text.down(), text.go_on_anyway()),
            Cause::Degraded => (text.slow(), text.r#continue()),
            Cause::Connected => (text.connected_already(), text.connect_again()),
        };
        let provider = &warning.provider;
        let about = About {
            bank: &provider.name,
            client: &machine.session.client.name,
            go_on,
        };
        let quote = provider
            .message
            .clone()
            .filter(|_| warning.cause != Cause::Connected);
        screen(
            "screen centred",
            vec![
                logo(&provider.name, provider.logo.clone()),
                title(with(words.title, about.bank)),
                paragraph("lead", with(words.lead, about.bank)),
                quote
                    .map(|quote| classed("BLOCKQUOTE", "", quote))
                    .into_any(),
                ways(flow, text, None, warning.ways, about),
            ],
        )
    })
}
