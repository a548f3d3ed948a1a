//! From the page's load to the first usable screen.

use crate::story::{Asked, PAUSES, Story};
use crate::world::{
    TOKEN, busy, launch, launch_without_token, listing, login_of, plain_session, refused, session,
};
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use connect_core::flow::{Answer, Call, CallError, Effect, Event, Report, Screen, WayOn};
use connect_core::launch::{Embedding, Launch};

#[test]
fn session_and_first_banks_are_asked_side_by_side() {
    let story = Story::start(launch());
    let calls: Vec<&Call> = story.effects.iter().filter_map(call).collect();
    let session = Call::Session {
        origin: Some("https://shop.example".into()),
        redirect_uri: None,
    };
    assert_eq!(calls, [&session, &providers("")]);
    assert_eq!(story.effects[0], Effect::UseToken(Secret::new(TOKEN)));
    assert_eq!(
        story.told,
        [],
        "nothing is told before the session is known"
    );
}

#[test]
fn banks_that_came_before_the_session_are_shown_with_it() {
    let story = Story::at_search(&["Demo"]);
    assert_eq!(story.rows(), ["Demo"]);
    assert_eq!(story.calls(), 0);
    assert_eq!(
        story.told,
        [Report::Opened, Report::ScreenShown(Screen::Search)]
    );
}

#[test]
fn banks_that_come_after_the_session_are_not_asked_for_twice() {
    let mut story = Story::start(launch());
    let (providers, _) = story.pending();
    let opened = first_call(&story);
    story.send(Event::Answered {
        ticket: opened,
        answer: Ok(session()),
    });
    assert_eq!(story.pending().0, providers);
    assert_eq!(story.calls(), 1);
    story.answer(listing(&["Demo"]));
    assert_eq!(story.rows(), ["Demo"]);
}

#[test]
fn banks_that_could_not_be_had_are_asked_for_once_more() {
    let mut story = Story::start(launch());
    story.fail(CallError::Unreachable);
    story.answer(session());
    assert_eq!(story.pending().1, providers(""));
}

#[test]
fn a_search_text_in_the_address_begins_the_search() {
    let mut story = Story::start(Launch {
        search: "de".into(),
        ..launch()
    });
    assert_eq!(story.pending().1, providers("de"));
    story.answer(listing(&["Demo"]));
    story.answer(session());
    assert_eq!(story.rows(), ["Demo"]);
}

#[test]
fn the_host_is_asked_for_a_token_and_only_a_renewal_replaces_it() {
    let mut story = Story::start(launch_without_token());
    assert_eq!(story.effects[0], Effect::AskForToken);
    story.send(Event::TokenGiven(Secret::new("")));
    assert_eq!(story.effects, [], "an empty token is none");
    story.send(Event::TokenGiven(Secret::new("first")));
    assert!(
        story
            .effects
            .contains(&Effect::UseToken(Secret::new("first")))
    );
    story.send(Event::TokenGiven(Secret::new("forged")));
    assert_eq!(story.effects, [], "only the first one counts");
    story.send(Event::TokenRenewed(Secret::new("second")));
    let second = Effect::UseToken(Secret::new("second"));
    assert!(story.effects.contains(&second));
    assert_eq!(story.calls(), 2, "the session is asked for with it");
    story.answer(listing(&["Demo"]));
    story.answer(session());
    story.send(Event::TokenGiven(Secret::new("forged")));
    assert_eq!(story.effects, []);
    story.send(Event::TokenRenewed(Secret::new("third")));
    assert_eq!(story.effects, [Effect::UseToken(Secret::new("third"))]);
}

/// Its script may come later than the frame, which the server has put into its page.
#[test]
fn a_host_that_does_not_listen_yet_is_asked_again_each_second() {
    let mut story = Story::start(launch_without_token());
    assert!(story.effects.contains(&Effect::AskForToken));
    for _ in 0..3 {
        story.run_out(1_000);
        assert!(story.effects.contains(&Effect::AskForToken));
    }
    story.send(Event::TokenGiven(Secret::new("token")));
    assert!(
        !story
            .open
            .iter()
            .any(|(_, asked)| matches!(asked, Asked::Timer(_)))
    );
}

#[test]
fn a_host_that_hands_over_no_token_for_half_a_minute_is_not_waited_for() {
    let mut story = Story::start(launch_without_token());
    story.run_out(30_000);
    story.fails_with("invalid_token", WayOn::Leave, None);
    story.choose(WayOn::Leave);
    story.shows(Screen::Ended);
    assert_eq!(story.terminal().len(), 1);
}

#[test]
fn a_page_with_neither_host_nor_token_says_so_at_once() {
    let story = Story::start(Launch {
        embedding: Embedding::Alone,
        ..launch_without_token()
    });
    story.fails_with("invalid_token", WayOn::Leave, None);
}

#[test]
fn an_unreachable_server_is_asked_again_with_growing_pauses() {
    let mut story = without_banks();
    for pause in PAUSES {
        story.fail(CallError::Unreachable);
        story.shows(Screen::Starting);
        story.run_out(pause);
    }
    story.answer(session());
    story.shows(Screen::Search);
}

#[test]
fn retry_after_is_obeyed_and_the_user_may_be_faster() {
    let mut story = without_banks();
    story.fail(busy(503, 7));
    let timer = story.timer(7_000);
    story.send(Event::TryNowClicked);
    assert!(story.effects.contains(&Effect::Cancel(timer)));
    story.send(Event::TryNowClicked);
    assert_eq!(story.calls(), 1, "a second click asks nothing");
    story.answer(session());
    story.shows(Screen::Search);
}

#[test]
fn an_answer_that_is_no_session_is_asked_for_again() {
    for odd in [Answer::Unchanged, Answer::Done, login_of("Demo")] {
        let mut story = without_banks();
        story.answer(odd);
        story.run_out(500);
        story.answer(session());
        story.shows(Screen::Search);
    }
}

#[track_caller]
fn check_refusal(status: u16, code: &str, shown: &str, first: WayOn, second: Option<WayOn>) {
    let mut story = without_banks();
    story.fail(refused(status, code));
    story.fails_with(shown, first, second);
    let told = story.told.iter();
    let mut told = told.filter(|report| **report != Report::TokenRefused);
    assert_eq!(
        told.next(),
        None,
        "an unknown host is told nothing of anybody"
    );
}

#[test]
fn a_refused_session_has_its_own_screen() {
    use WayOn::{Leave, TryAgain};
    check_refusal(401, "token_expired", "session_expired", Leave, None);
    check_refusal(401, "invalid_token", "invalid_token", Leave, None);
    check_refusal(401, "", "invalid_token", Leave, None);
    let origin = "origin_not_allowed";
    check_refusal(403, origin, origin, Leave, None);
    let redirect = "redirect_uri_not_registered";
    check_refusal(400, redirect, redirect, Leave, None);
    check_refusal(400, "teapot", "server_error", TryAgain, Some(Leave));
    check_refusal(404, "not_found", "server_error", TryAgain, Some(Leave));
}

#[test]
fn a_refused_session_can_be_checked_once_more() {
    let mut story = without_banks();
    story.fail(refused(418, "teapot"));
    story.choose(WayOn::TryAgain);
    story.answer(session());
    assert_eq!(story.rows(), ["Demo"]);
}

#[test]
fn a_preselected_bank_skips_the_list_and_back_leads_to_it() {
    let mut story = preselected("demo");
    story.answer(login_of("Demo"));
    story.shows(Screen::Credentials);
    story.send(Event::BackClicked);
    story.answer(listing(&["Acme", "Demo"]));
    assert_eq!(story.rows(), ["Acme", "Demo"]);
}

#[test]
fn an_unknown_preselected_bank_leads_to_the_list() {
    let mut story = preselected("nobank");
    story.fail(refused(404, "unknown_provider"));
    story.fails_with("unknown_provider", WayOn::OtherBank, Some(WayOn::Leave));
    story.choose(WayOn::OtherBank);
    story.answer(listing(&["Demo"]));
    assert_eq!(story.rows(), ["Demo"]);
}

#[test]
fn what_the_token_fixes_wins_over_the_page() {
    let mut story = Story::start(Launch {
        provider: Some("acme".into()),
        ..launch()
    });
    let options = LaunchOptions {
        provider: Some("demo".into()),
        redirect_uri: Some("https://shop.example/back".into()),
        state: Some("fixed".into()),
        ..LaunchOptions::default()
    };
    story.answer(Answer::Session(Box::new(connect_core::api::Session {
        options,
        ..plain_session()
    })));
    assert_eq!(story.pending().1, Call::Provider { id: "demo".into() });
    let launch = &story.machine.launch;
    assert_eq!(
        launch.redirect_uri.as_deref(),
        Some("https://shop.example/back")
    );
    assert_eq!(launch.state.as_deref(), Some("fixed"));
}

/// The session is asked for and nothing else.
fn without_banks() -> Story {
    let mut story = Story::start(launch());
    story.answer(listing(&["Demo"]));
    story
}

fn preselected(id: &str) -> Story {
    let mut story = Story::start(Launch {
        provider: Some(id.into()),
        ..launch()
    });
    assert_eq!(story.calls(), 1, "no list that nobody sees");
    story.answer(session());
    assert_eq!(story.pending().1, Call::Provider { id: id.into() });
    story
}

fn first_call(story: &Story) -> connect_core::flow::Ticket {
    let first = story.effects.iter().find_map(|effect| match effect {
        Effect::Call { ticket, .. } => Some(*ticket),
        _ => None,
    });
    first.expect("the start asks for the session")
}

fn call(effect: &Effect) -> Option<&Call> {
    match effect {
        Effect::Call { call, .. } => Some(call),
        _ => None,
    }
}

fn providers(search: &str) -> Call {
    Call::Providers {
        search: search.into(),
        cursor: None,
    }
}

#[test]
fn a_token_fixed_to_an_origin_works_in_no_other_place() {
    let fixed = |origin: &str| {
        let mut session = plain_session();
        session.options.origin = Some(origin.into());
        Answer::Session(Box::new(session))
    };
    let alone = Launch {
        embedding: Embedding::Alone,
        ..launch()
    };
    let here = "https://shop.example";
    for (launch, origin) in [(alone, here), (launch(), "https://other.example")] {
        let mut story = Story::start(launch);
        story.answer(listing(&["Demo"]));
        story.answer(fixed(origin));
        story.fails_with("origin_not_allowed", WayOn::Leave, None);
        assert_eq!(story.told, []);
    }
    let mut story = Story::start(launch());
    story.answer(listing(&["Demo"]));
    story.answer(fixed(here));
    story.shows(Screen::Search);
}
