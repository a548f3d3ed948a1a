//! A running sync: real steps that tick off, calm words when it takes long, a way out.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{Icon, follow, icon, logo, quiet, title, words};
use connect_core::api::SyncStep;
use connect_core::flow::{Event, Patience, State};
use leptos::prelude::*;

pub fn connecting(flow: Flow, text: &'static Text) -> AnyView {
    let provider = flow.with_untracked(|machine| match &machine.state {
        State::Connecting(connecting) => connecting.provider.clone(),
        _ => Default::default(),
    });
    let client = flow.with_untracked(|machine| machine.session.client.clone());
    let (bank, name) = (provider.name.clone(), provider.name.clone());
    let stage = Memo::new(move |_| flow.with(|machine| stage(&machine.state)));
    let labels = [text.step_login, text.step_accounts, text.step_data];
    let steps = move || {
        let stage = stage.get();
        let steps = labels.into_iter().enumerate().map(|(number, label)| {
            let done = (number < stage).then(|| {
                view! { <span class="visually-hidden">{text.step_done}</span> }
            });
            let tick = (number < stage).then(|| icon(Icon::Check));
            view! {
                <li class:done=number < stage aria-current=(number == stage).then_some("step")>
                    <span class="tick">{tick}</span>
                    {label}
                    {done}
                </li>
            }
            .into_any()
        });
        let steps: Vec<AnyView> = steps.collect();
        view! { <ol class="steps">{steps}</ol> }.into_any()
    };
    let status = words(move || labels.get(stage.get()).copied().unwrap_or_default().into());
    let calm = words(
        move || match flow.with(|machine| patience(&machine.state)) {
            Patience::Fresh => String::new(),
            Patience::TenSeconds => with(text.after_ten_seconds, &name),
            Patience::ThirtySeconds => text.after_thirty_seconds.into(),
        },
    );
    view! {
        <section class="screen centred">
            <div class="bridge" aria-hidden="true">
                {logo(&client.name, client.logo)}
                <span class="line"></span>
                {logo(&bank, provider.logo)}
            </div>
            {title(with(text.connecting_title, &bank))}
            {follow(steps)}
            <p class="visually-hidden" role="status">{status}</p>
            <p class="calm" role="status">{calm}</p>
            <div class="actions">
                {quiet(text.cancel.into(), Box::new(move || flow.send(Event::BackClicked)))}
            </div>
        </section>
    }
    .into_any()
}

fn patience(state: &State) -> Patience {
    match state {
        State::Connecting(connecting) => connecting.patience,
        _ => Patience::Fresh,
    }
}

/// Which of the three lines is being worked on.
fn stage(state: &State) -> usize {
    let State::Connecting(connecting) = state else {
        return 3;
    };
    match connecting.step {
        None | Some(SyncStep::Login | SyncStep::TwoFactor | SyncStep::Other) => 0,
        Some(SyncStep::Accounts) => 1,
        Some(
            SyncStep::Investments
            | SyncStep::Positions
            | SyncStep::Transactions
            | SyncStep::Documents,
        ) => 2,
    }
}
