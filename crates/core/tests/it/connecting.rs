//! A running sync: polls, pauses, deadline, the way out.

use crate::credentials::form_again;
use crate::story::{Asked, DEADLINE, PAUSES, POLL_PAUSE, Story, with_launch};
use crate::world::{
    bank, busy, connected, connection, delayed, error, launch, listing, login_of, refused, syncing,
    syncing_at, text_question,
};
use connect_core::Secret;
use connect_core::api::{Institution, LaunchOptions, SyncStatus, SyncStep, WaitFor};
use connect_core::flow::{
    Answer, Call, CallError, Effect, Event, Notice, Report, Screen, State, WayOn,
};
use connect_core::launch::Launch;

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
    let mut story = Story::reconnecting();
    story.answer(connected(3));
    story.answer(login_of("Demo"));
    story.answer(Answer::Unchanged);
    story.run_out(500);
    assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
}

#[test]
fn an_order_that_is_taken_without_a_word_is_polled_for() {
    let mut story = Story::reconnecting();
    story.answer(connected(3));
    story.answer(login_of("Demo"));
    story.answer(Answer::Done);
    story.polls(0);
    let mut story = Story::at_question();
    story.answer_question();
    story.answer(Answer::Done);
    story.polls(0);
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
    assert!(matches!(told, Report::Connected(_)));
    assert!(story.terminal().is_empty());
    story.send(Event::DoneClicked);
    assert!(matches!(story.terminal()[..], [Report::Succeeded(_)]));
}

fn calm(story: &Story) -> u8 {
    match &story.machine.state {
        State::Connecting(connecting) => connecting.calm,
        other => panic!("no sync in {other:?}"),
    }
}

#[test]
fn past_the_login_the_wait_ends_early_where_the_client_says_so() {
    for (wait_for, early) in [
        (Some(WaitFor::Authorized), true),
        (Some(WaitFor::Ok), false),
        (None, false),
    ] {
        let mut story = Story::with_options(LaunchOptions {
            wait_for,
            ..LaunchOptions::default()
        });
        story.pick(bank("Demo"));
        story.submit();
        story.answer(syncing(1));
        story.polls(1);
        story.answer(authorized(2));
        match early {
            true => story.shows(Screen::Success),
            false => story.polls(2),
        }
    }
}

#[test]
fn four_calming_lines_come_one_after_the_other_and_no_fifth() {
    let mut story = Story::polling();
    for (lines, pause) in [10_000, 20_000, 30_000, 60_000].into_iter().enumerate() {
        assert_eq!(usize::from(calm(&story)), lines);
        story.run_out(pause);
        story.polls(1);
    }
    assert_eq!(calm(&story), 4);
    let watches = |(_, asked): &&(_, Asked)| matches!(asked, Asked::Timer(_));
    assert_eq!(story.open.iter().filter(watches).count(), 1, "the deadline");
}

#[test]
fn a_login_sent_again_after_its_answer_was_lost_has_the_same_key() {
    let mut story = Story::sent();
    let first = key(&story);
    for error in [busy(429, 1), busy(503, 1)] {
        story.fail(error);
        story.run_out(1_000);
        story.submit();
        assert_eq!(key(&story), first);
    }
    for error in [CallError::Unreachable, CallError::Unreadable] {
        story.fail(error);
        story.submit();
        assert_eq!(key(&story), first);
    }
    story.fail(refused(401, "token_expired"));
    story.send(Event::TokenRenewed(Secret::new("new")));
    story.submit();
    assert_ne!(key(&story), first, "that was an answer");
}

#[test]
fn a_login_after_an_answer_has_another_key() {
    let mut story = Story::sent();
    let first = key(&story);
    story.answer(syncing(1));
    story.fail(refused(404, "not_found"));
    story.submit();
    let second = key(&story);
    assert_ne!(second, first);
    story.fail(refused(422, "invalid_request"));
    story.choose(WayOn::TryAgain);
    story.submit();
    assert_ne!(key(&story), second);
}

#[test]
fn a_login_at_another_bank_has_another_key() {
    let mut story = Story::sent();
    let first = key(&story);
    story.fail(CallError::Unreachable);
    story.send(Event::BackClicked);
    story.send(Event::Picked("acme".into()));
    story.answer(login_of("Acme"));
    story.submit();
    assert_ne!(key(&story), first);
}

#[test]
fn a_login_after_one_that_was_given_up_has_another_key() {
    let mut story = Story::sent();
    let (create, _) = story.pending();
    let first = key(&story);
    story.send(Event::BackClicked);
    story.submit();
    let second = story.pending();
    assert_ne!(key(&story), first);
    story.send(Event::Answered {
        ticket: create,
        answer: Ok(syncing(1)),
    });
    assert_eq!(story.removed(), ["i1"]);
    assert_eq!(story.pending(), second, "the second one goes on");
}

#[test]
fn keys_begin_with_what_differs_at_each_load() {
    assert!(key(&Story::sent()).starts_with("seed-"));
}

#[test]
fn the_data_asked_for_goes_with_a_new_connection() {
    let job_types = |page: &[&str], fixed: Option<&[&str]>| {
        let owned = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let launch = Launch {
            job_types: owned(page),
            ..launch()
        };
        let options = LaunchOptions {
            job_types: fixed.map(owned),
            ..LaunchOptions::default()
        };
        let mut story = with_launch(launch, options);
        story.pick(bank("Demo"));
        story.submit();
        match story.pending().1 {
            Call::Create { job_types, .. } => job_types.join(","),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(job_types(&["a", "b"], None), "a,b");
    assert_eq!(job_types(&["a", "b"], Some(&["c"])), "c");
    assert_eq!(job_types(&["a", "b"], Some(&[])), "");
}

/// The name of the connection that is being made.
#[track_caller]
fn key(story: &Story) -> String {
    match story.pending().1 {
        Call::Create { key, .. } => key,
        other => panic!("no new connection but {other:?}"),
    }
}

/// Past the login; balances are still read.
fn authorized(version: u64) -> Answer {
    Answer::Institution(Box::new(Institution {
        authorized: Some(true),
        ..connection(SyncStatus::Syncing, version)
    }))
}
