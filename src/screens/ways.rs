//! The buttons that lead on from a warning or a failure.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{actions, primary, quiet};
use connect_core::flow::{Event, WayOn, Ways};
use leptos::prelude::*;

/// What the buttons are about.
#[derive(Clone, Copy)]
pub struct About<'a> {
    pub bank: &'a str,
    pub client: &'a str,
    /// What going on in spite of a warning is called.
    pub go_on: &'static str,
}

/// `before`: what comes first, and makes all of them quiet.
pub fn ways(
    flow: Flow,
    text: Text,
    before: Option<AnyView>,
    (first, second): Ways,
    about: About,
) -> AnyView {
    let label_of_first = label(text, first, about);
    let mut buttons = match before {
        Some(before) => vec![before, quiet(label_of_first, choose(flow, first))],
        None => vec![primary(label_of_first, choose(flow, first))],
    };
    buttons.extend(second.map(|way| quiet(label(text, way, about), choose(flow, way))));
    actions(buttons)
}

pub fn label(text: Text, way: WayOn, about: About) -> String {
    let (words, name) = match way {
        WayOn::TryAgain => (text.try_again(), ""),
        WayOn::EditLogin => (text.edit_login(), ""),
        WayOn::RenewAccess => (text.renew_access(), ""),
        WayOn::OtherBank => (text.other_bank(), ""),
        WayOn::Alternative => (text.alternative(), about.bank),
        WayOn::GoOn => (about.go_on, ""),
        WayOn::Leave if about.client.is_empty() => (text.leave(), ""),
        WayOn::Leave => (text.leave_to(), about.client),
    };
    with(words, name)
}

pub fn choose(flow: Flow, way: WayOn) -> Box<dyn Fn()> {
    Box::new(move || flow.send(Event::WayChosen(way)))
}
