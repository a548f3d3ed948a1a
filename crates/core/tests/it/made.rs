//! A connection that stands, as the host is told of it: with the names that others have for it, once, and at the right time.

use crate::story::{Story, with_launch};
use crate::world::{
    account, bank, connected, connected_with, connection, error, launch, login_of, oauth_bank,
    syncing,
};
use connect_core::Secret;
use connect_core::api::{AccountSelection, Institution, LaunchOptions, OAuthStatus, SyncStatus};
use connect_core::flow::{Answer, Call, Effect, Event, Made, Report, Screen, WayOn};
use connect_core::launch::Launch;

#[test]
fn the_login_and_the_code_that_its_server_exchanges_are_told_with_it() {
    let mut story = Story::polling();
    story.answer(named(SyncStatus::Ok, Some("login-1"), Some("code-1"), 2));
    story.send(Event::DoneClicked);
    let (connected, succeeded) = made(&story);
    assert_eq!(connected, succeeded);
    assert_eq!(connected.login_id.as_deref(), Some("login-1"));
    assert_eq!(connected.exchange_code, Some(Secret::new("code-1")));
}

#[test]
fn a_backend_that_names_neither_leaves_both_out() {
    let mut story = Story::polling();
    story.answer(connected(2));
    story.send(Event::DoneClicked);
    let (connected, succeeded) = made(&story);
    assert_eq!(
        (&connected.login_id, &connected.exchange_code),
        (&None, &None)
    );
    assert_eq!(connected, succeeded);
}

#[test]
fn the_newest_names_count_and_older_ones_are_not_lost() {
    for (renewed, expected) in [
        ((None, None), ("login-1", "code-1")),
        ((None, Some("code-2")), ("login-1", "code-2")),
        ((Some("login-2"), Some("code-2")), ("login-2", "code-2")),
    ] {
        let mut story = choosing();
        story.answer(named(SyncStatus::Ok, Some("login-1"), Some("code-1"), 1));
        story.choose_accounts(&["a1"]);
        story.answer(named(SyncStatus::Ok, renewed.0, renewed.1, 2));
        story.send(Event::DoneClicked);
        let (_, made) = made(&story);
        assert_eq!(made.login_id.as_deref(), Some(expected.0));
        assert_eq!(made.exchange_code, Some(Secret::new(expected.1)));
    }
    let mut story = choosing();
    story.answer(named(SyncStatus::Ok, Some("login-1"), Some("code-1"), 1));
    story.choose_accounts(&["a1"]);
    story.answer(Answer::Done);
    story.send(Event::DoneClicked);
    assert_eq!(made(&story).1.login_id.as_deref(), Some("login-1"));
}

#[test]
fn no_code_is_in_a_debug_print() {
    let mut story = Story::polling();
    story.answer(named(SyncStatus::Ok, None, Some("code-SENTINEL-9"), 2));
    story.send(Event::DoneClicked);
    assert!(!format!("{:?} {:?}", story.machine, story.told).contains("SENTINEL"));
}

#[test]
fn a_page_that_skips_the_success_screen_is_told_success_at_once_and_once() {
    let mut story = skipping();
    story.pick(bank("Demo"));
    story.submit();
    story.answer(syncing(1));
    assert!(story.kept.is_some());
    story.answer(connected(2));
    story.shows(Screen::Ended);
    let (connected, succeeded) = made(&story);
    assert_eq!(connected, succeeded);
    let last = story.told.iter().rev().take(2).collect::<Vec<_>>();
    assert!(matches!(
        last[..],
        [Report::Succeeded(_), Report::Connected(_)]
    ));
    assert!(!story.told.contains(&Report::ScreenShown(Screen::Success)));
    assert!(story.open.is_empty(), "{:?}", story.open);
    assert!(story.removed().is_empty());
    assert_eq!(story.kept, None);
    let told = story.told.len();
    for event in [
        Event::DoneClicked,
        Event::CloseClicked,
        Event::HostAskedBack,
        Event::WentOffline,
    ] {
        story.send(event);
        assert!(story.effects.is_empty());
    }
    assert_eq!(story.told.len(), told);
}

#[test]
fn a_choice_and_a_banks_own_site_and_a_mended_connection_skip_it_too() {
    let mut chosen = with_launch(
        Launch {
            account_selection: Some(AccountSelection::Single),
            skip_success: true,
            ..launch()
        },
        LaunchOptions::default(),
    );
    chosen.pick(bank("Demo"));
    chosen.submit();
    chosen.answer(connected_with(vec![account("a1", true)], 1));
    chosen.shows(Screen::Accounts);
    chosen.choose_accounts(&["a1"]);
    chosen.answer(Answer::Done);
    let mut oauth = skipping();
    oauth.pick(oauth_bank());
    oauth.prove();
    oauth.send(Event::BankSiteClicked);
    oauth.comes_back("n1", OAuthStatus::Complete);
    oauth.answer(connected(1));
    let mut mended = Story::start(Launch {
        institution: Some("i1".into()),
        skip_success: true,
        ..launch()
    });
    mended.answer(crate::world::session());
    mended.answer(connected(3));
    mended.answer(login_of("Demo"));
    mended.answer(connected(4));
    for story in [chosen, oauth, mended] {
        story.shows(Screen::Ended);
        let (connected, succeeded) = made(&story);
        assert_eq!(connected, succeeded);
    }
}

#[test]
fn a_failure_is_shown_all_the_same() {
    let mut story = skipping();
    story.pick(bank("Demo"));
    story.submit();
    story.answer(error("TemporaryFailureError", 1));
    story.fails_with("temporary_failure", WayOn::TryAgain, Some(WayOn::OtherBank));
    assert!(story.terminal().is_empty());
}

#[test]
fn a_reload_after_a_skipped_success_finds_nothing() {
    let mut story = skipping();
    story.pick(bank("Demo"));
    story.submit();
    story.answer(syncing(1));
    story.answer(connected(2));
    assert!(story.effects.contains(&Effect::Keep(None)));
}

fn skipping() -> Story {
    let launch = Launch {
        skip_success: true,
        ..launch()
    };
    with_launch(launch, LaunchOptions::default())
}

/// A login was sent for a connection whose one account is to be chosen.
fn choosing() -> Story {
    let options = LaunchOptions {
        account_selection: Some(AccountSelection::Single),
        ..LaunchOptions::default()
    };
    let mut story = Story::with_options(options);
    story.pick(bank("Demo"));
    story.submit();
    assert!(matches!(story.pending().1, Call::Create { .. }));
    story
}

/// `i1` with one account and these names.
fn named(status: SyncStatus, login: Option<&str>, code: Option<&str>, version: u64) -> Answer {
    Answer::Institution(Box::new(Institution {
        accounts: Some(vec![account("a1", true)]),
        login_id: login.map(String::from),
        exchange_code: code.map(Secret::new),
        ..connection(status, version)
    }))
}

/// What the host was told when the connection stood, and at the end; each once.
#[track_caller]
fn made(story: &Story) -> (&Made, &Made) {
    let connected = story.told.iter().filter_map(|report| match report {
        Report::Connected(made) => Some(made),
        _ => None,
    });
    let connected: Vec<&Made> = connected.collect();
    match (&connected[..], &story.terminal()[..]) {
        ([connected], [Report::Succeeded(succeeded)]) => (connected, succeeded),
        other => panic!("{other:?}"),
    }
}
