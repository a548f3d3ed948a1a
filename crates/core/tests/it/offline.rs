//! The browser is offline: nothing is tried in vain, nothing ends for it, and online it goes on at once.

use crate::story::{DEADLINE, Story};
use crate::world::{launch, listing, session};
use connect_core::flow::{Banner, Call, CallError, Event, Report, Screen, Trouble};
use connect_core::launch::Launch;

#[test]
fn nothing_is_tried_while_offline_and_all_goes_on_at_once_when_online() {
    for mut story in in_trouble() {
        let call = story.pending().1;
        story.fail(CallError::Unreachable);
        story.send(Event::WentOffline);
        assert_eq!(story.machine.banner(), Some(Banner::Offline));
        story.run_out(500);
        assert!(story.effects.is_empty(), "{:?}", story.effects);
        assert_eq!(story.calls(), 0);
        story.send(Event::CameOnline);
        assert_eq!(story.pending().1, call);
        assert_eq!((story.calls(), story.machine.banner()), (1, None));
    }
}

#[test]
fn a_pause_that_has_not_run_out_is_cut_short_when_online() {
    for mut story in in_trouble() {
        let call = story.pending().1;
        story.send(Event::WentOffline);
        story.fail(CallError::Unreachable);
        let timer = story.timer(500);
        story.send(Event::CameOnline);
        assert_eq!(story.pending().1, call);
        story.send(Event::Woke(timer));
        assert!(story.effects.is_empty(), "not tried twice");
    }
}

#[test]
fn the_user_may_try_all_the_same() {
    for mut story in in_trouble() {
        let call = story.pending().1;
        story.fail(CallError::Unreachable);
        story.send(Event::WentOffline);
        story.run_out(500);
        story.send(Event::TryNowClicked);
        assert_eq!(story.pending().1, call);
    }
}

#[test]
fn a_page_that_is_opened_offline_says_so_and_waits() {
    let mut story = Story::start(Launch {
        offline: true,
        ..launch()
    });
    assert_eq!(story.machine.banner(), Some(Banner::Offline));
    story.fail(CallError::Unreachable);
    story.fail(CallError::Unreachable);
    story.run_out(500);
    assert_eq!(story.calls(), 0);
    story.send(Event::CameOnline);
    story.answer(session());
    story.shows(Screen::Search);
}

#[test]
fn the_three_minutes_do_not_end_an_offline_wait() {
    let mut story = Story::polling();
    story.fail(CallError::Unreachable);
    story.send(Event::WentOffline);
    for _ in 0..3 {
        story.run_out(DEADLINE);
        story.shows(Screen::Connecting);
    }
    story.send(Event::CameOnline);
    story.polls(1);
    story.run_out(DEADLINE);
    story.shows(Screen::Failure);
}

#[test]
fn a_poll_that_the_outage_cut_off_goes_on() {
    let mut story = Story::polling();
    story.send(Event::WentOffline);
    story.fail(CallError::Unreachable);
    story.run_out(500);
    assert_eq!(story.calls(), 0);
    story.send(Event::CameOnline);
    story.polls(1);
}

#[test]
fn an_answer_shows_that_the_browser_is_wrong_about_the_network() {
    let mut story = Story::start(Launch {
        offline: true,
        ..launch()
    });
    let (session, _) = story.open[0].clone();
    story.send(Event::Answered {
        ticket: session,
        answer: Err(CallError::Unreachable),
    });
    story.run_out(500);
    assert_eq!(story.machine.banner(), Some(Banner::Offline));
    story.answer(listing(&["Demo"]));
    assert_ne!(story.machine.banner(), Some(Banner::Offline));
    assert!(matches!(story.pending().1, Call::Session { .. }));
}

#[test]
fn online_again_changes_nothing_where_nothing_was_tried() {
    let mut story = Story::at_login();
    let before = story.machine.state.clone();
    story.send(Event::WentOffline);
    story.send(Event::CameOnline);
    story.send(Event::CameOnline);
    assert_eq!(story.machine.state, before);
    assert!(story.effects.is_empty());
    let told = &story.told[story.told.len() - 2..];
    assert_eq!(told, [Report::WentOffline, Report::CameOnline], "each once");
}

#[test]
fn offline_is_said_before_any_other_trouble_and_not_after_the_end() {
    let mut story = Story::polling();
    story.fail(CallError::Unreachable);
    let trouble = Banner::TryingAgain(Trouble::Unreachable);
    assert_eq!(story.machine.banner(), Some(trouble));
    story.send(Event::WentOffline);
    assert_eq!(story.machine.banner(), Some(Banner::Offline));
    story.send(Event::CloseClicked);
    assert_eq!(story.machine.banner(), None);
}

#[test]
fn the_host_hears_once_that_the_network_went_and_once_that_it_came() {
    let mut story = Story::polling();
    let told = story.told.len();
    for event in [
        Event::WentOffline,
        Event::WentOffline,
        Event::CameOnline,
        Event::CameOnline,
        Event::WentOffline,
    ] {
        story.send(event);
    }
    let news = [Report::WentOffline, Report::CameOnline, Report::WentOffline];
    assert_eq!(story.told[told..], news);
}

#[test]
fn a_host_that_nobody_has_vouched_for_does_not_hear_of_the_network() {
    let mut story = Story::start(launch());
    story.send(Event::WentOffline);
    story.send(Event::CameOnline);
    assert_eq!(story.told, []);
    let mut ended = Story::at_search(&["Demo"]);
    ended.send(Event::CloseClicked);
    let told = ended.told.len();
    ended.send(Event::WentOffline);
    assert_eq!(ended.told.len(), told);
}

/// Every state that asks again by itself, with its one call under way.
fn in_trouble() -> Vec<Story> {
    let mut starting = Story::start(launch());
    starting.answer(listing(&["Demo"]));
    let mut searching = Story::at_search(&["Demo"]);
    searching.type_in("b");
    let mut preparing = Story::at_search(&["Demo"]);
    preparing.send(Event::Picked("demo".into()));
    let polling = Story::polling();
    assert!(matches!(polling.pending().1, Call::Poll { .. }));
    vec![
        starting,
        searching,
        preparing,
        Story::reconnecting(),
        polling,
    ]
}
