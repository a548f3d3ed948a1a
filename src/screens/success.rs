//! The connection stands: what was connected, and the way back to the app.

use super::failure::{called, masked};
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{actions, paragraph, primary, row, rows, screen, title};
use connect_core::api::Account;
use connect_core::flow::{Event, Purpose, State};
use leptos::prelude::*;

pub fn success(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| {
        let State::Success(success) = &machine.state else {
            return ().into_any();
        };
        let words = match success.purpose {
            Purpose::Connect => text.success_title(),
            Purpose::Refresh => text.refreshed_title(),
        };
        let accounts = success
            .accounts
            .iter()
            .map(|found| account(text, found))
            .collect();
        let list = rows("rows", text.accounts(), accounts);
        let done = move || flow.send(Event::DoneClicked);
        let lead = with(text.success_lead(), &machine.session.client.name);
        let mut parts = vec![
            check(),
            title(with(words, &success.provider.name)),
            paragraph("lead", lead),
        ];
        for warning in success.warnings() {
            parts.push(paragraph("notice slight", warning.clone()));
        }
        parts.push(list);
        parts.push(actions(vec![primary(text.done(), Box::new(done))]));
        screen("screen centred", parts)
    })
}

fn check() -> AnyView {
    view! {
        <svg class="drawn-check" viewBox="0 0 64 64" aria-hidden="true">
            <circle cx="32" cy="32" r="29" pathLength="1" />
            <path d="M20 33.5l8.5 8.5L45 24" pathLength="1" />
        </svg>
    }
    .into_any()
}

fn account(text: Text, account: &Account) -> AnyView {
    row(
        called(text, &account.name),
        String::new(),
        masked(account.mask.clone()),
    )
}
