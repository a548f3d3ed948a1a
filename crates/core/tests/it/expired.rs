//! The session ends in the middle: a new token goes on where it was, in every state that calls.

use crate::resume::reloaded;
use crate::story::{Story, with_launch};
use crate::world::{
    account, bank, challenge, code_challenge, connected, connected_with, launch, listing, login_of,
    oauth_bank, oauth_result, refused, session, state_of, syncing,
};
use connect_core::Secret;
use connect_core::api::{AccountSelection, LaunchOptions, OAuthStatus};
use connect_core::flow::{
    BankWindow, Call, Effect, Event, Failure, Notice, QuestionNotice, Report, Screen, State,
    Trouble, WayOn,
};
use connect_core::launch::{Embedding, Launch, OAuthMode};

#[test]
fn a_search_goes_on_with_the_same_words() {
    let mut story = Story::at_search(&["Demo"]);
    story.type_in("b");
    let call = story.pending().1;
    check("searching", story, |story| {
        assert_eq!(story.pending().1, call);
        assert_eq!(story.rows(), ["Demo"]);
    });
}

#[test]
fn a_bank_is_looked_up_again() {
    let mut story = Story::at_search(&["Demo"]);
    story.send(Event::Picked("demo".into()));
    check_call("a bank that was chosen", story);
}

#[test]
fn what_the_session_begins_with_is_looked_up_again() {
    check_call("a connection of before", Story::reconnecting());
    check_call("a connection from before a reload", reloaded());
    let mut back = Story::start(Launch {
        resume: Some("n1".into()),
        ..launch()
    });
    back.answer(session());
    check_call("a login at a bank's own site", back);
}

#[test]
fn a_login_is_asked_for_again_because_nothing_keeps_it() {
    let notice = Some(Notice::NotSent(Trouble::ServerError));
    check("a login", Story::sent(), |story| {
        crate::credentials::form_again(story, notice);
    });
}

#[test]
fn a_sync_is_ordered_again_and_a_poll_goes_on_with_its_version() {
    let mut story = Story::reconnecting();
    story.answer(connected(3));
    story.answer(login_of("Demo"));
    check_call("a sync", story.clone());
    story.answer(syncing(4));
    check_call("a poll", story);
}

#[test]
fn an_answer_is_asked_for_again() {
    let mut story = Story::at_question();
    story.answer_question();
    check("an answer", story, asks_again);
}

#[test]
fn a_question_whose_code_could_not_be_sent_anew_is_asked_again() {
    let mut story = Story::polling();
    story.answer(challenge(code_challenge(), 2));
    story.run_out(30_000);
    story.send(Event::ResendClicked);
    check("a code", story, asks_again);
}

#[test]
fn a_choice_of_accounts_is_asked_for_again() {
    let mut story = Story::with_options(LaunchOptions {
        account_selection: Some(AccountSelection::Single),
        ..LaunchOptions::default()
    });
    story.pick(bank("Demo"));
    story.submit();
    story.answer(connected_with(vec![account("a1", true)], 1));
    story.choose_accounts(&["a1"]);
    check("a choice", story, |story| match &story.machine.state {
        State::Accounts(accounts) => assert!(!accounts.saving),
        other => panic!("{other:?}"),
    });
}

#[test]
fn the_way_to_the_bank_is_shown_again() {
    let mut redirecting = with_launch(
        Launch {
            oauth: OAuthMode::Redirect,
            embedding: Embedding::Alone,
            ..launch()
        },
        LaunchOptions::default(),
    );
    redirecting.pick(oauth_bank());
    redirecting.prove();
    redirecting.send(Event::BankSiteClicked);
    check("on the way", redirecting, is_at_oauth);
}

#[test]
fn a_session_that_ends_while_the_user_is_at_the_bank_ends_when_they_come_back() {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    story.fail(refused(401, "token_expired"));
    story.shows(Screen::OAuth);
    let mut closed = story.clone();
    closed.send(Event::PopupClosed(closed.popup()));
    check("its window closed", closed, |story| {
        assert!(matches!(story.pending().1, Call::OAuthResult { .. }));
        story.shows(Screen::OAuth);
    });
    story.send(Event::OAuthReturned {
        state: state_of("n1"),
        result: oauth_result(OAuthStatus::Complete),
    });
    check("back from the bank", story, is_at_oauth);
}

#[test]
fn leaving_tells_once_that_the_session_has_expired() {
    for leave in [
        Event::WayChosen(WayOn::Leave),
        Event::DoneClicked,
        Event::CloseClicked,
    ] {
        let mut story = Story::polling();
        story.fail(refused(401, "token_expired"));
        story.send(leave);
        story.shows(Screen::Ended);
        let ended = |report: &&Report| match report {
            Report::Errored { failure, place } => {
                let at = place.bank.as_ref().map(|bank| bank.id.as_str());
                *failure == Failure::SessionExpired && at == Some("demo")
            }
            _ => false,
        };
        assert_eq!(story.terminal().len(), 1);
        assert!(story.terminal().iter().all(ended), "{:?}", story.terminal());
    }
}

#[test]
fn other_clicks_and_an_empty_token_change_nothing() {
    let mut story = Story::polling();
    story.fail(refused(401, "token_expired"));
    let before = story.machine.state.clone();
    for event in [
        Event::TokenRenewed(Secret::new("")),
        Event::BackClicked,
        Event::TryNowClicked,
        Event::WayChosen(WayOn::TryAgain),
    ] {
        story.send(event);
        assert_eq!(story.machine.state, before);
        assert!(story.effects.is_empty());
    }
}

#[test]
fn a_new_token_can_expire_too() {
    let mut story = Story::polling();
    for _ in 0..3 {
        story.fail(refused(401, "token_expired"));
        story.shows(Screen::SessionExpired);
        story.send(Event::TokenRenewed(Secret::new("new")));
        story.polls(1);
    }
}

#[test]
fn a_token_that_was_no_good_at_the_start_is_replaced_by_a_good_one() {
    for code in ["token_expired", "invalid_token"] {
        let mut story = Story::start(launch());
        story.answer(listing(&["Demo"]));
        story.fail(refused(401, code));
        story.shows(Screen::Failure);
        assert_eq!(story.told, [Report::TokenRefused]);
        story.send(Event::TokenRenewed(Secret::new("new")));
        assert_eq!(story.effects[0], Effect::UseToken(Secret::new("new")));
        story.answer(listing(&["Acme"]));
        story.answer(session());
        assert_eq!(story.rows(), ["Acme"]);
        assert_eq!(story.told[1], Report::Opened);
    }
}

/// The newest call comes back with a 401; after a new token it is asked again.
#[track_caller]
fn check_call(at: &str, story: Story) {
    let call = story.pending().1;
    check(at, story, |story| assert_eq!(story.pending().1, call));
}

/// The newest call comes back with a 401, in both ways that backends word it.
#[track_caller]
fn check(at: &str, story: Story, goes_on: impl Fn(&Story)) {
    for code in ["token_expired", "invalid_token"] {
        let mut story = story.clone();
        let (told, asked) = (story.told.len(), questions(&story));
        story.fail(refused(401, code));
        story.shows(Screen::SessionExpired);
        assert_eq!(story.open, [], "{at}: nothing is waited for");
        let expired = |report: &&Report| matches!(report, Report::Failed { failure, .. } if *failure == Failure::SessionExpired);
        let told = story.told[told..].iter().filter(expired).count();
        assert_eq!(told, 1, "{at}: told once");
        story.send(Event::TokenRenewed(Secret::new("new")));
        assert_eq!(story.effects[0], Effect::UseToken(Secret::new("new")));
        assert_eq!(questions(&story), asked, "{at}: no question is told twice");
        goes_on(&story);
    }
}

fn questions(story: &Story) -> usize {
    let asked = |report: &&Report| matches!(report, Report::QuestionAsked { .. });
    story.told.iter().filter(asked).count()
}

fn asks_again(story: &Story) {
    match &story.machine.state {
        State::Question(question) => {
            let notice = QuestionNotice::NotSent(Trouble::ServerError);
            assert_eq!(question.notice, Some(notice));
        }
        other => panic!("{other:?}"),
    }
}

fn is_at_oauth(story: &Story) {
    match &story.machine.state {
        State::OAuth(oauth) => assert_eq!(oauth.window, BankWindow::None),
        other => panic!("{other:?}"),
    }
    let proof = |effect: &Effect| matches!(effect, Effect::MakeProof { .. });
    assert!(story.effects.iter().any(proof), "a login of its own");
}
