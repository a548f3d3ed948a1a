//! The login: the bank's own fields, sent once, kept nowhere.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{Field, FieldSpec, Icon, Logo, Primary, Title, form_values, icon};
use connect_core::Secret;
use connect_core::api::{self, FieldKind, RecoveryUrls};
use connect_core::flow::{self, Event, Notice, State};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn Credentials(flow: Flow, text: &'static Text) -> impl IntoView {
    flow.with_untracked(|machine| match &machine.state {
        State::Credentials(credentials) => {
            let client = &machine.session.client.name;
            login(flow, text, credentials, client).into_any()
        }
        State::Preparing(preparing) => preparing_view(text, &preparing.name).into_any(),
        _ => ().into_any(),
    })
}

fn preparing_view(text: &'static Text, name: &str) -> impl IntoView + use<> {
    let title = (!name.is_empty()).then(|| {
        view! {
            <Logo name=name.to_string() address=None />
            <Title text=with(text.login_title, name) leaves_focus=true />
        }
    });
    view! {
        <section class="screen" aria-busy="true">
            {title}
            <p class="visually-hidden" role="status">{text.loading}</p>
            <div class="skeleton" aria-hidden="true"><i></i><i></i></div>
        </section>
    }
}

fn login(
    flow: Flow,
    text: &'static Text,
    credentials: &flow::Credentials,
    client: &str,
) -> impl IntoView + use<> {
    let form = credentials.form;
    let fields = credentials.fields();
    let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    let submit = move |event: SubmitEvent| {
        let values = form_values(&event, &names).into_iter();
        let fields = values
            .map(|(name, value)| (name, Secret::new(value)))
            .collect();
        flow.send(Event::Submitted { form, fields });
    };
    let notice = credentials.notice.map(|notice| match notice {
        Notice::LoginRefused => text.login_refused,
        Notice::AnswerRefused => text.answer_refused,
        Notice::NotSent(_) => text.not_sent,
    });
    let again = notice.is_some();
    // After a refusal the password is what has to be typed again.
    let focused = fields
        .iter()
        .position(|field| field.kind == FieldKind::Password)
        .filter(|_| again);
    let inputs = fields.iter().enumerate().map(|(at, field)| {
        let kept = credentials
            .kept
            .iter()
            .find(|(name, _)| *name == field.name);
        let spec = FieldSpec {
            value: kept.map_or_else(String::new, |(_, value)| value.expose().to_string()),
            wrong: focused == Some(at),
            show: text.show_password,
            hide: text.hide_password,
            ..spec(field)
        };
        view! { <Field spec /> }
    });
    let provider = &credentials.provider;
    let bank = provider.name.clone();
    let hint = provider.hint.clone().map(|hint| {
        view! { <aside class="hint"><strong>{text.test_bank}</strong><p>{hint}</p></aside> }
    });
    view! {
        <form class="screen" on:submit=submit>
            <Logo name=bank.clone() address=provider.logo.clone() />
            <Title text=with(text.login_title, &bank) leaves_focus=again />
            {notice.map(|notice| view! { <p class="notice" role="alert">{notice}</p> })}
            {inputs.collect_view()}
            {provider.recovery_urls.clone().map(|urls| recovery(text, urls, &bank))}
            <p class="safety">{icon(Icon::Lock)}{with(text.login_safety, client)}</p>
            <div class="actions">
                <Primary label=text.login_button />
                {hint}
            </div>
        </form>
    }
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

fn recovery(text: &'static Text, urls: RecoveryUrls, bank: &str) -> impl IntoView + use<> {
    let website = with(text.bank_website, bank);
    let links = [
        (urls.password, text.forgot_password.to_string()),
        (urls.username, text.forgot_username.to_string()),
        (urls.website, website),
    ];
    let links = links.into_iter().filter_map(|(url, label)| {
        let url = url.filter(|url| url.starts_with("https://"))?;
        Some(view! { <a href=url target="_blank" rel="noopener noreferrer">{label}</a> })
    });
    view! { <p class="recovery">{links.collect_view()}</p> }
}
