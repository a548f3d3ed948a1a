//! A connection of before: looked up first, then synced or logged in to anew.

use crate::story::{Story, fields};
use crate::world::{connected, error, listing, login_of, refused, text_question};
use connect_core::flow::{Answer, Call, CallError, Screen, State, WayOn};

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
