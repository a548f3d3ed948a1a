//! The login at a bank's own site: a window beside this one or this window, and the answer by whichever road is open.

use crate::story::{Asked, Story, with_launch};
use crate::world::{
    self, CODE, OWN, VERIFIER, connected, error, launch, listing, login_of, oauth_bank,
    oauth_result, proof, refused, session, state_of, syncing,
};
use connect_core::Secret;
use connect_core::api::{KeptOAuth, LaunchOptions, OAuthResult, OAuthStatus, Provider};
use connect_core::flow::{
    Answer, BankWindow, Call, CallError, Effect, Event, Notice, OAuth, Report, Screen, State,
    Trouble, WayOn,
};
use connect_core::launch::{Embedding, Launch, OAuthMode};

const DEADLINE: u32 = 600_000;
const NEWS_PAUSE: u32 = 2_000;

#[test]
fn the_window_opens_within_the_click_at_the_banks_address() {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    let state = state_of("n1").replace('=', "%3D");
    let address = format!(
        "https://bank.example/authorize?lang=en&client_id=widget&response_type=code\
         &redirect_uri=https%3A%2F%2Fconnect.example%2Foauth%2Fredirect&scope=accounts+owner\
         &state={state}&code_challenge=challenge&code_challenge_method=S256"
    );
    let ticket = story.popup();
    let opens = Effect::OpenPopup {
        ticket,
        address: Some(address.clone()),
    };
    assert!(story.effects.contains(&opens), "{:#?}", story.effects);
    assert_eq!(story.machine.bank_address(), Some(address));
    assert!(matches!(story.told.last(), Some(Report::OAuthOpened(bank)) if bank.id == "oauth"));
    assert_eq!(window(&story), BankWindow::Open);
}

#[test]
fn the_state_says_whose_login_it_is_and_which() {
    let said = r#"{"sub":"widget","nonce":"n1"}"#;
    assert_eq!(state_of("n1"), connect_core::base64(said.as_bytes()));
}

#[test]
fn a_click_before_the_proof_is_there_opens_an_empty_window_that_is_sent_on() {
    let mut story = Story::with_options(LaunchOptions::default());
    story.pick(oauth_bank());
    assert_eq!(story.machine.bank_address(), None);
    story.send(Event::BankSiteClicked);
    let ticket = story.popup();
    let empty = Effect::OpenPopup {
        ticket,
        address: None,
    };
    assert!(story.effects.contains(&empty));
    story.prove();
    let address = story.machine.bank_address().expect("the proof is there");
    assert_eq!(story.effects[0], Effect::SendPopup { ticket, address });
    story.timer(DEADLINE);
}

#[test]
fn a_second_click_shows_the_window_that_is_open() {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    let ticket = story.popup();
    story.send(Event::BankSiteClicked);
    assert_eq!(story.effects, [Effect::FocusPopup(ticket)]);
}

#[test]
fn a_link_followed_beside_an_open_window_leads_to_no_second_window() {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    let ticket = story.popup();
    story.send(Event::BankLinkFollowed);
    story.send(Event::BankSiteClicked);
    assert_eq!(story.effects, [Effect::FocusPopup(ticket)]);
}

#[test]
fn whoever_comes_back_with_the_browsers_button_can_go_to_the_bank_again() {
    let mut story = redirecting();
    story.send(Event::BankSiteClicked);
    story.send(Event::BankSiteClicked);
    assert!(story.effects.is_empty(), "on the way already");
    story.answer(Answer::Done);
    assert!(leaves(&story));
    story.send(Event::BankSiteClicked);
    assert!(matches!(story.pending().1, Call::KeepOAuth { .. }));
    story.answer(Answer::Done);
    assert!(leaves(&story));
}

/// In a window of its own that goes to the bank itself; the proof is made.
fn redirecting() -> Story {
    let mut story = with_launch(
        Launch {
            oauth: OAuthMode::Redirect,
            embedding: Embedding::Alone,
            ..launch()
        },
        LaunchOptions::default(),
    );
    story.pick(oauth_bank());
    story.prove();
    story
}

fn leaves(story: &Story) -> bool {
    let bank = "https://bank.example/authorize?";
    let leaves =
        |effect: &Effect| matches!(effect, Effect::Leave(address) if address.starts_with(bank));
    story.effects.iter().any(leaves)
}

#[track_caller]
fn shown(story: &Story) -> &OAuth {
    match &story.machine.state {
        State::OAuth(oauth) => oauth,
        other => panic!("no way to a bank's own site in {other:?}"),
    }
}

#[track_caller]
fn window(story: &Story) -> BankWindow {
    shown(story).window
}
