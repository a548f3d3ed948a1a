//! The accounts found: who chooses among them, and what if none can be connected.

use crate::story::{Story, with_launch};
use crate::world::{
    account, bank, connected, connected_with, launch, login_of, provider, refused, session_with,
    syncing,
};
use connect_core::api::{Account, AccountSelection, Institution, LaunchOptions, WaitFor};
use connect_core::flow::{
    Answer, Call, CallError, Event, Failure, Ineligible, Purpose, Report, Screen, State, Trouble,
    WayOn,
};
use connect_core::launch::Launch;

use AccountSelection::{Multiple, Single};

#[test]
fn without_a_choice_all_that_can_be_connected_are() {
    let story = found(AccountSelection::None, three());
    assert_eq!(connected_accounts(&story), ["a1", "a2"]);
    assert_eq!(story.calls(), 0);
}

#[test]
fn several_accounts_are_chosen_and_the_backend_says_which_are_connected() {
    let mut story = found(Multiple, three());
    assert!(choice(&story).several);
    story.choose_accounts(&["a1", "a2"]);
    let call = Call::SelectAccounts {
        id: "i1".into(),
        accounts: vec!["a1".into(), "a2".into()],
    };
    assert_eq!(story.pending().1, call);
    assert!(choice(&story).saving);
    let told = story.told.last();
    assert!(
        matches!(told, Some(Report::AccountsSelected { bank, accounts }) if bank.id == "demo" && accounts.len() == 2)
    );
    story.answer(connected_with(vec![account("a2", true)], 3));
    assert_eq!(connected_accounts(&story), ["a2"]);
}

#[test]
fn one_account_is_one() {
    let mut story = found(Single, three());
    assert!(!choice(&story).several);
    is_asked_again(&mut story, &["a1", "a2"]);
    story.choose_accounts(&["a2"]);
    assert!(matches!(story.pending().1, Call::SelectAccounts { .. }));
}

#[test]
fn nothing_and_what_cannot_be_connected_are_no_choice() {
    let mut story = found(Multiple, three());
    is_asked_again(&mut story, &[]);
    is_asked_again(&mut story, &["a3"]);
    is_asked_again(&mut story, &["a1", "a3"]);
    is_asked_again(&mut story, &["somebody elses"]);
}

#[test]
fn an_account_of_which_nothing_is_said_can_be_connected() {
    let unsaid = Account {
        eligible: None,
        ..account("a1", true)
    };
    let story = found(AccountSelection::None, vec![unsaid]);
    assert_eq!(connected_accounts(&story), ["a1"]);
}

#[test]
fn when_none_can_be_connected_the_reasons_are_told() {
    for selection in [AccountSelection::None, Single, Multiple] {
        let story = found(selection, vec![account("a1", false), account("a2", false)]);
        story.fails_with("no_accounts", WayOn::OtherBank, Some(WayOn::EditLogin));
        let ineligible = |id: &str| Ineligible {
            name: format!("Account {id}"),
            mask: None,
            reason: Some("Mortgages can't be connected.".into()),
        };
        let State::Failed(failed) = &story.machine.state else {
            panic!("{:?}", story.machine.state)
        };
        let found = vec![ineligible("a1"), ineligible("a2")];
        assert_eq!(failed.failure, Failure::NoAccounts { found });
    }
}

#[test]
fn a_bank_that_names_no_accounts_leaves_nothing_to_choose() {
    let story = found(Multiple, Vec::new());
    assert!(connected_accounts(&story).is_empty());
}

#[test]
fn a_choice_that_was_not_sent_is_asked_for_again() {
    for (error, trouble) in [
        (CallError::Unreachable, Trouble::Unreachable),
        (refused(500, "internal"), Trouble::ServerError),
        (CallError::Unreadable, Trouble::ServerError),
    ] {
        let mut story = found(Single, three());
        story.choose_accounts(&["a1"]);
        story.fail(error);
        assert_eq!(choice(&story).notice, Some(trouble));
        assert!(!choice(&story).saving);
        story.choose_accounts(&["a1"]);
        story.answer(connected(4));
        story.shows(Screen::Success);
    }
}

#[test]
fn a_second_click_on_the_same_choice_changes_nothing() {
    let mut story = found(Single, three());
    let form = story.form();
    story.choose_accounts(&["a1"]);
    let before = story.machine.state.clone();
    story.send(Event::AccountsChosen {
        form,
        accounts: vec!["a2".into()],
    });
    assert!(story.effects.is_empty());
    assert_eq!(story.machine.state, before);
}

#[test]
fn a_choice_that_the_backend_refuses_is_a_failure() {
    for (status, code, shown) in [
        (404, "not_found", "unknown_institution"),
        (422, "invalid_request", "server_error"),
    ] {
        let mut story = found(Single, three());
        story.choose_accounts(&["a1"]);
        story.fail(refused(status, code));
        let State::Failed(failed) = &story.machine.state else {
            panic!("{:?}", story.machine.state)
        };
        assert_eq!(failed.failure.code(), shown);
    }
}

#[test]
fn a_refresh_is_no_new_choice_and_a_mended_login_is() {
    let choosing = || {
        let mut story = Story::start(Launch {
            institution: Some("i1".into()),
            ..launch()
        });
        story.answer(session_with(options(Multiple)));
        story
    };
    let mut story = choosing();
    story.answer(connected(3));
    story.answer(login_of("Demo"));
    story.answer(syncing(4));
    story.answer(connected_with(three(), 5));
    assert_eq!(connected_accounts(&story), ["a1", "a2"]);
    let State::Success(success) = &story.machine.state else {
        unreachable!("its accounts were just read")
    };
    assert_eq!(success.purpose, Purpose::Refresh);
    let mut story = choosing();
    story.answer(crate::world::error("LoginFailedError", 3));
    story.answer(login_of("Demo"));
    story.submit();
    story.answer(connected_with(three(), 5));
    story.shows(Screen::Accounts);
}

#[test]
fn leaving_during_the_choice_removes_a_new_connection() {
    let mut story = found(Single, three());
    assert!(!story.machine.can_go_back());
    story.send(Event::CloseClicked);
    assert_eq!(story.removed(), ["i1"]);
    assert!(matches!(story.terminal()[..], [Report::Left { .. }]));
}

#[test]
fn what_the_token_fixes_wins_over_the_address() {
    let page = || Launch {
        account_selection: Some(Multiple),
        ..launch()
    };
    for (fixed, several) in [(None, true), (Some(Single), false)] {
        let options = LaunchOptions {
            account_selection: fixed,
            ..LaunchOptions::default()
        };
        let story = logged_in(with_launch(page(), options), three());
        assert_eq!(choice(&story).several, several);
    }
    let story = logged_in(
        with_launch(page(), options(AccountSelection::None)),
        three(),
    );
    story.shows(Screen::Success);
}

#[test]
fn past_the_login_the_choice_waits_for_the_end_of_the_sync() {
    let mut story = Story::with_options(LaunchOptions {
        wait_for: Some(WaitFor::Authorized),
        ..options(Multiple)
    });
    story.pick(bank("Demo"));
    story.submit();
    let authorized = |accounts, version| {
        let Answer::Institution(institution) = syncing(version) else {
            unreachable!("a sync is an institution")
        };
        Answer::Institution(Box::new(Institution {
            authorized: Some(true),
            accounts,
            ..*institution
        }))
    };
    story.answer(authorized(None, 1));
    story.polls(1);
    story.answer(authorized(Some(three()), 2));
    story.polls(2);
    story.answer(connected_with(three(), 3));
    story.shows(Screen::Accounts);
}

/// Three accounts; the last one cannot be connected.
fn three() -> Vec<Account> {
    vec![
        account("a1", true),
        account("a2", true),
        account("a3", false),
    ]
}

fn options(selection: AccountSelection) -> LaunchOptions {
    LaunchOptions {
        account_selection: Some(selection),
        ..LaunchOptions::default()
    }
}

/// These accounts were found behind a new login.
fn found(selection: AccountSelection, accounts: Vec<Account>) -> Story {
    logged_in(Story::with_options(options(selection)), accounts)
}

fn logged_in(mut story: Story, accounts: Vec<Account>) -> Story {
    story.send(Event::Picked("demo".into()));
    story.answer(provider(bank("Demo")));
    story.submit();
    story.answer(syncing(1));
    story.answer(connected_with(accounts, 2));
    story
}

#[track_caller]
fn choice(story: &Story) -> &connect_core::flow::Accounts {
    match &story.machine.state {
        State::Accounts(accounts) => accounts,
        other => panic!("no choice in {other:?}"),
    }
}

#[track_caller]
fn is_asked_again(story: &mut Story, ids: &[&str]) {
    let form = story.form();
    let told = story.told.len();
    story.choose_accounts(ids);
    assert_ne!(story.form(), form, "{ids:?}");
    assert_eq!((story.calls(), story.told.len()), (0, told), "{ids:?}");
}

#[track_caller]
fn connected_accounts(story: &Story) -> Vec<&str> {
    match &story.machine.state {
        State::Success(success) => success.accounts.iter().map(|a| a.id.as_str()).collect(),
        other => panic!("no success in {other:?}"),
    }
}
