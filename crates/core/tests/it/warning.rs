//! What the user should know before they log in, and the other ways to the same bank.

use crate::story::Story;
use crate::world::{bank, bank_that_is, error, oauth_bank, provider};
use connect_core::api::{Duplicates, LaunchOptions, Provider, ProviderStatus};
use connect_core::flow::{Call, Cause, Event, Screen, State, WayOn, Ways};

use WayOn::{Alternative, EditLogin, GoOn, OtherBank, TryAgain};

#[test]
fn a_bank_that_is_down_leads_to_another_way_first_and_never_shuts_the_door() {
    let down = bank_that_is(ProviderStatus::Down);
    let story = picked(down);
    warns(&story, Cause::Down, (Alternative, Some(OtherBank)));
    let mut story = picked(without_alternatives(ProviderStatus::Down));
    warns(&story, Cause::Down, (OtherBank, Some(GoOn)));
    story.choose(GoOn);
    story.shows(Screen::Credentials);
}

#[test]
fn a_bank_that_is_slow_goes_on_first() {
    let story = picked(bank_that_is(ProviderStatus::Degraded));
    warns(&story, Cause::Degraded, (GoOn, Some(Alternative)));
    let mut story = picked(without_alternatives(ProviderStatus::Degraded));
    warns(&story, Cause::Degraded, (GoOn, Some(OtherBank)));
    story.choose(OtherBank);
    story.shows(Screen::Search);
}

#[test]
fn a_bank_that_is_well_warns_of_nothing() {
    let story = picked(without_alternatives(ProviderStatus::Ok));
    story.shows(Screen::Credentials);
}

#[test]
fn a_warning_may_stand_before_a_banks_own_site_too() {
    let slow = Provider {
        status: Some(ProviderStatus::Degraded),
        ..oauth_bank()
    };
    let mut story = picked(slow);
    story.choose(GoOn);
    story.shows(Screen::OAuth);
}

#[test]
fn a_bank_that_is_connected_already_is_as_the_client_wants_it() {
    let duplicates = |duplicates| LaunchOptions {
        duplicates,
        ..LaunchOptions::default()
    };
    let connected = Provider {
        connected: Some("i0".into()),
        ..bank("Demo")
    };
    for harmless in [None, Some(Duplicates::Allow)] {
        let mut story = Story::with_options(duplicates(harmless));
        story.pick(connected.clone());
        story.shows(Screen::Credentials);
    }
    let mut story = Story::with_options(duplicates(Some(Duplicates::Warn)));
    story.pick(connected.clone());
    warns(&story, Cause::Connected, (OtherBank, Some(GoOn)));
    story.choose(GoOn);
    story.shows(Screen::Credentials);
    let mut story = Story::with_options(duplicates(Some(Duplicates::Reject)));
    story.pick(connected);
    story.fails_with("duplicate_connection", OtherBank, Some(WayOn::Leave));
    let mut story = Story::with_options(duplicates(Some(Duplicates::Reject)));
    story.pick(bank("Demo"));
    story.shows(Screen::Credentials);
}

#[test]
fn mending_a_connection_is_no_second_one() {
    let mut story = Story::reconnecting();
    story.answer(error("LoginFailedError", 3));
    story.answer(provider(Provider {
        connected: Some("i1".into()),
        ..bank("Demo")
    }));
    story.shows(Screen::Credentials);
}

#[test]
fn each_way_to_a_bank_is_tried_once() {
    let way = |id: &str, others: [&str; 2]| Provider {
        id: id.into(),
        alternatives: others.map(String::from).to_vec(),
        ..bank_that_is(ProviderStatus::Down)
    };
    let mut story = picked(way("down", ["down", "second"]));
    for (id, others) in [("second", ["down", "third"]), ("third", ["down", "second"])] {
        story.choose(Alternative);
        assert_eq!(story.pending().1, Call::Provider { id: id.into() });
        story.answer(provider(way(id, others)));
    }
    warns(&story, Cause::Down, (OtherBank, Some(GoOn)));
    // Whoever chooses the bank anew may try them all again.
    story.choose(OtherBank);
    story.pick(way("down", ["second", "third"]));
    warns(&story, Cause::Down, (Alternative, Some(OtherBank)));
}

#[test]
fn a_failed_connection_can_be_made_another_way_and_is_given_up_for_it() {
    let mut story = picked(bank_that_is(ProviderStatus::Degraded));
    story.choose(GoOn);
    story.submit();
    story.answer(error("TemporaryFailureError", 1));
    story.fails_with("temporary_failure", TryAgain, Some(Alternative));
    story.choose(Alternative);
    assert_eq!(story.removed(), ["i1"]);
    assert_eq!(story.pending().1, Call::Provider { id: "demo".into() });
    story.answer(provider(bank("Demo")));
    story.submit();
    assert!(matches!(story.pending().1, Call::Create { provider, .. } if provider == "demo"));
}

#[test]
fn a_bank_that_cannot_be_connected_leads_to_its_other_way_first() {
    let mut story = picked(bank_that_is(ProviderStatus::Degraded));
    story.choose(GoOn);
    story.submit();
    story.answer(error("InstitutionUnavailableError", 1));
    story.fails_with("institution_unavailable", Alternative, Some(OtherBank));
}

#[test]
fn where_there_is_one_bank_only_no_way_leads_to_another() {
    let mut story = Story::at_fixed_bank(without_alternatives(ProviderStatus::Down));
    warns(&story, Cause::Down, (GoOn, None));
    assert!(!story.machine.can_go_back());
    leads_nowhere(&mut story, &[Event::BackClicked, chosen(OtherBank)]);
    let story = Story::at_fixed_bank(bank_that_is(ProviderStatus::Down));
    warns(&story, Cause::Down, (Alternative, Some(GoOn)));
    let story = Story::at_fixed_bank(bank_that_is(ProviderStatus::Degraded));
    warns(&story, Cause::Degraded, (GoOn, Some(Alternative)));
}

#[test]
fn back_leads_to_the_list_and_ways_that_are_not_offered_lead_nowhere() {
    let mut story = picked(bank_that_is(ProviderStatus::Down));
    let not_offered = [GoOn, EditLogin, TryAgain, WayOn::Leave].map(chosen);
    leads_nowhere(&mut story, &not_offered);
    story.send(Event::BackClicked);
    story.shows(Screen::Search);
}

/// This bank was chosen from the list.
fn picked(provider: Provider) -> Story {
    let mut story = Story::with_options(LaunchOptions::default());
    story.pick(provider);
    story
}

fn without_alternatives(status: ProviderStatus) -> Provider {
    Provider {
        alternatives: Vec::new(),
        ..bank_that_is(status)
    }
}

fn chosen(way: WayOn) -> Event {
    Event::WayChosen(way)
}

#[track_caller]
fn warns(story: &Story, cause: Cause, ways: Ways) {
    match &story.machine.state {
        State::Warning(warning) => assert_eq!((warning.cause, warning.ways), (cause, ways)),
        other => panic!("no warning in {other:?}"),
    }
}

#[track_caller]
fn leads_nowhere(story: &mut Story, events: &[Event]) {
    let before = story.machine.state.clone();
    for event in events {
        story.send(event.clone());
        assert_eq!(story.machine.state, before, "{event:?}");
        assert!(story.effects.is_empty());
    }
}
