//! The login at the bank's own site: the way there, the wait for what comes of it, and what to do when no window opens.

use super::bridge::bridge;
use super::hint::hint;
use super::hold::{held, hold};
use super::ways::{About, choose, label};
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{
    actions, attributes, element, focus_first, follow, primary, quiet, said, screen, title,
    unavailable, words,
};
use connect_core::flow::{BankWindow, Event, Machine, Notice, State, WayOn};
use leptos::prelude::*;

/// How far the user is on the way.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Before,
    Waiting,
    Closed,
    /// Perhaps there is no window: a link opens one.
    Link,
    /// Perhaps there is no window: this one can go.
    Here,
    Leaving,
}

pub fn oauth(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| {
        let State::OAuth(oauth) = &machine.state else {
            return ().into_any();
        };
        let provider = &oauth.provider;
        let stage = Memo::new(move |_| flow.with(stage));
        let about = About {
            bank: &provider.name,
            client: &machine.session.client.name,
            go_on: text.r#continue(),
        };
        let second = oauth.ways.1.map(|way| (way, label(text, way, about)));
        let lives = Signal::derive(move || stage.get() == Stage::Waiting);
        let bank = provider.name.clone();
        let heading = worded(bank.clone(), move || heading(text, stage.get()));
        let lead = worded(bank.clone(), move || lead(text, stage.get()));
        let ways = ways(flow, text, stage, bank, second);
        screen(
            "screen centred",
            vec![
                bridge(&machine.session.client, provider, lives),
                title(heading),
                notice(flow, text, provider.name.clone()),
                said("lead", "status", lead),
                actions(vec![ways, hint(text, provider)]),
            ],
        )
    })
}

fn stage(machine: &Machine) -> Stage {
    let State::OAuth(oauth) = &machine.state else {
        return Stage::Before;
    };
    match oauth.window {
        BankWindow::None => Stage::Before,
        BankWindow::Open => Stage::Waiting,
        BankWindow::Closed => Stage::Closed,
        BankWindow::Unseen if machine.goes_in_this_window() => Stage::Here,
        BankWindow::Unseen => Stage::Link,
        BankWindow::Opening | BankWindow::Leaving => Stage::Leaving,
    }
}

fn heading(text: Text, stage: Stage) -> &'static str {
    match stage {
        Stage::Before => text.oauth_title(),
        Stage::Waiting | Stage::Link | Stage::Here => text.oauth_waiting_title(),
        Stage::Closed => text.oauth_closed_title(),
        Stage::Leaving => text.oauth_leaving(),
    }
}

fn lead(text: Text, stage: Stage) -> &'static str {
    match stage {
        Stage::Before => text.oauth_lead(),
        Stage::Link => text.oauth_unseen_lead(),
        Stage::Here => text.oauth_unseen_here(),
        Stage::Waiting => text.oauth_waiting_lead(),
        Stage::Closed => text.oauth_closed_lead(),
        Stage::Leaving => "",
    }
}

/// Why the user is asked once more, as long as they have not gone.
fn notice(flow: Flow, text: Text, bank: String) -> AnyView {
    let why = Memo::new(move |_| {
        flow.with(|machine| match &machine.state {
            State::OAuth(oauth) if oauth.window == BankWindow::None => oauth.notice,
            _ => None,
        })
    });
    follow(move || match why.get() {
        None => ().into_any(),
        Some(Notice::LoginRefused | Notice::AnswerRefused) => {
            said("notice", "alert", with(text.oauth_refused(), &bank))
        }
        Some(Notice::NotSent(trouble)) => {
            let timer = flow.with_untracked(|machine| machine.held());
            let (plain, until) = (text.oauth_not_sent(), text.again_in());
            hold(flow, text, (trouble, timer), plain, until)
        }
    })
}

/// The ways on. The primary button stays the same one while its words change, so that it keeps the focus.
fn ways(
    flow: Flow,
    text: Text,
    stage: Memo<Stage>,
    bank: String,
    second: Option<(WayOn, String)>,
) -> AnyView {
    let by_link = Memo::new(move |_| stage.get() == Stage::Link);
    let words_of = worded(bank, move || match stage.get() {
        Stage::Before | Stage::Leaving => text.oauth_button(),
        Stage::Here => text.oauth_here(),
        Stage::Waiting | Stage::Closed => text.oauth_again(),
        Stage::Link => text.oauth_link(),
    });
    let held = held(flow);
    follow(move || {
        let first = match by_link.get() {
            _ if held.get() => unavailable(words_of),
            true => {
                // It stands where the button had the focus.
                focus_first();
                bank_link(flow, words_of)
            }
            false => {
                let click = move || flow.send(Event::BankSiteClicked);
                primary(words_of, Box::new(click))
            }
        };
        let second = second.clone();
        let second = second.map(|(way, label)| quiet(label, choose(flow, way)));
        vec![first, second.into_any()].into_any()
    })
}

/// A link opens a window where a program may not.
fn bank_link(flow: Flow, label: Signal<String>) -> AnyView {
    let address = words(move || flow.with(|m| m.bank_address().unwrap_or_default()));
    let window = flow.bank_window();
    let attributes = attributes(&[
        ("class", "primary"),
        ("target", &window),
        ("rel", "opener"),
        ("data-focus", "always"),
    ]);
    element("A", attributes.following("href", address), label)
}

/// Words with the bank's name, as they change.
fn worded(
    bank: String,
    words_of: impl Fn() -> &'static str + Send + Sync + 'static,
) -> Signal<String> {
    words(move || with(words_of(), &bank))
}
