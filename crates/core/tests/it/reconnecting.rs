//! A connection of before: looked up first, then synced or logged in to anew.

use crate::story::{Story, fields};
use crate::world::{
    connected, error, launch, listing, login_of, refused, session, syncing, text_question,
};
use connect_core::flow::{Answer, Call, CallError, Purpose, Screen, State, WayOn};
use connect_core::launch::Launch;

#[test]
fn a_connection_in_error_is_logged_in_to_anew() {
    let mut story = Story::reconnecting();
    let id = "i1".to_string();
    assert_eq!(story.pending().1, Call::Institution { id: id.clone() });
    story.answer(error("LoginFailedError", 3));
    story.answer(login_of("Demo"));
    story.submit();
    let credentials = fields();
    assert_eq!(story.pending().1, Call::Login { id, credentials });
}

#[test]
fn an_old_question_and_a_good_connection_get_a_new_sync_first() {
    for found in [text_question("Pet?", 3), connected(3)] {
        let mut story = Story::reconnecting();
        story.answer(found);
        story.answer(login_of("Demo"));
        story.shows(Screen::Connecting);
        assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
    }
}

#[test]
fn a_connection_that_is_gone_leads_to_the_list() {
    let mut story = Story::reconnecting();
    story.fail(refused(404, "not_found"));
    story.fails_with("unknown_institution", WayOn::OtherBank, Some(WayOn::Leave));
    story.choose(WayOn::OtherBank);
    story.answer(listing(&["Demo"]));
    assert_eq!(story.rows(), ["Demo"]);
}

#[test]
fn a_connection_that_cannot_be_read_yet_is_asked_for_again() {
    for odd in [Answer::Done, Answer::Unchanged] {
        let mut story = Story::reconnecting();
        story.answer(odd);
        story.run_out(500);
        story.fail(CallError::Unreachable);
        story.run_out(1_000);
        story.answer(error("LoginFailedError", 3));
        assert!(matches!(story.machine.state, State::Preparing(_)));
    }
}

#[test]
fn a_connection_that_the_backend_will_not_show_can_be_asked_for_again() {
    let mut story = Story::reconnecting();
    story.fail(refused(400, "teapot"));
    story.fails_with("server_error", WayOn::TryAgain, Some(WayOn::Leave));
    story.choose(WayOn::TryAgain);
    assert_eq!(story.pending().1, Call::Institution { id: "i1".into() });
}

#[test]
fn a_healthy_connection_says_so_and_is_read_anew() {
    let mut story = Story::reconnecting();
    story.answer(connected(3));
    story.answer(login_of("Demo"));
    match &story.machine.state {
        State::Connecting(connecting) => assert_eq!(connecting.purpose, Purpose::Refresh),
        other => panic!("{other:?}"),
    }
    story.answer(syncing(4));
    story.answer(connected(5));
    match &story.machine.state {
        State::Success(success) => assert_eq!(success.purpose, Purpose::Refresh),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_old_question_is_asked_after_a_sync_of_its_own() {
    let mut story = Story::reconnecting();
    story.answer(text_question("Old?", 3));
    story.answer(login_of("Demo"));
    story.shows(Screen::Connecting);
    story.answer(syncing(4));
    story.polls(4);
    story.answer(text_question("New?", 5));
    match &story.machine.state {
        State::Question(question) => assert_eq!(question.challenge.prompt, "New?"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_preselected_bank_that_the_backend_will_not_show_can_be_asked_for_again() {
    let mut story = Story::start(Launch {
        provider: Some("demo".into()),
        ..launch()
    });
    story.answer(session());
    story.fail(refused(400, "teapot"));
    story.choose(WayOn::TryAgain);
    assert_eq!(story.pending().1, Call::Provider { id: "demo".into() });
}
