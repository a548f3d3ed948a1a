//! Security questions: any number in turn, each answered once.

use crate::credentials::form_again;
use crate::story::{DEADLINE, POLL_PAUSE, Story};
use crate::world::{
    ANSWER, approval, challenge, choice_question, code_challenge, connected, error, error_with,
    login_of, refused, syncing, text_question,
};
use connect_core::Secret;
use connect_core::api::{Challenge, ChallengeKind, SyncError};
use connect_core::flow::{
    Answer, Call, CallError, Effect, Event, Notice, QuestionNotice, Report, Screen, State, Trouble,
    WayOn,
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
    let mut story = Story::at_question();
    story.answer_question();
    story.answer(Answer::Unchanged);
    not_sent(&story, Trouble::ServerError);
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
            ..SyncError::default()
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

#[test]
fn a_code_may_have_been_pasted_with_blanks_and_a_word_may_have_some() {
    for (question, typed, sent) in [
        (challenge(code_challenge(), 2), " 12 34-56\n", "123456"),
        (text_question("City?", 2), "St. John's ", "St. John's "),
    ] {
        let mut story = Story::polling();
        story.answer(question);
        let form = story.form();
        let answer = Secret::new(typed);
        story.send(Event::AnswerGiven { form, answer });
        let (id, answer) = ("i1".to_string(), Secret::new(sent));
        assert_eq!(story.pending().1, Call::Answer { id, answer });
    }
}

#[test]
fn a_code_can_be_sent_anew_after_half_a_minute_and_once_a_click() {
    let mut story = at_code();
    story.send(Event::ResendClicked);
    assert!(story.effects.is_empty(), "not yet");
    story.run_out(30_000);
    story.send(Event::ResendClicked);
    assert_eq!(story.pending().1, Call::Resend { id: "i1".into() });
    story.send(Event::ResendClicked);
    assert!(story.effects.is_empty());
    let told = story.told.len();
    story.answer(challenge(
        Challenge {
            destination: Some("•••77".into()),
            ..code_challenge()
        },
        4,
    ));
    assert_eq!(notice(&story), Some(&QuestionNotice::SentAnew));
    assert_eq!(asked(&story).destination.as_deref(), Some("•••77"));
    assert_eq!(story.told.len(), told, "it is the same question");
    story.timer(30_000);
}

#[test]
fn a_question_without_resend_offers_none() {
    let mut story = Story::at_question();
    assert!(story.open.is_empty());
    story.send(Event::ResendClicked);
    assert!(story.effects.is_empty());
}

#[test]
fn an_answer_may_overtake_the_code_that_is_sent_anew() {
    let mut story = resending();
    let (late, _) = story.pending();
    story.answer_question();
    assert!(story.effects.contains(&Effect::Cancel(late)));
    assert!(matches!(story.pending().1, Call::Answer { .. }));
}

#[test]
fn a_code_that_could_not_be_sent_anew_can_be_asked_for_at_once() {
    for error in [CallError::Unreachable, CallError::Unreadable] {
        let mut story = resending();
        story.fail(error);
        assert!(matches!(notice(&story), Some(QuestionNotice::NotSent(_))));
        assert!(story.open.is_empty());
        story.send(Event::ResendClicked);
        assert_eq!(story.pending().1, Call::Resend { id: "i1".into() });
    }
}

#[test]
fn a_sync_that_moved_on_meanwhile_is_followed() {
    let mut story = resending();
    story.answer(syncing(5));
    story.polls(5);
    let mut story = resending();
    story.answer(connected(5));
    story.shows(Screen::Success);
    let mut story = resending();
    story.answer(error("TemporaryFailureError", 5));
    story.shows(Screen::Failure);
}

#[test]
fn a_bank_that_sends_no_code_any_more_is_synced_anew() {
    let mut story = resending();
    story.fail(refused(409, "conflict"));
    assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
    let mut story = resending();
    story.fail(refused(404, "not_found"));
    story.fails_with("unknown_institution", WayOn::OtherBank, Some(WayOn::Leave));
}

#[test]
fn a_question_that_was_not_answered_in_time_is_asked_again_by_a_new_sync() {
    let mut story = expiring();
    story.answer(text_question("Pet?", 2));
    story.shows(Screen::Question);
    let form = story.form();
    story.send(Event::QuestionExpired { form });
    story.fails_with("question_expired", WayOn::TryAgain, Some(WayOn::OtherBank));
    let answer = Secret::new(ANSWER);
    story.send(Event::AnswerGiven { form, answer });
    story.shows(Screen::Failure);
    story.choose(WayOn::TryAgain);
    assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
}

#[test]
fn only_the_backend_ends_a_question_whatever_the_device_says() {
    let mut story = expiring();
    let form = story.form();
    story.send(Event::QuestionExpired { form });
    assert!(story.effects.is_empty(), "it is asked once at a time");
    story.fail(CallError::Unreachable);
    story.send(Event::QuestionExpired { form });
    assert!(story.effects.is_empty(), "not at once again");
    story.run_out(2_000);
    story.send(Event::QuestionExpired { form });
    story.answer(text_question("Pet?", 2));
    story.shows(Screen::Question);
    story.answer_question();
    assert!(matches!(story.pending().1, Call::Answer { .. }));
}

#[test]
fn what_has_become_of_the_question_meanwhile_counts() {
    let mut story = expiring();
    story.answer(syncing(5));
    story.polls(5);
    let mut story = expiring();
    story.answer(text_question("City?", 3));
    assert_eq!(asked(&story).prompt, "City?");
    let mut story = expiring();
    story.fail(refused(404, "not_found"));
    story.fails_with("unknown_institution", WayOn::OtherBank, Some(WayOn::Leave));
}

#[test]
fn an_answer_that_came_too_late_is_said_when_the_bank_asks_anew() {
    let mut story = Story::at_question();
    story.answer_question();
    story.fail(refused(409, "conflict"));
    assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
    story.answer(text_question("Pet?", 4));
    assert_eq!(notice(&story), Some(&QuestionNotice::TooLate));
    story.answer_question();
    story.answer(text_question("City?", 5));
    assert_eq!(notice(&story), None, "that one was in time");
}

fn expiring() -> Story {
    let mut story = Story::at_question();
    let form = story.form();
    story.send(Event::QuestionExpired { form });
    assert_eq!(story.pending().1, Call::Institution { id: "i1".into() });
    story
}

#[test]
fn the_time_of_a_question_that_was_answered_does_not_run_out() {
    let mut story = Story::at_question();
    let form = story.form();
    story.answer_question();
    story.send(Event::QuestionExpired { form });
    assert!(story.effects.is_empty());
    story.shows(Screen::Connecting);
}

#[test]
fn an_approval_in_the_banks_app_is_polled_for_and_told_once() {
    let mut story = at_approval();
    story.shows(Screen::Question);
    assert!(matches!(story.pending().1, Call::Poll { version: 2, .. }));
    story.answer(challenge(approval(), 3));
    story.answer(Answer::Unchanged);
    story.run_out(POLL_PAUSE);
    story.shows(Screen::Question);
    let kinds: Vec<ChallengeKind> = story.told.iter().filter_map(kind).collect();
    assert_eq!(kinds, [ChallengeKind::Approve]);
    story.answer(syncing(4));
    story.polls(4);
    story.answer(connected(5));
    story.shows(Screen::Success);
}

#[test]
fn an_approval_that_was_denied_or_never_came_is_a_failure() {
    let mut story = at_approval();
    story.answer(error("ConsentDeniedError", 3));
    story.fails_with("consent_denied", WayOn::OtherBank, Some(WayOn::EditLogin));
    let mut story = at_approval();
    story.run_out(DEADLINE);
    story.fails_with("timeout", WayOn::TryAgain, Some(WayOn::OtherBank));
}

#[test]
fn an_approval_can_be_cancelled() {
    let mut story = at_approval();
    assert!(story.machine.can_go_back());
    story.send(Event::BackClicked);
    assert_eq!(story.removed(), ["i1"]);
    form_again(&story, None);
}

#[test]
fn an_approval_may_be_followed_by_a_question() {
    let mut story = at_approval();
    story.answer(text_question("Pet?", 3));
    assert_eq!(asked(&story).prompt, "Pet?");
    let kinds: Vec<ChallengeKind> = story.told.iter().filter_map(kind).collect();
    assert_eq!(kinds, [ChallengeKind::Approve, ChallengeKind::Text]);
}

/// The bank has sent a code.
fn at_code() -> Story {
    let mut story = Story::polling();
    story.answer(challenge(code_challenge(), 2));
    story
}

/// It was asked to send it anew.
fn resending() -> Story {
    let mut story = at_code();
    story.run_out(30_000);
    story.send(Event::ResendClicked);
    story
}

/// The user is to confirm in the bank's app.
fn at_approval() -> Story {
    let mut story = Story::polling();
    story.answer(challenge(approval(), 2));
    story
}
