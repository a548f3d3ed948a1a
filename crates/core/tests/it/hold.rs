//! Too many tries, or a busy server: the user is told until when, nothing is sent before, and it goes on by itself.

use crate::story::{Asked, DEADLINE, Story, fields};
use crate::world::{busy, challenge, code_challenge, listing, oauth_bank, session, syncing};
use connect_core::api::{AccountSelection, LaunchOptions, OAuthStatus};
use connect_core::flow::{
    Banner, Call, Event, Notice, QuestionNotice, Report, Resend, Screen, State, Trouble,
};

const TOO_MANY: Trouble = Trouble::TooMany { seconds: 240 };
const PAUSE: u32 = 240_000;

#[test]
fn a_login_after_too_many_is_taken_when_the_pause_is_over_and_not_before() {
    for (status, trouble) in [(429, TOO_MANY), (503, Trouble::Busy { seconds: 240 })] {
        let mut story = Story::sent();
        story.fail(busy(status, 240));
        let State::Credentials(login) = story.machine.state.clone() else {
            panic!("no form");
        };
        assert_eq!(login.notice, Some(Notice::NotSent(trouble)));
        story.submit();
        assert!(story.effects.is_empty());
        assert_eq!(
            story.machine.state,
            State::Credentials(login),
            "the same form"
        );
        story.run_out(PAUSE);
        assert_eq!(story.machine.held(), None);
        story.submit();
        assert!(matches!(story.pending().1, Call::Create { .. }));
        story.answer(syncing(1));
        story.polls(1);
    }
}

#[test]
fn the_form_stays_the_one_that_is_being_typed_in_when_the_pause_ends() {
    let mut story = Story::sent();
    story.fail(busy(429, 240));
    let key = story.machine.state.key();
    story.run_out(PAUSE);
    assert_eq!(story.machine.state.key(), key);
}

#[test]
fn the_host_hears_of_the_pause_no_more_than_of_a_login_that_was_not_sent() {
    let mut held = Story::sent();
    held.fail(busy(429, 240));
    held.run_out(PAUSE);
    let mut unsent = Story::sent();
    unsent.fail(connect_core::flow::CallError::Unreachable);
    assert_eq!(held.told, unsent.told);
    assert!(held.terminal().is_empty());
}

#[test]
fn an_answer_after_too_many_is_taken_when_the_pause_is_over_and_not_before() {
    let mut story = Story::at_question();
    story.answer_question();
    story.fail(busy(429, 240));
    let notice = QuestionNotice::NotSent(TOO_MANY);
    assert_eq!(question(&story).notice, Some(notice));
    story.answer_question();
    assert!(story.effects.is_empty());
    story.run_out(PAUSE);
    story.answer_question();
    assert!(matches!(story.pending().1, Call::Answer { .. }));
}

#[test]
fn a_code_asked_for_too_often_is_asked_for_later_and_the_one_at_hand_is_taken_meanwhile() {
    let mut story = Story::polling();
    story.answer(challenge(code_challenge(), 2));
    story.run_out(30_000);
    story.send(Event::ResendClicked);
    story.fail(busy(429, 240));
    let notice = QuestionNotice::ResendLater(TOO_MANY);
    assert_eq!(question(&story).notice, Some(notice));
    story.send(Event::ResendClicked);
    assert!(story.effects.is_empty());
    let mut answered = story.clone();
    answered.answer_question();
    assert!(matches!(answered.pending().1, Call::Answer { .. }));
    story.run_out(PAUSE);
    assert_eq!(question(&story).resend, Resend::Ready);
    story.send(Event::ResendClicked);
    assert!(matches!(story.pending().1, Call::Resend { .. }));
}

#[test]
fn a_choice_of_accounts_waits_as_well() {
    let mut story = Story::with_options(LaunchOptions {
        account_selection: Some(AccountSelection::Multiple),
        ..LaunchOptions::default()
    });
    story.pick(crate::world::bank("Demo"));
    story.submit();
    story.answer(crate::world::connected_with(
        vec![crate::world::account("a1", true)],
        2,
    ));
    story.choose_accounts(&["a1"]);
    story.fail(busy(429, 240));
    story.choose_accounts(&["a1"]);
    assert_eq!(story.calls(), 0);
    story.run_out(PAUSE);
    story.choose_accounts(&["a1"]);
    assert!(matches!(story.pending().1, Call::SelectAccounts { .. }));
}

#[test]
fn the_way_to_a_banks_own_site_waits_as_well() {
    let mut story = Story::with_options(LaunchOptions::default());
    story.pick(oauth_bank());
    story.prepare_login();
    story.send(Event::BankSiteClicked);
    story.comes_back("n1", OAuthStatus::Complete);
    story.fail(busy(429, 240));
    story.shows(Screen::OAuth);
    story.prepare_login();
    story.send(Event::BankSiteClicked);
    assert!(story.effects.is_empty());
    story.run_out(PAUSE);
    story.send(Event::BankSiteClicked);
    assert!(
        story
            .open
            .iter()
            .any(|(_, asked)| matches!(asked, Asked::Popup(_)))
    );
}

#[test]
fn whoever_goes_elsewhere_meanwhile_waits_for_nothing() {
    let mut story = Story::sent();
    story.fail(busy(429, 240));
    story.send(Event::BackClicked);
    story.shows(Screen::Search);
    assert_eq!(story.machine.held(), None);
    assert!(story.open.is_empty());
}

#[test]
fn what_is_tried_again_by_itself_says_that_it_waits_and_until_when() {
    let mut story = Story::start(crate::world::launch());
    story.answer(listing(&["Demo"]));
    story.fail(busy(429, 240));
    assert_eq!(story.machine.banner(), Some(Banner::TryingAgain(TOO_MANY)));
    assert!(!story.machine.can_try_now(), "in vain");
    story.run_out(PAUSE);
    story.answer(session());
    story.shows(Screen::Search);
    assert_eq!(story.machine.banner(), None);
}

#[test]
fn a_long_pause_that_the_server_asked_for_is_no_silence_of_the_bank() {
    let mut story = Story::polling();
    story.fail(busy(429, 240));
    story.run_out(DEADLINE);
    story.shows(Screen::Connecting);
    story.run_out(PAUSE);
    story.polls(1);
    story.run_out(DEADLINE);
    let failed = |report: &&Report| matches!(report, Report::Failed { .. });
    assert_eq!(story.told.iter().filter(failed).count(), 1);
}

#[test]
fn a_form_of_before_sends_nothing_while_another_one_waits() {
    let mut story = Story::at_login();
    let old = story.form();
    story.submit();
    story.fail(busy(429, 240));
    story.send(Event::Submitted {
        form: old,
        fields: fields(),
    });
    story.run_out(PAUSE);
    story.send(Event::Submitted {
        form: old,
        fields: fields(),
    });
    assert_eq!(story.calls(), 0);
}

#[track_caller]
fn question(story: &Story) -> &connect_core::flow::Question {
    match &story.machine.state {
        State::Question(question) => question,
        other => panic!("no question in {other:?}"),
    }
}
