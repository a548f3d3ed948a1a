//! A security question, in the bank's own words: text, or one of several choices.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{FieldSpec, field, form_values, logo, submit, title};
use connect_core::Secret;
use connect_core::api::Choice;
use connect_core::flow::{Event, QuestionNotice, State};
use leptos::{ev::SubmitEvent, prelude::*};

const ANSWER: &str = "answer";

pub fn question(flow: Flow, text: &'static Text) -> AnyView {
    flow.with_untracked(|machine| {
        let State::Question(question) = &machine.state else {
            return ().into_any();
        };
        let form = question.form;
        let on_submit = move |event: SubmitEvent| {
            let values = form_values(&event, &[ANSWER.into()]);
            if let Some((_, answer)) = values.into_iter().next() {
                let answer = Secret::new(answer);
                flow.send(Event::AnswerGiven { form, answer });
            }
        };
        let notice = question.notice.as_ref().map(|notice| match notice {
            QuestionNotice::Refused(words) => words.clone(),
            QuestionNotice::NotSent(_) => text.answer_not_sent.into(),
        });
        let again = notice.is_some();
        let challenge = &question.challenge;
        let input = if challenge.choices.is_empty() {
            let spec = FieldSpec {
                name: ANSWER.into(),
                label: challenge.prompt.clone(),
                kind: "text",
                required: true,
                autocomplete: Some("off".into()),
                // More than blanks.
                pattern: Some(r".*\S.*".into()),
                wrong: again,
                ..FieldSpec::default()
            };
            field(spec)
        } else {
            let choices = challenge.choices.iter().map(choice).collect::<Vec<_>>();
            let prompt = challenge.prompt.clone();
            view! { <fieldset class="choices"><legend>{prompt}</legend>{choices}</fieldset> }
                .into_any()
        };
        let bank = question.provider.name.clone();
        view! {
            <form class="screen" on:submit=on_submit>
                {logo(&bank, question.provider.logo.clone())}
                {title(with(text.question_title, &bank))}
                <p class="lead">{text.question_lead}</p>
                {notice.map(|notice| view! { <p class="notice" role="alert">{notice}</p> })}
                {input}
                <div class="actions">{submit(text.r#continue)}</div>
            </form>
        }
        .into_any()
    })
}

fn choice(choice: &Choice) -> AnyView {
    let (id, label) = (choice.id.clone(), choice.label.clone());
    view! {
        <label class="choice">
            <input type="radio" name=ANSWER value=id required=true />
            <span>{label}</span>
        </label>
    }
    .into_any()
}
