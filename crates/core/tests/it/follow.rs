//! The page names a connection whose sync is under way: it is gone on with as it is, and nothing that stood is lost.

use crate::story::{POLL_PAUSE, Story};
use crate::world::{
    account, connected, connection, error, launch, listing, login_of, refused, session,
    session_with, syncing, text_question,
};
use connect_core::Secret;
use connect_core::api::{Consent, Institution, LaunchOptions, SyncError, SyncStatus};
use connect_core::flow::{Answer, Call, CallError, Event, Report, Screen, WayOn};
use connect_core::launch::{Kept, Launch};

#[test]
fn it_is_looked_up_and_no_list_that_nobody_sees() {
    let story = Story::start(following());
    assert_eq!(story.calls(), 1, "{:?}", story.open);
    let story = opened();
    assert_eq!(story.told, [Report::Opened]);
}

#[test]
fn its_question_is_asked_without_a_new_sync() {
    let mut story = opened();
    story.answer(text_question("Pet?", 4));
    assert_eq!(story.pending().1, Call::Provider { id: "demo".into() });
    story.answer(login_of("Demo"));
    story.shows(Screen::Question);
    let asked = |report: &&Report| matches!(report, Report::QuestionAsked { again: false, .. });
    assert_eq!(story.told.iter().filter(asked).count(), 1);
    story.answer_question();
    assert!(matches!(story.pending().1, Call::Answer { .. }));
    story.answer(connected(5));
    story.shows(Screen::Success);
}

#[test]
fn a_running_sync_is_listened_to() {
    let mut story = opened();
    story.answer(syncing(4));
    story.answer(login_of("Demo"));
    story.run_out(POLL_PAUSE);
    story.polls(4);
}

#[test]
fn what_stands_by_now_is_a_success() {
    let mut story = opened();
    story.answer(connected(4));
    story.answer(login_of("Demo"));
    story.shows(Screen::Success);
    assert_eq!(story.calls(), 0);
}

#[test]
fn what_has_accounts_has_stood_before_and_is_not_removed_on_leaving() {
    for leave in [Event::BackClicked, Event::CloseClicked] {
        let mut story = opened();
        story.answer(stood_before());
        story.answer(login_of("Demo"));
        story.shows(Screen::Question);
        story.send(leave);
        assert!(story.removed().is_empty());
    }
}

#[test]
fn what_never_stood_is_removed_on_leaving() {
    for leave in [Event::BackClicked, Event::CloseClicked] {
        let mut story = opened();
        story.answer(text_question("Pet?", 4));
        story.answer(login_of("Demo"));
        story.send(leave);
        assert_eq!(story.removed(), ["i1"]);
    }
}

#[test]
fn nothing_is_removed_before_it_is_known_what_it_is() {
    let mut asked = opened();
    let mut unreachable = opened();
    unreachable.fail(CallError::Unreachable);
    let mut expired = opened();
    expired.fail(refused(401, "token_expired"));
    for mut story in [asked.clone(), unreachable, expired] {
        story.send(Event::CloseClicked);
        assert!(story.removed().is_empty(), "{:?}", story.effects);
        let [Report::Left { place, .. } | Report::Errored { place, .. }] = story.terminal()[..]
        else {
            panic!("{:?}", story.told)
        };
        assert_eq!(place.institution, None);
    }
    // Nor is the name kept for a reload: the address says it again.
    asked.fail(CallError::Unreachable);
    assert_eq!(asked.kept, None);
}

#[test]
fn it_is_asked_for_until_it_can_be_had() {
    let mut story = opened();
    story.fail(CallError::Unreachable);
    story.run_out(500);
    assert_eq!(story.pending().1, look());
    story.answer(Answer::Done);
    story.run_out(1_000);
    assert_eq!(story.pending().1, look());
    story.fail(refused(401, "token_expired"));
    story.shows(Screen::SessionExpired);
    story.send(Event::TokenRenewed(Secret::new("new")));
    assert_eq!(story.pending().1, look());
    story.answer(syncing(4));
    story.answer(login_of("Demo"));
    story.shows(Screen::Connecting);
}

#[test]
fn one_that_is_gone_leads_to_the_list() {
    for status in [404, 403] {
        let mut story = opened();
        story.fail(refused(status, ""));
        story.answer(listing(&["Demo"]));
        assert_eq!(story.rows(), ["Demo"]);
        assert!(story.removed().is_empty());
    }
}

#[test]
fn its_refused_login_is_asked_for_again_and_its_failure_is_shown() {
    let mut story = opened();
    story.answer(error("LoginFailedError", 3));
    story.answer(login_of("Demo"));
    story.shows(Screen::Credentials);
    story.submit();
    assert!(matches!(story.pending().1, Call::Login { .. }));
    let mut story = opened();
    story.answer(error("TemporaryFailureError", 3));
    story.answer(login_of("Demo"));
    story.fails_with("temporary_failure", WayOn::TryAgain, Some(WayOn::OtherBank));
}

#[test]
fn whoever_goes_on_has_consented() {
    let mut story = Story::start(following());
    story.answer(session_with(LaunchOptions {
        consent: Some(Consent::default()),
        ..LaunchOptions::default()
    }));
    assert_eq!(story.pending().1, look());
    story.fail(refused(404, "not_found"));
    story.shows(Screen::Consent);
}

#[test]
fn what_the_page_names_comes_before_what_a_reload_finds() {
    let mut story = Story::start(Launch {
        kept: Some(Kept {
            user: "u1".into(),
            institution: Some("i7".into()),
            login: None,
            fresh: true,
            errand: " ".into(),
        }),
        ..following()
    });
    story.answer(session());
    assert_eq!(story.pending().1, look());
}

/// The page names `i1`.
fn following() -> Launch {
    Launch {
        follow: Some("i1".into()),
        ..launch()
    }
}

/// Its session is there, `i1` is being looked up.
fn opened() -> Story {
    let mut story = Story::start(following());
    story.answer(session());
    assert_eq!((story.pending().1, story.calls()), (look(), 1));
    story
}

fn look() -> Call {
    Call::Institution { id: "i1".into() }
}

/// A question on a connection that has accounts.
fn stood_before() -> Answer {
    Answer::Institution(Box::new(Institution {
        accounts: Some(vec![account("a1", true)]),
        sync_error: Some(SyncError {
            name: "SecurityQuestionError".into(),
            message: "Pet?".into(),
            ..SyncError::default()
        }),
        ..connection(SyncStatus::Error, 4)
    }))
}
