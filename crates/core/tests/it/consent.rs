//! The client's consent screen: before anything else, asked once.

use crate::story::{Story, with_launch};
use crate::world::{self, launch, listing, session_with};
use connect_core::api::{Consent, LaunchOptions};
use connect_core::flow::{Call, CallError, Event, Place, Reason, Report, Screen};
use connect_core::launch::Launch;

#[test]
fn consent_comes_first_and_then_the_banks_that_came_meanwhile() {
    let mut story = asked(launch());
    story.shows(Screen::Consent);
    let screen = Report::ScreenShown(Screen::Consent);
    assert_eq!(story.told, [Report::Opened, screen]);
    story.send(Event::ConsentGiven);
    assert_eq!(story.rows(), ["Demo", "Oauth", "Down"]);
    assert_eq!(story.calls(), 0);
    let screen = Report::ScreenShown(Screen::Search);
    assert_eq!(story.told[2..], [Report::ConsentGiven, screen]);
}

#[test]
fn banks_that_come_while_the_user_reads_or_later_are_not_asked_for_twice() {
    for reads in [true, false] {
        let mut story = Story::start(launch());
        let (providers, _) = story.pending();
        let (session, _) = story.open[0].clone();
        story.send(Event::Answered {
            ticket: session,
            answer: Ok(session_with(options())),
        });
        story.shows(Screen::Consent);
        if reads {
            story.answer(listing(&["Demo"]));
        }
        story.send(Event::ConsentGiven);
        if !reads {
            assert_eq!((story.pending().0, story.calls()), (providers, 1));
            story.answer(listing(&["Demo"]));
        }
        assert_eq!(story.rows(), ["Demo"]);
        assert_eq!(story.calls(), 0);
    }
}

#[test]
fn banks_that_could_not_be_had_are_asked_for_by_the_list() {
    let mut story = Story::start(launch());
    story.fail(CallError::Unreachable);
    story.answer(session_with(options()));
    story.shows(Screen::Consent);
    assert_eq!(story.calls(), 0);
    story.send(Event::ConsentGiven);
    assert!(matches!(story.pending().1, Call::Providers { .. }));
}

#[test]
fn declining_leaves_and_says_why() {
    let mut story = asked(launch());
    story.send(Event::ConsentDeclined);
    story.shows(Screen::Ended);
    let left = Report::Left {
        place: Place::default(),
        reason: Reason::DeniedConsent,
    };
    assert_eq!(story.terminal(), [&left]);
    assert!(story.open.is_empty());
}

#[test]
fn closing_is_no_declining() {
    let mut story = asked(launch());
    story.send(Event::CloseClicked);
    let left = Report::Left {
        place: Place::default(),
        reason: Reason::UserClosed,
    };
    assert_eq!(story.terminal(), [&left]);
}

#[test]
fn a_preselected_bank_waits_for_consent() {
    let mut story = Story::start(Launch {
        provider: Some("demo".into()),
        ..launch()
    });
    story.answer(session_with(options()));
    story.shows(Screen::Consent);
    assert_eq!(story.calls(), 0);
    story.send(Event::ConsentGiven);
    assert_eq!(story.pending().1, Call::Provider { id: "demo".into() });
}

#[test]
fn whoever_mends_a_connection_has_agreed_before() {
    let mut story = Story::start(Launch {
        institution: Some("i1".into()),
        ..launch()
    });
    story.answer(session_with(options()));
    assert_eq!(story.pending().1, Call::Institution { id: "i1".into() });
}

#[test]
fn consent_is_asked_once() {
    let mut story = asked(launch());
    story.send(Event::ConsentGiven);
    story.pick(world::bank("Demo"));
    story.send(Event::BackClicked);
    story.shows(Screen::Search);
    story.send(Event::ConsentGiven);
    assert!(story.effects.is_empty());
}

fn asked(launch: Launch) -> Story {
    with_launch(launch, options())
}

fn options() -> LaunchOptions {
    LaunchOptions {
        consent: Some(Consent::default()),
        ..LaunchOptions::default()
    }
}
