//! The login: the bank's own fields, sent once, kept nowhere.

use super::hint::hint;
use super::hold::{held, hold};
use super::safety::safety;
use super::way_out::way_out;
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{
    FieldSpec, actions, classed, field, form, form_values, group, logo, row, rows, said, screen,
    skeleton, submit, title,
};
use connect_core::Secret;
use connect_core::api::{self, FieldKind, Provider};
use connect_core::flow::{self, Event, Link, Machine, Notice, State};
use leptos::prelude::*;

pub fn credentials(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| match &machine.state {
        State::Credentials(credentials) => login(flow, text, credentials, machine),
        State::Preparing(preparing) => looking_up(text, &preparing.name),
        _ => ().into_any(),
    })
}

/// The bank's form is being looked up.
fn looking_up(text: Text, name: &str) -> AnyView {
    let mut parts = Vec::new();
    if !name.is_empty() {
        parts.push(logo(name, None));
        // Without the focus: the form's title has it soon, and it would be read out twice.
        parts.push(classed("H1", "", with(text.login_title(), name)));
    }
    parts.push(said("visually-hidden", "status", text.loading()));
    parts.push(skeleton(2));
    screen("screen", parts)
}

fn login(flow: Flow, text: Text, credentials: &flow::Credentials, machine: &Machine) -> AnyView {
    let client = &machine.session.client.name;
    let form_ticket = credentials.form;
    let fields = credentials.fields();
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    let on_submit = move |event| {
        let mut fields = Vec::new();
        for (name, value) in form_values(&event, &names) {
            fields.push((name, Secret::new(value)));
        }
        let form = form_ticket;
        flow.send(Event::Submitted { form, fields });
    };
    let provider = &credentials.provider;
    let (refused, never_seen) = match provider.setup {
        Some(_) => (text.setup_refused(), text.setup_safety()),
        None => (text.login_refused(), text.login_safety()),
    };
    // What the bank says of it tells more than we can.
    let alarm = |plain: &str| {
        let words = credentials.words.clone();
        said("notice", "alert", words.unwrap_or_else(|| plain.into()))
    };
    let notice = credentials.notice.map(|notice| match notice {
        Notice::LoginRefused => alarm(refused),
        Notice::AnswerRefused => alarm(text.answer_refused()),
        Notice::NotSent(trouble) => {
            let timer = machine.held();
            hold(
                flow,
                text,
                (trouble, timer),
                text.not_sent(),
                text.again_in(),
            )
        }
    });
    // After a refusal the password is what has to be typed again.
    let again = |field: &&api::Field| notice.is_some() && field.kind == FieldKind::Password;
    let wrong = fields.iter().find(again).map(|field| field.name.clone());
    let mut inputs = Vec::new();
    for shown in &fields {
        let kept = credentials
            .kept
            .iter()
            .find(|(name, _)| *name == shown.name);
        inputs.push(field(FieldSpec {
            value: kept.map_or_else(String::new, |(_, value)| value.expose().to_string()),
            wrong: wrong.as_ref() == Some(&shown.name),
            reveal: text.show_password(),
            note: match shown.kind {
                FieldKind::Password => text.caps_lock(),
                FieldKind::Select | FieldKind::Checkbox => "",
                _ => text.blanks(),
            },
            ..spec(text, shown)
        }));
    }
    let bank = &provider.name;
    form(
        vec![
            logo(bank, provider.logo.clone()),
            title(with(text.login_title(), bank)),
            notice.into_any(),
            setup(flow, provider),
            inputs.into_any(),
            recovery(flow, text, provider),
            safety(never_seen, client),
            actions(vec![
                submit(text.login_button(), held(flow)),
                hint(text, provider),
            ]),
        ],
        Box::new(on_submit),
    )
}

fn spec(text: Text, field: &api::Field) -> FieldSpec {
    let kind = match field.kind {
        // A number that names somebody may begin with zeros and is not counted up.
        FieldKind::Text | FieldKind::Number => "text",
        FieldKind::Password => "password",
        FieldKind::Email => "email",
        FieldKind::Tel => "tel",
        FieldKind::Select => "select",
        FieldKind::Checkbox => "checkbox",
    };
    // What a password manager should know although the bank does not say it.
    let known = match field.kind {
        FieldKind::Password => Some("current-password".into()),
        FieldKind::Email | FieldKind::Tel => Some(kind.into()),
        FieldKind::Text | FieldKind::Number | FieldKind::Select | FieldKind::Checkbox => None,
    };
    let options = field.options.iter();
    FieldSpec {
        name: field.name.clone(),
        label: match (field.label.as_str(), field.kind) {
            ("", FieldKind::Password) => text.password().into(),
            ("", _) => text.username().into(),
            (label, _) => label.into(),
        },
        kind,
        required: field.required,
        autocomplete: field.autocomplete.clone().or(known),
        pattern: field.pattern.clone(),
        inputmode: match field.kind {
            FieldKind::Number => "numeric",
            _ => "",
        },
        hint: field.hint.clone(),
        options: options
            .map(|o| (o.value.clone(), o.label.clone()))
            .collect(),
        ..FieldSpec::default()
    }
}

/// Where that is to be had which the form asks for.
fn setup(flow: Flow, provider: &Provider) -> AnyView {
    let Some(setup) = &provider.setup else {
        return ().into_any();
    };
    let step = |step: &String| row(step.clone(), String::new(), String::new());
    let steps = setup.steps.iter().map(step).collect();
    let address = Some(&setup.url);
    group(
        "hint setup",
        vec![
            way_out(flow, "quiet", address, setup.label.clone(), Link::Website).into_any(),
            rows("", &setup.label, steps),
        ],
    )
}

fn recovery(flow: Flow, text: Text, provider: &Provider) -> AnyView {
    let Some(urls) = &provider.recovery_urls else {
        return ().into_any();
    };
    let website = with(text.bank_website(), &provider.name);
    let links = [
        (
            &urls.password,
            text.forgot_password().into(),
            Link::ForgottenPassword,
        ),
        (
            &urls.username,
            text.forgot_username().into(),
            Link::ForgottenUsername,
        ),
        (&urls.website, website, Link::Website),
    ];
    let mut shown = Vec::new();
    for (address, label, what) in links {
        shown.extend(way_out(flow, "", address.as_ref(), label, what));
    }
    group("recovery", shown)
}
