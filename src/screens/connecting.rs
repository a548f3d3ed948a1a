//! A running sync: real steps that tick off, calm words when it takes long, a way out.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{Icon, Logo, Quiet, Title, icon};
use connect_core::api::SyncStep;
use connect_core::flow::{Event, Patience, State};
use leptos::prelude::*;

#[component]
pub fn Connecting(flow: Flow, text: &'static Text) -> impl IntoView {
    let provider = flow.with_untracked(|machine| match &machine.state {
        State::Connecting(connecting) => connecting.provider.clone(),
        _ => Default::default(),
    });
    let client = flow.with_untracked(|machine| machine.session.client.clone());
    let stage = Memo::new(move |_| flow.with(|machine| stage(&machine.state)));
    let patience = Memo::new(move |_| {
        flow.with(|machine| match &machine.state {
            State::Connecting(connecting) => connecting.patience,
            _ => Patience::Fresh,
        })
    });
    let name = provider.name.clone();
    let calm = move || match patience.get() {
        Patience::Fresh => String::new(),
        Patience::TenSeconds => with(text.after_ten_seconds, &name),
        Patience::ThirtySeconds => text.after_thirty_seconds.into(),
    };
    let labels = [text.step_login, text.step_accounts, text.step_data];
    let steps = labels.into_iter().enumerate().map(move |(number, label)| {
        let done = move || stage.get() > number;
        let current = move || (stage.get() == number).then_some("step");
        view! {
            <li class:done=done aria-current=current>
                <span class="tick">{move || done().then(|| icon(Icon::Check))}</span>
                {label}
                <Show when=done><span class="visually-hidden">{text.step_done}</span></Show>
            </li>
        }
    });
    let status = move || labels.get(stage.get()).copied().unwrap_or_default();
    view! {
        <section class="screen centred">
            <div class="bridge" aria-hidden="true">
                <Logo name=client.name address=client.logo />
                <span class="line"></span>
                <Logo name=provider.name.clone() address=provider.logo />
            </div>
            <Title text=with(text.connecting_title, &provider.name) />
            <ol class="steps">{steps.collect_view()}</ol>
            <p class="visually-hidden" role="status">{status}</p>
            <p class="calm" role="status">{calm}</p>
            <div class="actions">
                <Quiet label=text.cancel on_click=Box::new(move || flow.send(Event::BackClicked)) />
            </div>
        </section>
    }
}

/// Which of the three lines is being worked on.
fn stage(state: &State) -> usize {
    let State::Connecting(connecting) = state else {
        return 3;
    };
    match connecting.step {
        None | Some(SyncStep::Login | SyncStep::TwoFactor) => 0,
        Some(SyncStep::Accounts) => 1,
        Some(
            SyncStep::Investments
            | SyncStep::Positions
            | SyncStep::Transactions
            | SyncStep::Documents,
        ) => 2,
    }
}
