//! The host asks for one step back: it is told whether there was one, on every screen.

use crate::story::{Story, with_launch};
use crate::world::{
    account, approval, bank, bank_that_is, challenge, connected, connected_with, error, launch,
    launch_without_token, listing, oauth_bank, refused, session,
};
use connect_core::Secret;
use connect_core::api::{AccountSelection, Consent, LaunchOptions, ProviderStatus};
use connect_core::flow::{Event, Report, Screen, WayOn};
use connect_core::launch::{Frame, Launch};

/// The host asks on the screen that the story has come to; `then` is shown afterwards.
#[track_caller]
fn check(mut story: Story, at: Screen, went: bool, then: Screen) {
    story.shows(at);
    let before = story.machine.clone();
    let mut clicked = story.clone();
    story.send(Event::HostAskedBack);
    story.shows(then);
    let answers: Vec<&Report> = story.told.iter().filter(|r| is_answer(r)).collect();
    assert_eq!(answers, [&Report::WentBack(went)]);
    if went {
        clicked.send(Event::BackClicked);
        assert_eq!(story.machine.state, clicked.machine.state, "as the user's");
        assert_eq!(story.removed(), clicked.removed());
    } else {
        assert_eq!(story.machine.state, before.state);
        assert_eq!(story.open, clicked.open);
    }
}

fn is_answer(report: &Report) -> bool {
    matches!(report, Report::WentBack(_))
}

#[test]
fn to_the_list_from_what_stands_before_the_login() {
    let mut preparing = Story::at_search(&["Demo"]);
    preparing.send(Event::Picked("demo".into()));
    check(preparing, Screen::Credentials, true, Screen::Search);
    check(Story::at_login(), Screen::Credentials, true, Screen::Search);
    check(Story::at_oauth(), Screen::OAuth, true, Screen::Search);
    let mut warned = Story::with_options(LaunchOptions::default());
    warned.pick(bank_that_is(ProviderStatus::Down));
    check(warned, Screen::Warning, true, Screen::Search);
}

#[test]
fn to_the_login_from_what_comes_behind_it() {
    check(Story::sent(), Screen::Connecting, true, Screen::Credentials);
    let polling = Story::polling();
    check(polling, Screen::Connecting, true, Screen::Credentials);
    let question = Story::at_question();
    check(question, Screen::Question, true, Screen::Credentials);
    let mut approval_asked = Story::polling();
    approval_asked.answer(challenge(approval(), 2));
    check(approval_asked, Screen::Question, true, Screen::Credentials);
}

#[test]
fn to_the_list_from_a_failure_of_a_bank() {
    let mut failed = Story::polling();
    failed.answer(error("TemporaryFailureError", 2));
    check(failed, Screen::Failure, true, Screen::Search);
}

#[test]
fn nowhere_where_there_is_no_step_back() {
    let list = Story::at_search(&["Demo"]);
    check(list, Screen::Search, false, Screen::Search);
    let mut success = Story::polling();
    success.answer(connected(2));
    check(success, Screen::Success, false, Screen::Success);
    let mut expired = Story::polling();
    expired.fail(refused(401, "token_expired"));
    check(
        expired,
        Screen::SessionExpired,
        false,
        Screen::SessionExpired,
    );
    let consent = LaunchOptions {
        consent: Some(Consent::default()),
        ..LaunchOptions::default()
    };
    let asked = Story::with_options(consent);
    check(asked, Screen::Consent, false, Screen::Consent);
    let mut unknown = Story::reconnecting();
    unknown.fail(refused(404, "not_found"));
    check(unknown, Screen::Failure, false, Screen::Failure);
    let starting = Story::reconnecting();
    check(starting, Screen::Starting, false, Screen::Starting);
}

#[test]
fn nowhere_from_the_choice_of_accounts_even_while_it_is_saved() {
    let options = LaunchOptions {
        account_selection: Some(AccountSelection::Single),
        ..LaunchOptions::default()
    };
    let mut story = Story::with_options(options);
    story.pick(bank("Demo"));
    story.submit();
    story.answer(connected_with(vec![account("a1", true)], 1));
    check(story.clone(), Screen::Accounts, false, Screen::Accounts);
    story.choose_accounts(&["a1"]);
    check(story, Screen::Accounts, false, Screen::Accounts);
}

#[test]
fn nowhere_else_where_there_is_one_bank_only() {
    let login = Story::at_fixed_bank(bank("Demo"));
    check(login, Screen::Credentials, false, Screen::Credentials);
    let oauth = Story::at_fixed_bank(oauth_bank());
    check(oauth, Screen::OAuth, false, Screen::OAuth);
    let warned = Story::at_fixed_bank(bank_that_is(ProviderStatus::Degraded));
    check(warned, Screen::Warning, false, Screen::Warning);
    let mut failed = Story::at_fixed_bank(bank("Demo"));
    failed.submit();
    failed.answer(error("TemporaryFailureError", 1));
    check(failed, Screen::Failure, false, Screen::Failure);
    let mut connecting = Story::at_fixed_bank(bank("Demo"));
    connecting.submit();
    check(connecting, Screen::Connecting, true, Screen::Credentials);
}

#[test]
fn the_host_may_go_back_where_the_widget_shows_no_button() {
    let frame = Frame {
        back: false,
        ..Frame::default()
    };
    let launch = Launch { frame, ..launch() };
    let mut story = with_launch(launch, LaunchOptions::default());
    story.pick(bank("Demo"));
    assert!(!story.machine.can_go_back());
    check(story, Screen::Credentials, true, Screen::Search);
}

#[test]
fn a_host_that_nobody_has_vouched_for_hears_nothing() {
    let mut waiting = Story::start(launch_without_token());
    waiting.send(Event::HostAskedBack);
    let mut starting = Story::start(launch());
    starting.send(Event::HostAskedBack);
    let mut refused_origin = Story::start(launch());
    refused_origin.answer(listing(&["Demo"]));
    refused_origin.fail(refused(403, "origin_not_allowed"));
    refused_origin.send(Event::HostAskedBack);
    for story in [waiting, starting, refused_origin] {
        assert_eq!(story.told, []);
        assert!(story.effects.is_empty());
    }
    let mut elsewhere = Story::start(launch());
    elsewhere.answer(listing(&["Demo"]));
    elsewhere.answer(crate::world::session_with(LaunchOptions {
        origin: Some("https://other.example".into()),
        ..LaunchOptions::default()
    }));
    elsewhere.fails_with("origin_not_allowed", WayOn::Leave, None);
    elsewhere.send(Event::HostAskedBack);
    assert_eq!(elsewhere.told, []);
}

#[test]
fn a_host_that_asks_after_the_end_hears_nothing() {
    let mut story = Story::at_search(&["Demo"]);
    story.send(Event::CloseClicked);
    story.send(Event::HostAskedBack);
    assert!(!story.told.iter().any(is_answer));
    assert!(story.effects.is_empty());
}

#[test]
fn each_question_has_its_answer_behind_the_screen_that_it_led_to() {
    let mut story = Story::at_login();
    story.send(Event::HostAskedBack);
    story.send(Event::HostAskedBack);
    let told: Vec<&Report> = story.told.iter().rev().take(3).collect();
    let list = Report::ScreenShown(Screen::Search);
    let expected = [&Report::WentBack(false), &list, &Report::WentBack(true)];
    assert_eq!(told, expected);
}

#[test]
fn a_token_that_is_renewed_at_the_start_changes_nothing_of_that() {
    let mut story = Story::start(launch());
    story.send(Event::TokenRenewed(Secret::new("new")));
    story.send(Event::HostAskedBack);
    assert_eq!(story.told, []);
    story.answer(listing(&["Demo"]));
    story.answer(session());
    story.send(Event::HostAskedBack);
    assert_eq!(story.told.last(), Some(&Report::WentBack(false)));
}
