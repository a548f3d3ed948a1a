//! Which of the accounts found the user sees, where the page says so.

use crate::story::{Story, with_launch};
use crate::world::{account, bank, connected_with, launch};
use connect_core::api::{Account, AccountSelection, LaunchOptions};
use connect_core::flow::{Report, Screen, State, WayOn};
use connect_core::launch::{Launch, Sieve};

use AccountSelection::{Multiple, Single};

#[test]
fn accounts_of_another_currency_cannot_be_chosen() {
    let mut story = found(Multiple, sieve(Some("CAD"), false), currencies());
    assert_eq!(shown(&story), ["cad", "usd", "eur", "unsaid"]);
    for id in ["usd", "eur"] {
        story.choose_accounts(&[id]);
        assert_eq!(story.calls(), 0, "{id}");
    }
    story.choose_accounts(&["cad", "unsaid"]);
    assert_eq!(story.calls(), 1, "of which nothing is said is as good");
}

#[test]
fn a_currency_is_the_same_in_small_letters() {
    let story = found(Multiple, sieve(Some("cad"), true), currencies());
    assert_eq!(shown(&story), ["cad", "unsaid"]);
}

#[test]
fn accounts_that_cannot_be_chosen_are_shown_or_hidden() {
    let accounts = || vec![account("a1", true), account("a2", false)];
    let shows = found(Multiple, sieve(None, false), accounts());
    assert_eq!(shown(&shows), ["a1", "a2"]);
    assert_eq!(asked(&shows), (2, 2));
    let hides = found(Multiple, sieve(None, true), accounts());
    assert_eq!(shown(&hides), ["a1"]);
    assert_eq!(asked(&hides), (2, 1), "the host hears how many there are");
}

#[test]
fn where_none_can_be_chosen_the_user_is_told_of_all() {
    for hides in [true, false] {
        let accounts = vec![money("usd", Some("USD")), money("eur", Some("EUR"))];
        let story = found(Single, sieve(Some("CAD"), hides), accounts);
        story.fails_with("no_accounts", WayOn::OtherBank, Some(WayOn::EditLogin));
        let State::Failed(failed) = &story.machine.state else {
            panic!("{:?}", story.machine.state)
        };
        let connect_core::flow::Failure::NoAccounts { found } = &failed.failure else {
            panic!("{failed:?}")
        };
        assert_eq!(found.len(), 2, "{hides}");
    }
}

#[test]
fn where_nothing_is_chosen_only_accounts_of_the_currency_are_connected() {
    let none = AccountSelection::None;
    let story = found(none, sieve(Some("CAD"), true), currencies());
    let State::Success(success) = &story.machine.state else {
        panic!("{:?}", story.machine.state)
    };
    let ids: Vec<&str> = success.accounts.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(ids, ["cad", "unsaid"]);
}

#[test]
fn a_page_that_says_nothing_shows_all() {
    let story = found(Multiple, Sieve::default(), currencies());
    assert_eq!(shown(&story).len(), 4);
    assert_eq!(asked(&story), (4, 4));
    story.shows(Screen::Accounts);
}

fn sieve(currency: Option<&str>, hides: bool) -> Sieve {
    let currency = currency.map(String::from);
    Sieve { currency, hides }
}

fn money(id: &str, currency: Option<&str>) -> Account {
    Account {
        currency: currency.map(String::from),
        ..account(id, true)
    }
}

fn currencies() -> Vec<Account> {
    vec![
        money("cad", Some("CAD")),
        money("usd", Some("USD")),
        money("eur", Some("EUR")),
        money("unsaid", None),
    ]
}

/// These accounts were found behind a new login.
fn found(selection: AccountSelection, accounts: Sieve, found: Vec<Account>) -> Story {
    let page = Launch {
        accounts,
        account_selection: Some(selection),
        ..launch()
    };
    let mut story = with_launch(page, LaunchOptions::default());
    story.pick(bank("Demo"));
    story.submit();
    story.answer(connected_with(found, 1));
    story
}

#[track_caller]
fn shown(story: &Story) -> Vec<&str> {
    match &story.machine.state {
        State::Accounts(choice) => choice.accounts.iter().map(|a| a.id.as_str()).collect(),
        other => panic!("no choice in {other:?}"),
    }
}

/// How many accounts there are, and how many of them the user sees, as the host heard it.
#[track_caller]
fn asked(story: &Story) -> (usize, usize) {
    let asked = story.told.iter().find_map(|report| match report {
        Report::AccountsAsked { found, shown, .. } => Some((*found, *shown)),
        _ => None,
    });
    asked.expect("the host heard of the choice")
}
