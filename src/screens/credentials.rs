//! The login: the bank's own fields, sent once, kept nowhere.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{FieldSpec, Icon, field, form_values, icon, logo, submit, title};
use connect_core::Secret;
use connect_core::api::{self, FieldKind, RecoveryUrls};
use connect_core::flow::{self, Event, Notice, State};
use leptos::{ev::SubmitEvent, prelude::*};

pub fn credentials(flow: Flow, text: &'static Text) -> AnyView {
    flow.with_untracked(|machine| match &machine.state {
        State::Credentials(credentials) => {
            login(flow, text, credentials, &machine.session.client.name)
        }
        State::Preparing(preparing) => looking_up(text, &preparing.name),
        _ => ().into_any(),
    })
}

/// The bank's form is being looked up.
fn looking_up(text: &'static Text, name: &str) -> AnyView {
    let heading = (!name.is_empty()).then(|| {
        view! { {logo(name, None)} {title(with(text.login_title, name))} }
    });
    view! {
        <section class="screen" aria-busy="true">
            {heading}
            <p class="visually-hidden" role="status">{text.loading}</p>
            <div class="skeleton" aria-hidden="true"><i></i><i></i></div>
        </section>
    }
    .into_any()
}

fn login(
    flow: Flow,
    text: &'static Text,
    credentials: &flow::Credentials,
    client: &str,
) -> AnyView {
    let form = credentials.form;
    let fields = credentials.fields();
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    let on_submit = move |event: SubmitEvent| {
        let mut fields = Vec::new();
        for (name, value) in form_values(&event, &names) {
            fields.push((name, Secret::new(value)));
        }
        flow.send(Event::Submitted { form, fields });
    };
    let notice = credentials.notice.map(|notice| match notice {
        Notice::LoginRefused => text.login_refused,
        Notice::AnswerRefused => text.answer_refused,
        Notice::NotSent(_) => text.not_sent,
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
            reveal: text.show_password,
            ..spec(shown)
        }));
    }
    let provider = &credentials.provider;
    let bank = provider.name.clone();
    let hint = provider.hint.clone().map(|hint| {
        view! { <aside class="hint"><strong>{text.test_bank}</strong><p>{hint}</p></aside> }
    });
    view! {
        <form class="screen" on:submit=on_submit>
            {logo(&bank, provider.logo.clone())}
            {title(with(text.login_title, &bank))}
            {notice.map(|notice| view! { <p class="notice" role="alert">{notice}</p> })}
            {inputs}
            {provider.recovery_urls.clone().map(|urls| recovery(text, urls, &bank))}
            <p class="safety">{icon(Icon::Lock)}{with(text.login_safety, client)}</p>
            <div class="actions">{submit(text.login_button)}{hint}</div>
        </form>
    }
    .into_any()
}

fn spec(field: &api::Field) -> FieldSpec {
    let kind = match field.kind {
        FieldKind::Text => "text",
        FieldKind::Password => "password",
        FieldKind::Email => "email",
        FieldKind::Tel => "tel",
        FieldKind::Number => "number",
        FieldKind::Select => "select",
        FieldKind::Checkbox => "checkbox",
    };
    let options = field.options.iter();
    FieldSpec {
        name: field.name.clone(),
        label: field.label.clone(),
        kind,
        required: field.required,
        autocomplete: field.autocomplete.clone(),
        pattern: field.pattern.clone(),
        hint: field.hint.clone(),
        options: options
            .map(|o| (o.value.clone(), o.label.clone()))
            .collect(),
        ..FieldSpec::default()
    }
}

fn recovery(text: &'static Text, urls: RecoveryUrls, bank: &str) -> AnyView {
    let mut links = Vec::new();
    for (url, label) in [
        (urls.password, text.forgot_password.to_string()),
        (urls.username, text.forgot_username.to_string()),
        (urls.website, with(text.bank_website, bank)),
    ] {
        if let Some(url) = url.filter(|url| url.starts_with("https://")) {
            let link = view! { <a href=url target="_blank" rel="noopener noreferrer">{label}</a> };
            links.push(link.into_any());
        }
    }
    view! { <p class="recovery">{links}</p> }.into_any()
}
