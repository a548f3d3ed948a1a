//! The connection stands: what was connected, and the way back to the app.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{Primary, Title};
use connect_core::api::Account;
use connect_core::flow::{Event, State};
use leptos::prelude::*;

#[component]
pub fn Success(flow: Flow, text: &'static Text) -> impl IntoView {
    flow.with_untracked(|machine| {
        let State::Success(success) = &machine.state else {
            return ().into_any();
        };
        let client = machine.session.client.name.clone();
        let accounts = success.accounts.iter().map(account).collect_view();
        let has_accounts = !success.accounts.is_empty();
        view! {
            <section class="screen centred">
                <svg class="drawn-check" viewBox="0 0 64 64" aria-hidden="true">
                    <circle cx="32" cy="32" r="29" pathLength="1" />
                    <path d="M20 33.5l8.5 8.5L45 24" pathLength="1" />
                </svg>
                <Title text=with(text.success_title, &success.provider.name) />
                <p class="lead">{with(text.success_lead, &client)}</p>
                {has_accounts.then(|| view! { <ul class="accounts" aria-label=text.accounts>{accounts}</ul> })}
                <div class="actions">
                    <Primary label=text.done on_click=Box::new(move || flow.send(Event::DoneClicked)) />
                </div>
            </section>
        }
        .into_any()
    })
}

fn account(account: &Account) -> impl IntoView + use<> {
    let mask = account.mask.clone().map(|mask| format!("•••{mask}"));
    view! {
        <li>
            <span>{account.name.clone()}</span>
            <small>{mask}</small>
        </li>
    }
}
