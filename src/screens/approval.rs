//! The user confirms in the bank's own app; this screen waits with them.

use super::bridge::bridge;
use super::connecting::{calm, cancel};
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{actions, countdown, paragraph, screen, title};
use connect_core::api::Challenge;
use connect_core::flow::{Connecting, Machine};
use leptos::prelude::*;

pub fn approval(
    flow: Flow,
    text: Text,
    machine: &Machine,
    connecting: &Connecting,
    challenge: &Challenge,
) -> AnyView {
    let provider = &connecting.provider;
    let until = challenge.expires_at.as_deref().unwrap_or_default();
    screen(
        "screen centred",
        vec![
            bridge(&machine.session.client, provider, true),
            title(with(text.approve_title(), &provider.name)),
            paragraph("lead", challenge.prompt.clone()),
            // The bank says when it is over.
            countdown(
                Flow::server_time,
                until,
                text.time_left(),
                text.little_time(),
                Box::new(|| {}),
            ),
            calm(flow, text, provider.name.clone()),
            actions(vec![cancel(flow, text)]),
        ],
    )
}
