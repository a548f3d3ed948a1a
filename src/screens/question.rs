//! A security question, in the bank's own words: text, or one of several choices.

use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{Field, FieldSpec, Logo, Primary, Title, form_values};
use connect_core::Secret;
use connect_core::api::Choice;
use connect_core::flow::{Event, QuestionNotice, State};
use leptos::{ev::SubmitEvent, prelude::*};

const ANSWER: &str = "answer";

#[component]
pub fn Question(flow: Flow, text: &'static Text) -> impl IntoView {
    flow.with_untracked(|machine| {
        let State::Question(question) = &machine.state else {
            return ().into_any();
        };
        let form = question.form;
        let submit = move |event: SubmitEvent| {
            let values = form_values(&event, &[ANSWER.into()]);
            if let Some((_, answer)) = values.into_iter().next() {
                let answer = Secret::new(answer);
                flow.send(Event::AnswerGiven { form, answer });
            }
        };
        let notice = question.notice.as_ref().map(|notice| match notice {
            QuestionNotice::Refused(words) => words.clone(),
            QuestionNotice::NotSent(_) => text.not_sent.into(),
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
                wrong: again,
                ..FieldSpec::default()
            };
            view! { <Field spec /> }.into_any()
        } else {
            let choices = challenge.choices.iter().map(choice).collect_view();
            let prompt = challenge.prompt.clone();
            view! { <fieldset class="choices"><legend>{prompt}</legend>{choices}</fieldset> }
                .into_any()
        };
        let bank = question.provider.name.clone();
        view! {
            <form class="screen" on:submit=submit>
                <Logo name=bank.clone() address=question.provider.logo.clone() />
                <Title text=with(text.question_title, &bank) leaves_focus=again />
                <p class="lead">{text.question_lead}</p>
                {notice.map(|notice| view! { <p class="notice" role="alert">{notice}</p> })}
                {input}
                <div class="actions"><Primary label=text.r#continue /></div>
            </form>
        }
        .into_any()
    })
}

fn choice(choice: &Choice) -> impl IntoView + use<> {
    let (id, label) = (choice.id.clone(), choice.label.clone());
    view! {
        <label class="choice">
            <input type="radio" name=ANSWER value=id required=true />
            <span>{label}</span>
        </label>
    }
}
