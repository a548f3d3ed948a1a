//! A running sync: polls, pauses, deadline, the way out.

use crate::credentials::form_again;
use crate::story::{DEADLINE, PAUSES, POLL_PAUSE, Story};
use crate::world::{
    busy, connected, delayed, error, listing, login_of, refused, syncing, syncing_at, text_question,
};
use connect_core::api::SyncStep;
use connect_core::flow::{
    Answer, Call, CallError, Effect, Event, Notice, Report, Screen, State, WayOn,
};

#[test]
fn news_are_asked_for_with_the_version_seen_last() {
    let mut story = Story::polling();
    story.answer(syncing(2));
    story.polls(2);
    story.answer(syncing_at(SyncStep::Accounts, 7));
    story.polls(7);
    story.answer(connected(8));
    story.shows(Screen::Success);
    assert_eq!(story.calls(), 0);
}

#[test]
fn a_poll_without_news_is_followed_by_a_pause_and_the_same_poll() {
    let mut story = Story::polling();
    for _ in 0..3 {
        story.answer(Answer::Unchanged);
        assert_eq!(story.calls(), 0);
        story.run_out(POLL_PAUSE);
        story.polls(1);
    }
}

#[test]
fn a_backend_that_repeats_itself_is_not_flooded() {
    let mut story = Story::polling();
    story.answer(syncing(1));
    assert_eq!(story.calls(), 0);
    story.run_out(POLL_PAUSE);
    story.polls(1);
}

#[test]
fn an_unreachable_server_is_polled_again_with_growing_pauses_and_the_same_version() {
    let mut story = Story::polling();
    story.answer(syncing(5));
    for pause in PAUSES {
        story.fail(CallError::Unreachable);
        story.shows(Screen::Connecting);
        assert!(story.machine.banner().is_some());
        story.run_out(pause);
        story.polls(5);
    }
    story.answer(Answer::Unchanged);
    assert_eq!(story.machine.banner(), None);
    story.run_out(POLL_PAUSE);
    story.fail(CallError::Unreachable);
    story.run_out(PAUSES[0]);
    story.polls(5);
}

#[test]
fn retry_after_is_obeyed_up_to_an_hour() {
    for (seconds, millis) in [
        (0, 1_000),
        (7, 7_000),
        (3_600, 3_600_000),
        (86_400, 3_600_000),
    ] {
        for status in [429, 503] {
            let mut story = Story::polling();
            story.fail(busy(status, seconds));
            story.run_out(millis);
            story.polls(1);
        }
    }
}

#[test]
fn the_user_need_not_wait_for_the_pause() {
    let mut story = Story::polling();
    story.fail(busy(503, 30));
    story.send(Event::TryNowClicked);
    story.polls(1);
    story.send(Event::TryNowClicked);
    story.polls(1);
}

#[test]
fn an_answer_that_is_no_news_is_asked_for_again() {
    for odd in [Answer::Done, listing(&[])] {
        let mut story = Story::polling();
        story.answer(odd);
        story.run_out(500);
        story.polls(1);
    }
    for odd in [Answer::Done, Answer::Unchanged] {
        let mut story = Story::reconnecting();
        story.answer(connected(3));
        story.answer(login_of("Demo"));
        story.answer(odd);
        story.run_out(500);
        assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
    }
}

#[test]
fn three_minutes_without_news_end_the_wait() {
    let mut story = Story::polling();
    story.answer(Answer::Unchanged);
    story.run_out(DEADLINE);
    story.fails_with("timeout", WayOn::TryAgain, Some(WayOn::OtherBank));
    let before = story.machine.clone();
    story.choose(WayOn::TryAgain);
    assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
    story.machine = before;
    story.choose(WayOn::OtherBank);
    assert_eq!(story.removed(), ["i1"]);
    assert_eq!(story.rows(), ["Demo", "Acme"]);
}

#[test]
fn news_begin_the_three_minutes_anew_and_old_ones_do_not() {
    let mut story = Story::polling();
    let first = story.timer(DEADLINE);
    story.answer(syncing(3));
    let second = story.timer(DEADLINE);
    assert_ne!(first, second);
    story.send(Event::Woke(first));
    story.shows(Screen::Connecting);
    // A backend of several machines, one of them behind the others.
    story.answer(syncing(2));
    assert_eq!(story.timer(DEADLINE), second);
    story.run_out(POLL_PAUSE);
    story.polls(3);
    story.answer(syncing(3));
    assert_eq!(story.timer(DEADLINE), second);
    story.run_out(DEADLINE);
    story.shows(Screen::Failure);
}

#[test]
fn words_get_calmer_after_ten_and_after_thirty_seconds() {
    let mut story = Story::polling();
    assert_eq!(calm(&story), 0);
    story.run_out(10_000);
    assert_eq!(calm(&story), 1);
    story.run_out(20_000);
    assert_eq!(calm(&story), 2);
    story.polls(1);
}

#[test]
fn steps_never_go_back() {
    let mut story = Story::polling();
    story.answer(syncing_at(SyncStep::Accounts, 2));
    story.answer(syncing_at(SyncStep::Login, 3));
    story.answer(syncing(4));
    match &story.machine.state {
        State::Connecting(connecting) => assert_eq!(connecting.step, Some(SyncStep::Accounts)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn cancelling_a_new_connection_removes_it_and_keeps_the_username() {
    let mut story = Story::polling();
    let (late, _) = story.pending();
    story.send(Event::BackClicked);
    assert_eq!(story.removed(), ["i1"]);
    form_again(&story, None);
    let before = story.machine.state.clone();
    story.send(Event::Answered {
        ticket: late,
        answer: Ok(connected(9)),
    });
    assert_eq!(story.machine.state, before);
    assert!(story.effects.is_empty());
    story.submit();
    assert!(matches!(story.pending().1, Call::Create { .. }));
}

#[test]
fn a_connection_cancelled_before_the_backend_has_named_it_is_removed_as_soon_as_it_does() {
    for leave in [Event::BackClicked, Event::CloseClicked] {
        let mut story = Story::sent();
        let (create, _) = story.pending();
        story.send(leave);
        assert!(!story.effects.contains(&Effect::Cancel(create)));
        let before = story.machine.state.clone();
        story.send(Event::Answered {
            ticket: create,
            answer: Ok(syncing(1)),
        });
        assert_eq!(story.removed(), ["i1"]);
        assert_eq!(story.machine.state, before);
    }
}

#[test]
fn a_connection_that_was_there_already_says_so_at_once() {
    let mut story = Story::sent();
    story.answer(connected(1));
    story.shows(Screen::Success);
    let mut story = Story::sent();
    story.answer(text_question("Pet?", 1));
    story.shows(Screen::Question);
}

#[test]
fn a_delayed_connection_stays_and_the_user_may_leave() {
    let mut story = Story::polling();
    story.answer(delayed(2));
    story.fails_with("delayed", WayOn::Leave, Some(WayOn::OtherBank));
    story.choose(WayOn::OtherBank);
    assert!(story.removed().is_empty(), "the bank goes on with it");
}

#[test]
fn a_refused_login_while_reconnecting_leads_to_the_form() {
    let mut story = Story::reconnecting();
    story.answer(connected(3));
    story.answer(login_of("Demo"));
    story.answer(syncing(4));
    story.answer(error("LoginFailedError", 5));
    match &story.machine.state {
        State::Credentials(login) => assert_eq!(login.notice, Some(Notice::LoginRefused)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_token_that_ends_while_connecting_has_its_own_screen() {
    let mut story = Story::polling();
    story.fail(refused(401, "token_expired"));
    story.shows(Screen::SessionExpired);
    let mut story = Story::polling();
    story.fail(refused(401, "invalid_token"));
    story.shows(Screen::SessionExpired);
}

#[test]
fn success_is_told_when_the_connection_stands_and_again_when_the_user_leaves() {
    let mut story = Story::polling();
    story.answer(connected(2));
    let told = &story.told[story.told.len() - 2];
    assert!(matches!(told, Report::Connected { .. }));
    assert!(story.terminal().is_empty());
    story.send(Event::DoneClicked);
    assert!(matches!(story.terminal()[..], [Report::Succeeded { .. }]));
}

fn calm(story: &Story) -> u8 {
    match &story.machine.state {
        State::Connecting(connecting) => connecting.calm,
        other => panic!("no sync in {other:?}"),
    }
}
