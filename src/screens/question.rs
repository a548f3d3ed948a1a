//! A security question, in the bank's own words: a text, a code, a picture to read, or one of several choices.

use super::approval::approval;
use super::hold::{held, hold};
use crate::driver::Flow;
use crate::text::{Text, with};
use crate::ui::{
    ChoiceSpec, FieldSpec, actions, attributes, choice, choices, countdown, element, field, form,
    form_values, group, is_picture, logo, paragraph, picture, said, submit, title, words,
};
use connect_core::Secret;
use connect_core::api::{ChallengeKind, Choice};
use connect_core::flow::{self, Event, QuestionNotice, Resend, State, Ticket};
use leptos::prelude::*;

const ANSWER: &str = "answer";

pub fn question(flow: Flow, text: Text) -> AnyView {
    flow.with_untracked(|machine| match &machine.state {
        State::Question(question) => asked(flow, text, question, machine.held()),
        State::Connecting(connecting) => match &connecting.approval {
            Some(challenge) => approval(flow, text, machine, connecting, challenge),
            None => ().into_any(),
        },
        _ => ().into_any(),
    })
}

fn asked(flow: Flow, text: Text, question: &flow::Question, timer: Option<Ticket>) -> AnyView {
    let (form_ticket, challenge) = (question.form, &question.challenge);
    let on_submit = move |event| {
        let values = form_values(&event, &[ANSWER.into()]);
        if let Some((_, answer)) = values.into_iter().next() {
            let (form, answer) = (form_ticket, Secret::new(answer));
            flow.send(Event::AnswerGiven { form, answer });
        }
    };
    let over = move || flow.send(Event::QuestionExpired { form: form_ticket });
    let until = challenge.expires_at.as_deref().unwrap_or_default();
    let provider = &question.provider;
    let bank = &provider.name;
    let (heading, lead) = match (challenge.kind, &challenge.destination) {
        (ChallengeKind::Code, Some(to)) => (with(text.code_sent_title(), to), ""),
        (ChallengeKind::Code, None) => (text.code_title().into(), ""),
        (ChallengeKind::Device, _) => (text.device_title().into(), ""),
        _ => (with(text.question_title(), bank), text.question_lead()),
    };
    form(
        vec![
            logo(bank, provider.logo.clone()),
            title(heading),
            paragraph("lead", lead),
            notice(flow, text, question, timer),
            input(question),
            countdown(
                Flow::server_time,
                until,
                text.time_left(),
                text.little_time(),
                Box::new(over),
            ),
            resend(flow, text),
            actions(vec![submit(text.r#continue(), held(flow))]),
        ],
        Box::new(on_submit),
    )
}

fn notice(flow: Flow, text: Text, question: &flow::Question, timer: Option<Ticket>) -> AnyView {
    let plain = text.answer_not_sent();
    match (&question.notice, question.resend) {
        (None, _) => ().into_any(),
        (Some(QuestionNotice::Refused(words)), _) => said("notice", "alert", words.clone()),
        (Some(QuestionNotice::NotSent(trouble)), _) => {
            hold(flow, text, (*trouble, timer), plain, text.again_in())
        }
        (Some(QuestionNotice::ResendLater(trouble)), Resend::Waiting(timer)) => {
            let timer = Some(timer);
            hold(flow, text, (*trouble, timer), plain, text.resend_in())
        }
        (Some(QuestionNotice::ResendLater(_)), _) => said("notice", "alert", plain),
        (Some(QuestionNotice::SentAnew), _) => {
            let bank = &question.provider.name;
            said("hint", "status", with(text.sent_anew(), bank))
        }
        (Some(QuestionNotice::TooLate), _) => {
            let bank = &question.provider.name;
            said("notice slight", "alert", with(text.too_late(), bank))
        }
    }
}

fn input(question: &flow::Question) -> AnyView {
    let challenge = &question.challenge;
    let prompt = challenge.prompt.clone();
    if !challenge.choices.is_empty() {
        let class = match challenge.kind {
            ChallengeKind::ImageChoice => "choices tiles",
            _ => "choices",
        };
        return choices(class, prompt, challenge.choices.iter().map(row).collect());
    }
    let is_code = challenge.kind == ChallengeKind::Code;
    let autocomplete = if is_code { "one-time-code" } else { "off" };
    let field = field(FieldSpec {
        name: ANSWER.into(),
        label: prompt.clone(),
        kind: "text",
        required: true,
        autocomplete: Some(autocomplete.into()),
        // More than blanks.
        pattern: Some(r".*\S.*".into()),
        inputmode: match challenge.numeric {
            Some(true) => "numeric",
            _ => "",
        },
        wrong: matches!(question.notice, Some(QuestionNotice::Refused(_))),
        ..FieldSpec::default()
    });
    let shown = challenge.image.clone().filter(|image| is_picture(image));
    match shown {
        Some(address) => group("pictured", vec![picture(&address, &prompt), field]),
        None => field,
    }
}

fn row(option: &Choice) -> AnyView {
    choice(ChoiceSpec {
        kind: "radio",
        name: ANSWER,
        value: option.id.clone(),
        label: option.label.clone(),
        picture: option.image.clone().filter(|image| is_picture(image)),
        required: true,
        ..ChoiceSpec::default()
    })
}

/// The way to another code; what was typed stays where it is.
fn resend(flow: Flow, text: Text) -> AnyView {
    let resend = Memo::new(move |_| {
        flow.with(|machine| match &machine.state {
            State::Question(question) => question.resend,
            _ => Resend::Never,
        })
    });
    if resend.get_untracked() == Resend::Never {
        return ().into_any();
    }
    // One button all the time, so that it keeps the focus.
    let label = words(move || match resend.get() {
        Resend::Never | Resend::Ready => text.resend().into(),
        Resend::Sending(_) => text.resending().into(),
        Resend::Waiting(_) => text.resend_later().into(),
    });
    let off = words(move || (resend.get() != Resend::Ready).to_string());
    let attributes = attributes(&[("type", "button"), ("class", "quiet")])
        .following("aria-disabled", off)
        .on("click", move |_| flow.send(Event::ResendClicked));
    let button = element("BUTTON", attributes, label);
    group("resend", vec![button])
}
