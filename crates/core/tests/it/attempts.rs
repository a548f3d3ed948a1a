//! The page allows so many refused logins at a bank.

use crate::story::{Story, with_launch};
use crate::world::{bank, connected, error, launch, listing, login_of, session, syncing};
use connect_core::api::LaunchOptions;
use connect_core::flow::{Event, Failure, Report, Screen, State, WayOn};
use connect_core::launch::Launch;

#[test]
fn the_last_refusal_is_a_failure_of_its_own() {
    for most in [1, 2, 5] {
        let mut story = allowing(most);
        for number in 1..most {
            refuse(&mut story);
            story.shows(Screen::Credentials);
            assert_eq!(codes(&story).len(), number as usize);
        }
        refuse(&mut story);
        story.fails_with("too_many_attempts", WayOn::OtherBank, Some(WayOn::Leave));
        let codes = codes(&story);
        let (last, refusals) = codes.split_last().expect("failures");
        assert_eq!(*last, "too_many_attempts");
        assert_eq!(refusals, vec!["invalid_credentials"; most as usize]);
        assert!(story.terminal().is_empty(), "the user may still go on");
    }
}

#[test]
fn leaving_from_there_is_an_error_that_says_so() {
    let mut story = allowing(1);
    refuse(&mut story);
    story.choose(WayOn::Leave);
    let [Report::Errored { failure, place }] = story.terminal()[..] else {
        panic!("{:?}", story.told)
    };
    assert_eq!(*failure, Failure::TooManyAttempts);
    assert_eq!(
        place.bank.as_ref().map(|bank| bank.id.as_str()),
        Some("demo")
    );
}

#[test]
fn a_bank_that_is_chosen_anew_has_all_its_logins_again() {
    let mut story = allowing(2);
    refuse(&mut story);
    story.send(Event::BackClicked);
    story.pick(bank("Demo"));
    refuse(&mut story);
    story.shows(Screen::Credentials);
    refuse(&mut story);
    story.choose(WayOn::OtherBank);
    story.pick(bank("Demo"));
    refuse(&mut story);
    story.shows(Screen::Credentials);
}

#[test]
fn a_good_login_after_a_refused_one_connects() {
    let mut story = allowing(2);
    refuse(&mut story);
    story.submit();
    story.answer(connected(3));
    story.shows(Screen::Success);
}

#[test]
fn a_refused_login_whose_connection_the_backend_has_removed_counts() {
    let mut story = allowing(1);
    story.submit();
    story.answer(syncing(1));
    story.fail(crate::world::refused(404, "not_found"));
    story.fails_with("too_many_attempts", WayOn::OtherBank, Some(WayOn::Leave));
}

#[test]
fn what_was_not_sent_is_no_attempt() {
    let mut story = allowing(1);
    story.submit();
    story.fail(connect_core::flow::CallError::Unreachable);
    story.shows(Screen::Credentials);
}

#[test]
fn without_a_word_about_it_a_login_is_asked_for_again_and_again() {
    let mut story = Story::at_login();
    for _ in 0..20 {
        refuse(&mut story);
        story.shows(Screen::Credentials);
    }
}

#[test]
fn a_mended_connection_counts_as_well_and_is_not_removed() {
    let mut story = Story::start(Launch {
        institution: Some("i1".into()),
        most_logins: Some(1),
        ..launch()
    });
    story.answer(session());
    story.answer(error("LoginFailedError", 3));
    story.answer(login_of("Demo"));
    story.shows(Screen::Credentials);
    refuse(&mut story);
    story.fails_with("too_many_attempts", WayOn::OtherBank, Some(WayOn::Leave));
    story.choose(WayOn::OtherBank);
    assert!(story.removed().is_empty());
    story.answer(listing(&["Demo"]));
    assert_eq!(story.rows(), ["Demo"]);
}

#[test]
fn at_the_only_bank_the_one_way_is_out() {
    let mut story = Story::start(Launch {
        provider: Some("demo".into()),
        fixed_bank: true,
        most_logins: Some(1),
        ..launch()
    });
    story.answer(session());
    story.answer(login_of("Demo"));
    refuse(&mut story);
    story.fails_with("too_many_attempts", WayOn::Leave, None);
    assert!(matches!(&story.machine.state, State::Failed(_)));
}

/// Demo's login is shown, and so many of its refusals are allowed.
fn allowing(most: u32) -> Story {
    let launch = Launch {
        most_logins: Some(most),
        ..launch()
    };
    let mut story = with_launch(launch, LaunchOptions::default());
    story.pick(bank("Demo"));
    story
}

/// A login is sent and refused.
fn refuse(story: &mut Story) {
    story.submit();
    story.answer(error("LoginFailedError", 2));
}

/// The failures that the host was told of.
fn codes(story: &Story) -> Vec<&'static str> {
    let mut codes = Vec::new();
    for report in &story.told {
        if let Report::Failed { failure, .. } = report {
            codes.push(failure.code());
        }
    }
    codes
}
