//! The page is loaded anew in the middle: the connection under way is found again, by its user and on its errand.

use crate::story::{POLL_PAUSE, Story};
use crate::world::{
    connected, error, launch, listing, login_of, refused, session, session_with, syncing,
    syncing_at, text_question,
};
use connect_core::api::{Consent, LaunchOptions, SyncStep};
use connect_core::flow::{Answer, Call, CallError, Effect, Event, Report, Screen, State, WayOn};
use connect_core::launch::{Kept, Launch};

#[test]
fn what_a_reload_needs_is_kept_as_long_as_the_connection_is_under_way() {
    let mut story = Story::at_login();
    assert_eq!(story.kept, None);
    story.submit();
    assert_eq!(story.kept, None, "it has no name yet");
    story.answer(syncing(1));
    assert_eq!(story.kept, Some(kept()));
    story.answer(text_question("Pet?", 2));
    story.answer_question();
    assert_eq!(story.kept, Some(kept()));
    story.answer(connected(3));
    assert_eq!(story.kept, None);
    assert!(story.effects.contains(&Effect::Keep(None)));
}

#[test]
fn giving_up_forgets_it() {
    for leave in [Event::BackClicked, Event::CloseClicked] {
        let mut story = Story::polling();
        story.send(leave);
        assert_eq!(story.kept, None);
    }
}

#[test]
fn a_running_sync_is_followed_and_can_still_be_given_up() {
    let mut story = reloaded();
    story.answer(syncing_at(SyncStep::Accounts, 3));
    story.answer(login_of("Demo"));
    match &story.machine.state {
        State::Connecting(connecting) => assert_eq!(connecting.step, Some(SyncStep::Accounts)),
        other => panic!("{other:?}"),
    }
    story.run_out(POLL_PAUSE);
    story.polls(3);
    story.send(Event::BackClicked);
    assert_eq!(story.removed(), ["i1"]);
}

#[test]
fn a_question_is_asked_again() {
    let mut story = reloaded();
    story.answer(text_question("Pet?", 3));
    story.answer(login_of("Demo"));
    story.shows(Screen::Question);
    story.answer_question();
    assert!(matches!(story.pending().1, Call::Answer { .. }));
}

#[test]
fn a_connection_that_stands_by_now_is_a_success() {
    let mut story = reloaded();
    story.answer(connected(3));
    story.answer(login_of("Demo"));
    story.shows(Screen::Success);
    assert_eq!(story.kept, None);
    story.send(Event::DoneClicked);
    assert!(matches!(story.terminal()[..], [Report::Succeeded(_)]));
}

#[test]
fn a_refused_login_is_asked_for_again_and_a_failure_is_shown() {
    let mut story = reloaded();
    story.answer(error("LoginFailedError", 3));
    story.answer(login_of("Demo"));
    story.submit();
    assert!(matches!(story.pending().1, Call::Login { .. }));
    let mut story = reloaded();
    story.answer(error("TemporaryFailureError", 3));
    story.answer(login_of("Demo"));
    story.fails_with("temporary_failure", WayOn::TryAgain, Some(WayOn::OtherBank));
}

#[test]
fn a_connection_that_is_gone_leads_to_the_list() {
    for status in [404, 403] {
        let mut story = reloaded();
        story.fail(refused(status, ""));
        assert_eq!(story.rows(), ["Demo"]);
        assert_eq!(story.kept, None);
    }
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    let mut story = reloaded();
    story.fail(CallError::Unreachable);
    story.run_out(500);
    story.answer(Answer::Done);
    story.run_out(1_000);
    assert_eq!(story.pending().1, Call::Institution { id: "i1".into() });
}

#[test]
fn a_bank_that_left_the_catalogue_does_not_take_its_connection_with_it() {
    let mut story = reloaded();
    story.answer(connected(3));
    story.fail(refused(404, "unknown_provider"));
    story.shows(Screen::Success);
}

#[test]
fn somebody_else_does_not_go_on_with_it() {
    let mut story = Story::start(Launch {
        kept: Some(Kept {
            user: "u2".into(),
            ..kept()
        }),
        ..launch()
    });
    story.answer(listing(&["Demo"]));
    story.answer(session());
    story.shows(Screen::Search);
    assert!(story.effects.contains(&Effect::Keep(None)));
    assert!(story.removed().is_empty(), "it is not theirs");
}

#[test]
fn another_errand_does_not_go_on_with_it_and_the_same_one_does() {
    for (fresh, removed) in [(true, &["i1"][..]), (false, &[])] {
        let mut story = Story::start(Launch {
            institution: Some("i2".into()),
            kept: Some(Kept { fresh, ..kept() }),
            ..launch()
        });
        story.answer(session());
        assert_eq!(story.removed(), removed, "nobody comes back to it");
        let id = "i2".to_string();
        assert_eq!(story.pending().1, Call::Institution { id });
    }
    let mut story = Story::start(Launch {
        provider: Some("acme".into()),
        kept: Some(kept()),
        ..launch()
    });
    story.answer(session());
    assert_eq!(story.pending().1, Call::Provider { id: "acme".into() });
    // The errand's own look syncs first; a reload follows the sync that runs already.
    let mut story = reloaded_reconnect();
    story.answer(syncing(5));
    story.answer(login_of("Demo"));
    story.run_out(POLL_PAUSE);
    story.polls(5);
}

#[test]
fn what_a_connection_of_before_last_said_is_no_answer_in_this_session() {
    for found in [error("LoginFailedError", 3), text_question("Pet?", 3)] {
        let mut story = reloaded_reconnect();
        story.answer(found);
        story.answer(login_of("Demo"));
        let said = |report: &Report| {
            matches!(report, Report::Failed { .. } | Report::QuestionAsked { .. })
        };
        assert!(!story.told.iter().any(said), "{:?}", story.told);
    }
}

#[test]
fn the_x_before_it_is_found_removes_a_new_connection() {
    let mut story = reloaded();
    story.send(Event::CloseClicked);
    assert_eq!(story.removed(), ["i1"]);
    let Report::Left { place, .. } = story.terminal()[0] else {
        panic!("{:?}", story.told)
    };
    assert_eq!(place.institution, None);
}

#[test]
fn whoever_goes_on_has_consented_and_whoever_begins_anew_is_asked() {
    let options = LaunchOptions {
        consent: Some(Consent::default()),
        ..LaunchOptions::default()
    };
    let mut story = Story::start(Launch {
        kept: Some(kept()),
        ..launch()
    });
    story.answer(listing(&["Demo"]));
    story.answer(session_with(options));
    assert_eq!(story.pending().1, Call::Institution { id: "i1".into() });
    story.fail(refused(404, "not_found"));
    story.shows(Screen::Consent);
}

fn kept() -> Kept {
    Kept {
        user: "u1".into(),
        institution: Some("i1".into()),
        login: None,
        fresh: true,
        errand: " ".into(),
    }
}

/// The page was loaded anew while `i1`, a connection of before, was being reconnected.
fn reloaded_reconnect() -> Story {
    let mut story = Story::start(Launch {
        institution: Some("i1".into()),
        kept: Some(Kept {
            fresh: false,
            errand: " i1".into(),
            ..kept()
        }),
        ..launch()
    });
    story.answer(session());
    story
}

/// The page was loaded anew while `i1` was being made; the backend is asked for it.
pub fn reloaded() -> Story {
    let mut story = Story::start(Launch {
        kept: Some(kept()),
        ..launch()
    });
    story.answer(listing(&["Demo"]));
    story.answer(session());
    assert_eq!(story.pending().1, Call::Institution { id: "i1".into() });
    story
}
