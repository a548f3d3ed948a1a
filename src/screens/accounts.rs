//! The accounts found: the user chooses which of them the client sees.

use super::failure::{called, masked};
use super::hold::{held, hold};
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{
    ChoiceSpec, actions, attributes, choice, classed, element, flag, form, form_values, logo,
    money, said, submit, title, words,
};
use connect_core::api::Account;
use connect_core::flow::{self, Event, Machine, State};
use leptos::prelude::*;

const ACCOUNT: &str = "account";

pub fn accounts(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| match &machine.state {
        State::Accounts(accounts) => chosen(flow, text, accounts, machine),
        _ => ().into_any(),
    })
}

fn chosen(flow: Flow, text: Text, found: &flow::Accounts, machine: &Machine) -> AnyView {
    let client = &machine.session.client.name;
    let form_ticket = found.form;
    let (plain, until) = (text.choice_not_sent(), text.again_in());
    let timer = machine.held();
    let held_back = found.notice.filter(|_| timer.is_some());
    let unsent = held_back.map(|trouble| hold(flow, text, (trouble, timer), plain, until));
    let again = found.notice.filter(|_| timer.is_none());
    let complaint = RwSignal::new(again.map_or("", |_| plain));
    let saving = Signal::derive(move || {
        flow.with(|machine| match &machine.state {
            State::Accounts(accounts) => accounts.saving,
            _ => false,
        })
    });
    let on_submit = move |event| {
        let values = form_values(&event, &[ACCOUNT.into()]);
        let accounts: Vec<String> = values.into_iter().map(|(_, id)| id).collect();
        // The second of two clicks: what is being sent cannot be read any more.
        if saving.get_untracked() {
            return;
        }
        if accounts.is_empty() {
            complaint.set(text.choose_one());
            return;
        }
        complaint.set("");
        let form = form_ticket;
        flow.send(Event::AccountsChosen { form, accounts });
    };
    let rows = found
        .accounts
        .iter()
        .map(|account| row(text, found, account));
    let (heading, legend) = match found.several {
        true => (text.accounts_title(), with(text.accounts_lead(), client)),
        false => (text.account_title(), with(text.account_lead(), client)),
    };
    let mut choices = vec![classed("LEGEND", "", legend)];
    choices.extend(rows);
    let off = words(move || flag(saving.get()).into());
    let fieldset = attributes(&[("class", "choices quietly")]).following("disabled", off);
    let provider = &found.provider;
    form(
        vec![
            logo(&provider.name, provider.logo.clone()),
            title(heading),
            element("FIELDSET", fieldset, choices),
            unsent.into_any(),
            said("notice", "alert", words(move || complaint.get().into())),
            actions(vec![submit(text.connect(), held(flow))]),
        ],
        Box::new(on_submit),
    )
}

fn row(text: Text, found: &flow::Accounts, account: &Account) -> AnyView {
    let several = found.several;
    let only = || found.accounts.iter().filter(|a| a.is_eligible()).count() == 1;
    let eligible = account.is_eligible();
    let reason = account.reason.clone().filter(|_| !eligible);
    let balance = account.balance.map(|balance| {
        money(
            text.locale(),
            balance,
            account.currency.as_deref().unwrap_or_default(),
        )
    });
    choice(ChoiceSpec {
        kind: if several { "checkbox" } else { "radio" },
        name: ACCOUNT,
        value: account.id.clone(),
        label: called(text, &account.name),
        detail: reason.unwrap_or_else(|| masked(account.mask.clone())),
        aside: balance.unwrap_or_default(),
        required: !several,
        checked: match &found.chosen {
            Some(chosen) => chosen.contains(&account.id),
            None => eligible && (several || only()),
        },
        disabled: !eligible,
        picture: None,
    })
}
