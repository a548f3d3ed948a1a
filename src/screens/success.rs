//! The connection stands: what was connected, and the way back to the app.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{primary, title};
use connect_core::api::Account;
use connect_core::flow::{Event, State};
use leptos::prelude::*;

pub fn success(flow: Flow, text: &'static Text) -> AnyView {
    flow.with_untracked(|machine| {
        let State::Success(success) = &machine.state else {
            return ().into_any();
        };
        let client = machine.session.client.name.clone();
        let accounts = success.accounts.iter().map(account).collect::<Vec<_>>();
        let has_accounts = !success.accounts.is_empty();
        view! {
            <section class="screen centred">
                <svg class="drawn-check" viewBox="0 0 64 64" aria-hidden="true">
                    <circle cx="32" cy="32" r="29" pathLength="1" />
                    <path d="M20 33.5l8.5 8.5L45 24" pathLength="1" />
                </svg>
                {title(with(text.success_title, &success.provider.name))}
                <p class="lead">{with(text.success_lead, &client)}</p>
                {has_accounts.then(|| view! { <ul class="accounts" aria-label=text.accounts>{accounts}</ul> })}
                <div class="actions">
                    {primary(text.done.into(), Box::new(move || flow.send(Event::DoneClicked)))}
                </div>
            </section>
        }
        .into_any()
    })
}

fn account(account: &Account) -> AnyView {
    let mask = account.mask.clone().map(|mask| format!("•••{mask}"));
    view! {
        <li>
            <span>{account.name.clone()}</span>
            <small>{mask}</small>
        </li>
    }
    .into_any()
}
