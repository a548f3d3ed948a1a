//! Security questions: any number in turn, each answered once.

use crate::credentials::form_again;
use crate::story::Story;
use crate::world::{
    ANSWER, busy, choice_question, connected, error, error_with, login_of, refused, syncing,
    text_question,
};
use connect_core::Secret;
use connect_core::api::{Challenge, ChallengeKind, SyncError};
use connect_core::flow::{
    Answer, Call, CallError, Event, Notice, QuestionNotice, Report, Screen, State, Trouble, WayOn,
};

#[test]
fn two_questions_in_turn_lead_to_the_connection() {
    let mut story = Story::polling();
    story.answer(choice_question("Language?", 2));
    assert_eq!(asked(&story).choices.len(), 2);
    story.answer_question();
    let call = Call::Answer {
        id: "i1".into(),
        answer: Secret::new(ANSWER),
    };
    assert_eq!(story.pending().1, call);
    story.answer(syncing(3));
    story.polls(3);
    story.answer(text_question("Pet?", 4));
    assert_eq!(asked(&story).prompt, "Pet?");
    story.answer_question();
    story.answer(syncing(5));
    story.answer(connected(6));
    story.shows(Screen::Success);
    let kinds: Vec<ChallengeKind> = story.told.iter().filter_map(kind).collect();
    assert_eq!(kinds, [ChallengeKind::Choice, ChallengeKind::Text]);
}

#[test]
fn a_message_without_a_challenge_is_a_text_question() {
    let story = Story::at_question();
    let challenge = Challenge {
        kind: ChallengeKind::Text,
        prompt: "Pet?".into(),
        ..Challenge::default()
    };
    assert_eq!(asked(&story), &challenge);
    assert_eq!(notice(&story), None);
}

#[test]
fn a_second_answer_to_the_same_question_changes_nothing() {
    let mut story = Story::at_question();
    let form = story.form();
    story.answer_question();
    let before = story.machine.state.clone();
    story.send(Event::AnswerGiven {
        form,
        answer: Secret::new("again"),
    });
    assert!(story.effects.is_empty());
    assert_eq!(story.machine.state, before);
}

#[test]
fn an_answer_that_was_not_sent_is_asked_for_again() {
    for (error, trouble) in [
        (CallError::Unreachable, Trouble::Unreachable),
        (busy(503, 9), Trouble::Busy { seconds: 9 }),
        (refused(502, ""), Trouble::ServerError),
    ] {
        let mut story = Story::at_question();
        story.answer_question();
        story.fail(error);
        not_sent(&story, trouble);
        story.answer_question();
        story.answer(syncing(3));
        story.polls(3);
    }
}

#[test]
fn an_answer_to_an_answer_that_says_nothing_is_not_waited_on() {
    for odd in [Answer::Done, Answer::Unchanged] {
        let mut story = Story::at_question();
        story.answer_question();
        story.answer(odd);
        not_sent(&story, Trouble::ServerError);
    }
}

#[test]
fn a_question_asked_again_says_why_in_the_banks_words() {
    let mut story = Story::at_question();
    story.answer_question();
    story.answer(syncing(3));
    story.answer(error_with(
        SyncError {
            name: "SecurityQuestionError".into(),
            message: "Pet?".into(),
            challenge: None,
            provider_message: Some("That was not right.".into()),
        },
        4,
    ));
    let words = QuestionNotice::Refused("That was not right.".into());
    assert_eq!(notice(&story), Some(&words));
}

#[test]
fn a_refused_answer_is_not_called_a_wrong_login() {
    let mut story = Story::at_question();
    story.answer_question();
    story.answer(syncing(3));
    story.answer(error("LoginFailedError", 4));
    form_again(&story, Some(Notice::AnswerRefused));
    let mut story = Story::at_question();
    story.answer_question();
    story.answer(syncing(3));
    story.fail(refused(404, "not_found"));
    form_again(&story, Some(Notice::AnswerRefused));
}

#[test]
fn a_login_after_a_refused_answer_is_a_login_again() {
    let mut story = Story::at_question();
    story.answer_question();
    story.answer(error("LoginFailedError", 3));
    story.submit();
    story.answer(error("LoginFailedError", 4));
    form_again(&story, Some(Notice::LoginRefused));
}

#[test]
fn a_connection_that_is_gone_when_the_answer_comes_leads_to_the_list() {
    let mut story = Story::at_question();
    story.answer_question();
    story.fail(refused(404, "not_found"));
    story.fails_with("unknown_institution", WayOn::OtherBank, Some(WayOn::Leave));
}

#[test]
fn a_token_that_ends_at_the_question_has_its_own_screen() {
    let mut story = Story::at_question();
    story.answer_question();
    story.fail(refused(401, "token_expired"));
    story.shows(Screen::SessionExpired);
}

#[test]
fn back_from_the_question_of_a_new_connection_removes_it() {
    let mut story = Story::at_question();
    story.send(Event::BackClicked);
    assert_eq!(story.removed(), ["i1"]);
    form_again(&story, None);
    story.submit();
    assert!(matches!(story.pending().1, Call::Create { .. }));
}

#[test]
fn back_from_the_question_of_an_old_connection_keeps_it() {
    let mut story = Story::reconnecting();
    story.answer(connected(3));
    story.answer(login_of("Demo"));
    story.answer(syncing(4));
    story.answer(text_question("Pet?", 5));
    story.send(Event::BackClicked);
    assert!(story.removed().is_empty());
    story.submit();
    assert!(matches!(story.pending().1, Call::Login { .. }));
}

#[track_caller]
fn not_sent(story: &Story, trouble: Trouble) {
    assert_eq!(asked(story).prompt, "Pet?");
    assert_eq!(notice(story), Some(&QuestionNotice::NotSent(trouble)));
    assert_eq!(story.calls(), 0);
}

#[track_caller]
fn asked(story: &Story) -> &Challenge {
    match &story.machine.state {
        State::Question(question) => &question.challenge,
        other => panic!("no question in {other:?}"),
    }
}

#[track_caller]
fn notice(story: &Story) -> Option<&QuestionNotice> {
    match &story.machine.state {
        State::Question(question) => question.notice.as_ref(),
        other => panic!("no question in {other:?}"),
    }
}

fn kind(report: &Report) -> Option<ChallengeKind> {
    match report {
        Report::QuestionAsked { kind, .. } => Some(*kind),
        _ => None,
    }
}

#[test]
fn an_answer_to_a_question_that_has_expired_starts_a_new_sync() {
    let mut story = Story::at_question();
    story.answer_question();
    story.fail(refused(409, "conflict"));
    assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
}

#[test]
fn words_on_a_first_question_are_no_refusal() {
    let mut story = Story::polling();
    let mut institution = match text_question("Pet?", 2) {
        Answer::Institution(institution) => institution,
        other => panic!("{other:?}"),
    };
    if let Some(error) = &mut institution.sync_error {
        error.provider_message = Some("Welcome back.".into());
    }
    story.answer(Answer::Institution(institution));
    match &story.machine.state {
        State::Question(question) => assert_eq!(question.notice, None),
        other => panic!("{other:?}"),
    }
}
