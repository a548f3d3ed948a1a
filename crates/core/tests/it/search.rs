//! The list of banks: rows at every keystroke, answers in their order, pages one behind the other.

use crate::story::{PAUSES, Story};
use crate::world::{
    bank, bank_that_is, catalogue, error, launch, listing, login_of, page_of, refused, session,
};
use connect_core::api::{Consent, LaunchOptions, Listing, ProviderPage, ProviderStatus};
use connect_core::flow::{Answer, Call, CallError, Event, Place, Reason, Report, Screen, State};

#[test]
fn rows_are_there_at_every_keystroke() {
    let mut story = Story::at_search(&["Demo", "Acme", "Derby"]);
    for (typed, at_once) in [
        ("d", ["Demo", "Derby"].as_slice()),
        ("de", &["Demo", "Derby"]),
    ] {
        story.type_in(typed);
        assert_eq!(story.rows(), at_once);
        assert_eq!(story.pending().1, ask(typed, None));
        assert_eq!(story.calls(), 1, "the call before is cancelled");
    }
    story.type_in("dex");
    assert_eq!(
        story.rows(),
        ["Demo", "Derby"],
        "no known bank fits: the last rows stay until the answer"
    );
    story.answer(listing(&["Dexia"]));
    assert_eq!(story.rows(), ["Dexia"]);
    story.type_in("dexx");
    story.answer(listing(&[]));
    assert!(story.rows().is_empty());
}

#[test]
fn a_bank_seen_once_is_found_at_once() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("z");
    story.answer(listing(&["Zebra"]));
    story.type_in("");
    story.type_in("ze");
    assert_eq!(story.rows(), ["Zebra"]);
}

#[test]
fn a_stale_answer_is_dropped() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("a");
    let (late, _) = story.pending();
    story.type_in("ac");
    story.answer(listing(&["Acme"]));
    story.send(Event::Answered {
        ticket: late,
        answer: Ok(listing(&["Demo", "Zebra"])),
    });
    assert_eq!(story.rows(), ["Acme"]);
}

#[test]
fn clearing_shows_the_first_rows_without_a_call() {
    let mut story = Story::at_search(&["Demo", "Acme"]);
    story.type_in("ac");
    story.answer(listing(&["Acme"]));
    story.type_in("");
    assert_eq!(story.rows(), ["Demo", "Acme"]);
    assert_eq!(story.calls(), 0);
    story.type_in(" ' ");
    assert_eq!(story.rows(), ["Demo", "Acme"], "nothing to search for");
    assert_eq!(story.calls(), 0);
}

#[test]
fn the_same_text_again_asks_nothing() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("d");
    story.type_in("d");
    assert!(story.effects.is_empty());
}

#[test]
fn pages_come_one_behind_the_other_without_duplicates() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("b");
    story.answer(page_of(&["Ba", "Bb"], Some("c1"), 5));
    story.send(Event::ListEndReached);
    assert_eq!(story.pending().1, ask("b", Some("c1")));
    story.send(Event::ListEndReached);
    assert_eq!(story.calls(), 1, "a page is asked for once");
    story.answer(page_of(&["Bb", "Bc"], Some("c2"), 5));
    assert_eq!(story.rows(), ["Ba", "Bb", "Bc"]);
    story.send(Event::ListEndReached);
    story.answer(page_of(&["Bd", "Be"], None, 5));
    assert_eq!(story.rows(), ["Ba", "Bb", "Bc", "Bd", "Be"]);
    assert_eq!(total(&story), 5);
    story.send(Event::ListEndReached);
    assert_eq!(story.calls(), 0, "that was the last page");
}

#[test]
fn a_backend_that_counts_nothing_has_at_least_the_rows_it_sent() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("b");
    story.answer(page_of(&["Ba", "Bb"], Some("c1"), 0));
    assert_eq!(total(&story), 2);
    story.send(Event::ListEndReached);
    story.answer(page_of(&["Bc"], None, 0));
    assert_eq!(total(&story), 3);
}

#[test]
fn more_of_the_first_rows_are_still_there_after_clearing() {
    let mut story = Story::start(crate::world::launch());
    story.answer(page_of(&["Demo"], Some("c1"), 2));
    story.answer(session());
    story.send(Event::ListEndReached);
    story.answer(page_of(&["Acme"], None, 2));
    story.type_in("x");
    story.type_in("");
    assert_eq!(story.rows(), ["Demo", "Acme"]);
}

#[test]
fn a_whole_catalogue_is_searched_here() {
    let mut story = Story::start(crate::world::launch());
    story.answer(catalogue(&["Banca Demo", "Acme", "Demokratik", "Demo"]));
    story.answer(session());
    for (typed, rows) in [
        ("demo", ["Demo", "Demokratik", "Banca Demo"].as_slice()),
        ("demok", &["Demokratik"]),
        ("nothing", &[]),
        ("", &["Banca Demo", "Acme", "Demokratik", "Demo"]),
    ] {
        story.type_in(typed);
        assert_eq!(story.rows(), rows, "{typed:?}");
        assert_eq!(total(&story), rows.len() as u32);
        assert_eq!(story.calls(), 0);
    }
}

#[test]
fn popular_banks_of_a_whole_catalogue_come_first() {
    let mut popular = bank("Zebra");
    popular.popular = true;
    let mut story = Story::start(crate::world::launch());
    let all = vec![bank("Acme"), popular];
    story.answer(Answer::Providers(Listing::Whole(all)));
    story.answer(session());
    assert_eq!(story.rows(), ["Zebra", "Acme"]);
}

#[test]
fn a_server_in_trouble_is_asked_again_and_typing_goes_on() {
    let mut story = Story::at_search(&["Demo", "Acme"]);
    story.type_in("de");
    for pause in &PAUSES[..2] {
        story.fail(CallError::Unreachable);
        assert_eq!(story.rows(), ["Demo"]);
        story.run_out(*pause);
        assert_eq!(story.pending().1, ask("de", None));
    }
    story.fail(refused(500, "internal"));
    story.type_in("ac");
    assert_eq!(story.rows(), ["Acme"]);
    assert_eq!(story.pending().1, ask("ac", None));
    story.answer(listing(&["Acme"]));
    assert_eq!(story.machine.banner(), None);
}

#[test]
fn a_page_that_did_not_come_is_asked_for_again() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("b");
    story.answer(page_of(&["Ba"], Some("c1"), 2));
    story.send(Event::ListEndReached);
    story.fail(CallError::Unreadable);
    story.send(Event::TryNowClicked);
    assert_eq!(story.pending().1, ask("b", Some("c1")));
    story.answer(page_of(&["Bb"], None, 2));
    assert_eq!(story.rows(), ["Ba", "Bb"]);
}

#[test]
fn an_answer_that_is_no_list_is_asked_for_again() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("b");
    story.answer(Answer::Done);
    story.run_out(500);
    story.answer(listing(&["Ba"]));
    assert_eq!(story.rows(), ["Ba"]);
}

#[test]
fn a_session_that_ends_while_searching_has_its_own_screen() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("b");
    story.fail(refused(401, "token_expired"));
    story.shows(Screen::SessionExpired);
}

#[test]
fn picking_tells_the_host_and_looks_the_login_up() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("d");
    story.send(Event::Picked("demo".into()));
    let chosen = Report::InstitutionSelected(connect_core::flow::Bank {
        id: "demo".into(),
        name: "Demo".into(),
        ..Default::default()
    });
    let searched = Report::Searched("d".into());
    assert_eq!(story.told[2..], [searched, chosen]);
    assert_eq!(story.pending().1, Call::Provider { id: "demo".into() });
    assert_eq!(story.calls(), 1, "the list is not asked for any more");
    story.answer(login_of("Demo"));
    assert_eq!(
        story.told.last(),
        Some(&Report::ScreenShown(Screen::Credentials))
    );
}

#[test]
fn a_bank_that_is_not_in_the_list_cannot_be_picked() {
    let mut story = Story::at_search(&["Demo"]);
    story.send(Event::Picked("evil".into()));
    assert!(story.effects.is_empty());
    story.shows(Screen::Search);
}

#[test]
fn the_list_is_as_it_was_left() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("b");
    story.answer(Answer::Providers(Listing::Page(ProviderPage {
        items: vec![bank("Ba"), bank("Bb")],
        next: None,
        total: 2,
    })));
    story.send(Event::Picked("bb".into()));
    story.answer(login_of("Bb"));
    story.send(Event::BackClicked);
    assert_eq!(story.rows(), ["Ba", "Bb"]);
    assert_eq!(story.calls(), 0);
    match &story.machine.state {
        State::Search(search) => assert_eq!(search.query, "b"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_searched_for_is_told_once_a_text_and_only_when_the_typing_has_paused() {
    let mut story = Story::at_search(&["Demo", "Acme"]);
    for typed in ["a", "ac", "acm"] {
        story.type_in(typed);
    }
    assert!(searched(&story).is_empty(), "still typing");
    story.answer(page_of(&["Acme"], Some("c1"), 3));
    assert!(searched(&story).is_empty(), "no pause yet");
    story.run_out(600);
    assert_eq!(searched(&story), ["acm"]);
    story.send(Event::ListEndReached);
    story.answer(page_of(&["Acmf"], None, 3));
    story.send(Event::Picked("acme".into()));
    story.answer(login_of("Acme"));
    story.send(Event::BackClicked);
    assert_eq!(searched(&story), ["acm"], "the same text");
    story.type_in("d");
    story.run_out(600);
    story.answer(listing(&["Demo"]));
    assert_eq!(searched(&story), ["acm", "d"]);
}

#[test]
fn no_text_is_no_search() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("x");
    story.type_in(" ' ");
    story.type_in("");
    story.send(Event::Picked("demo".into()));
    assert!(searched(&story).is_empty());
}

#[test]
fn a_search_that_was_not_answered_is_told_with_the_bank_that_it_led_to() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("de");
    story.fail(refused(500, "internal"));
    assert!(searched(&story).is_empty());
    story.send(Event::Picked("demo".into()));
    assert_eq!(searched(&story), ["de"]);
}

#[test]
fn whoever_misses_their_bank_leaves_and_says_so() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("zebra");
    story.send(Event::NotListedClicked);
    story.shows(Screen::Ended);
    let left = Report::Left {
        place: Place::default(),
        reason: Reason::InstitutionNotFound,
    };
    assert_eq!(story.terminal(), [&left]);
    assert!(story.open.is_empty(), "nobody waits for the list any more");
    story.send(Event::CloseClicked);
    assert_eq!(story.terminal().len(), 1);
}

#[test]
fn only_in_the_list_can_a_bank_be_missed() {
    let mut warned = Story::with_options(LaunchOptions::default());
    warned.pick(bank_that_is(ProviderStatus::Down));
    let mut failed = Story::polling();
    failed.answer(error("TemporaryFailureError", 2));
    let mut preparing = Story::at_search(&["Demo"]);
    preparing.send(Event::Picked("demo".into()));
    let consent = Story::with_options(LaunchOptions {
        consent: Some(Consent::default()),
        ..LaunchOptions::default()
    });
    let mut expired = Story::polling();
    expired.fail(refused(401, "token_expired"));
    for mut story in [
        Story::start(launch()),
        consent,
        preparing,
        warned,
        Story::at_login(),
        Story::at_oauth(),
        Story::sent(),
        Story::polling(),
        Story::at_question(),
        failed,
        expired,
    ] {
        let before = story.machine.state.clone();
        story.send(Event::NotListedClicked);
        assert!(story.effects.is_empty(), "{:?}", story.effects);
        assert_eq!(story.machine.state, before);
    }
}

/// What the host heard of searches.
fn searched(story: &Story) -> Vec<&str> {
    let mut texts = Vec::new();
    for report in &story.told {
        if let Report::Searched(text) = report {
            texts.push(text.as_str());
        }
    }
    texts
}

fn ask(search: &str, cursor: Option<&str>) -> Call {
    Call::Providers {
        search: search.into(),
        cursor: cursor.map(String::from),
    }
}

fn total(story: &Story) -> u32 {
    match &story.machine.state {
        State::Search(search) => search.total,
        other => panic!("no list in {other:?}"),
    }
}
