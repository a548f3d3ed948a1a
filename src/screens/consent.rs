//! What the client asks for, and why; nothing is connected before the user agrees.

use super::safety::safety;
use super::way_out::way_out;
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{actions, group, logo, primary, quiet, row, rows, screen, title};
use connect_core::api::Client;
use connect_core::flow::{Event, Link, Machine};
use leptos::prelude::*;

pub fn consent(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| {
        let client = &machine.session.client;
        screen(
            "screen",
            vec![
                logo(&client.name, client.logo.clone()),
                title(with(text.consent_title(), &client.name)),
                rows(
                    "asked",
                    &with(text.consent_title(), &client.name),
                    asked(text, machine),
                ),
                terms(flow, text, machine, client),
                safety(text.login_safety(), &client.name),
                actions(vec![
                    primary(
                        text.agree(),
                        Box::new(move || flow.send(Event::ConsentGiven)),
                    ),
                    quiet(
                        text.decline(),
                        Box::new(move || flow.send(Event::ConsentDeclined)),
                    ),
                ]),
            ],
        )
    })
}

fn asked(text: Text, machine: &Machine) -> Vec<AnyView> {
    let options = &machine.session.options;
    let jobs = options
        .job_types
        .as_ref()
        .unwrap_or(&machine.launch.job_types);
    let reasons = options.consent.as_ref().map(|consent| &consent.reasons);
    let reason = |job: &str| {
        let found = reasons?.iter().find(|reason| reason.job_type == job)?;
        Some(found.reason.clone())
    };
    let mut rows = Vec::new();
    for job in jobs {
        let reason = reason(job).unwrap_or_default();
        rows.push(row(name(text, job), reason, String::new()));
    }
    if rows.is_empty() {
        rows.push(row(
            text.job_accounts().into(),
            String::new(),
            String::new(),
        ));
    }
    rows
}

/// What a job type is called; one that has no words here is shown as it is, for nothing is asked in secret.
fn name(text: Text, job: &str) -> String {
    match job {
        "accounts" | "balances" => text.job_accounts().into(),
        "accountNumber" | "accountNumbers" | "account_numbers" => text.job_numbers().into(),
        "accountOwner" | "account_owner" | "identity" => text.job_owner().into(),
        "transactions" => text.job_transactions().into(),
        "transactionHistory" | "transaction_history" => text.job_history().into(),
        "investments" | "holdings" => text.job_investments().into(),
        other => other.replace('_', " "),
    }
}

fn terms(flow: Flow, text: Text, machine: &Machine, client: &Client) -> AnyView {
    let consent = machine.session.options.consent.as_ref();
    let address = consent.and_then(|consent| consent.terms_url.as_ref());
    let label = with(text.terms(), &client.name);
    let link = way_out(flow, "", address, label, Link::Terms);
    group("recovery", link.into_iter().collect())
}
