//! What the backend says beside the usual: where a token is to be had, where something must be done, what could not be read.

use crate::story::Story;
use crate::world::{
    PASSWORD, account, bank, bank_with_setup, connected_for_a_while, connected_with, error_with,
};
use connect_core::Secret;
use connect_core::api::{AccountSelection, LaunchOptions, SyncError, Warning};
use connect_core::flow::{Call, Event, Failure, Report, Screen, State, WayOn};

#[test]
fn blanks_around_a_pasted_token_are_not_part_of_it() {
    let mut story = Story::at_search(&["Demo"]);
    story.pick(bank_with_setup());
    let fields = vec![("token".to_string(), Secret::new(format!(" {PASSWORD}\n")))];
    let form = story.form();
    story.send(Event::Submitted { form, fields });
    match story.pending().1 {
        Call::Create { credentials, .. } => assert_eq!(credentials[0].1.expose(), PASSWORD),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_password_is_sent_as_it_was_typed() {
    let mut story = Story::at_login();
    let fields = vec![("password".to_string(), Secret::new(" blank "))];
    let form = story.form();
    story.send(Event::Submitted { form, fields });
    match story.pending().1 {
        Call::Create { credentials, .. } => assert_eq!(credentials[0].1.expose(), " blank "),
        other => panic!("{other:?}"),
    }
}

#[test]
fn where_something_must_be_done_is_known_to_the_screen_and_then_the_bank_is_asked_again() {
    let address = "https://demo.example/terms".to_string();
    let mut story = Story::polling();
    story.answer(error_with(
        SyncError {
            name: "UserActionRequiredError".into(),
            url: Some(address.clone()),
            ..SyncError::default()
        },
        2,
    ));
    match &story.machine.state {
        State::Failed(failed) => {
            let url = Some(address);
            assert_eq!(failed.failure, Failure::UserActionRequired { url });
        }
        other => panic!("{other:?}"),
    }
    story.choose(WayOn::TryAgain);
    assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
}

#[test]
fn a_success_says_what_could_not_be_read_and_is_one_all_the_same() {
    let mut story = Story::polling();
    story.answer(connected_for_a_while(2));
    story.shows(Screen::Success);
    assert_eq!(shown(&story), ["Acme could not be read."]);
    assert_eq!(told(&story).len(), 1);
}

#[test]
fn what_could_not_be_read_is_known_after_a_choice_of_accounts_too() {
    let mut story = Story::with_options(LaunchOptions {
        account_selection: Some(AccountSelection::Multiple),
        ..LaunchOptions::default()
    });
    story.pick(bank("Demo"));
    story.submit();
    story.answer(connected_for_a_while(2));
    story.choose_accounts(&["a1"]);
    story.answer(connected_with(vec![account("a1", true)], 3));
    assert_eq!(shown(&story), ["Acme could not be read."]);
}

fn shown(story: &Story) -> Vec<&String> {
    match &story.machine.state {
        State::Success(success) => success.warnings().collect(),
        other => panic!("{other:?}"),
    }
}

fn told(story: &Story) -> &[Warning] {
    let made = story.told.iter().find_map(|report| match report {
        Report::Connected(made) => Some(made),
        _ => None,
    });
    made.map_or(&[], |made| &made.warnings)
}
