//! A running sync: real steps that tick off, calm words when it takes long, a way out.

use super::bridge::bridge;
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{
    Icon, actions, attributes, classed, element, follow, icon, quiet, said, screen, title, words,
};
use connect_core::api::SyncStep;
use connect_core::flow::{Event, Purpose, State};
use leptos::prelude::*;

pub fn connecting(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| {
        let State::Connecting(connecting) = &machine.state else {
            return ().into_any();
        };
        let provider = &connecting.provider;
        let words = match connecting.purpose {
            Purpose::Connect => text.connecting_title(),
            Purpose::Refresh => text.refreshing_title(),
        };
        let [steps, status] = steps(flow, text);
        screen(
            "screen centred",
            vec![
                bridge(&machine.session.client, provider, true),
                title(with(words, &provider.name)),
                steps,
                status,
                calm(flow, text, provider.name.clone()),
                actions(vec![cancel(flow, text)]),
            ],
        )
    })
}

pub fn cancel(flow: Flow, text: Text) -> AnyView {
    quiet(
        text.cancel(),
        Box::new(move || flow.send(Event::BackClicked)),
    )
}

/// Words that come when it takes long.
pub fn calm(flow: Flow, text: Text, bank: String) -> AnyView {
    let lines = words(move || {
        let seen = flow.with(|machine| match &machine.state {
            State::Connecting(connecting) => connecting.calm,
            _ => 0,
        });
        let line = usize::from(seen).checked_sub(1);
        let calm = text.calm();
        let line = line.and_then(|at| calm.get(at));
        line.map_or_else(String::new, |line| with(line, &bank))
    });
    said("calm", "status", lines)
}

/// The three steps as they are seen, and as they are said.
fn steps(flow: Flow, text: Text) -> [AnyView; 2] {
    let stage = Memo::new(move |_| flow.with(|machine| stage(&machine.state)));
    let labels = [text.step_login(), text.step_accounts(), text.step_data()];
    let steps = move || {
        let stage = stage.get();
        let steps = labels.into_iter().enumerate().map(|(number, label)| {
            let attributes = attributes(&[
                ("class", if number < stage { "done" } else { "" }),
                ("aria-current", if number == stage { "step" } else { "" }),
            ]);
            let tick = (number < stage).then(|| icon(Icon::Check));
            let mut parts = vec![classed("SPAN", "tick", tick), classed("SPAN", "", label)];
            if number < stage {
                parts.push(classed("SPAN", "visually-hidden", text.step_done()));
            }
            element("LI", attributes, parts)
        });
        let steps: Vec<AnyView> = steps.collect();
        classed("OL", "steps", steps)
    };
    let status = words(move || labels.get(stage.get()).copied().unwrap_or_default().into());
    [follow(steps), said("visually-hidden", "status", status)]
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
