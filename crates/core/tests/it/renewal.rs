//! A consent that ends: how it is renewed, after its end and before, and what becomes of it if the user backs out.

use crate::story::{Story, fields};
use crate::world::{
    connected, connected_for_a_while, error, login_of, oauth_bank, provider, state_of, syncing,
};
use connect_core::api::OAuthStatus;
use connect_core::flow::{Call, Event, Reason, Report, Screen, WayOn};

#[test]
fn an_access_that_has_ended_is_renewed_by_the_login_of_the_same_connection() {
    let mut story = ended();
    story.choose(WayOn::RenewAccess);
    story.shows(Screen::Credentials);
    story.submit();
    let (id, credentials) = ("i1".to_string(), fields());
    assert_eq!(story.pending().1, Call::Login { id, credentials });
    story.answer(syncing(4));
    story.answer(connected(5));
    story.shows(Screen::Success);
}

#[test]
fn at_a_bank_s_own_site_it_is_renewed_there_at_an_address_of_now() {
    let mut story = Story::reconnecting();
    story.answer(error("LoginFailedError", 2));
    story.answer(provider(oauth_bank()));
    story.prove();
    story.comes_back("n1", OAuthStatus::Complete);
    story.answer(error("ConsentExpiredError", 3));
    story.choose(WayOn::RenewAccess);
    assert_eq!(story.pending().1, Call::Provider { id: "oauth".into() });
    story.answer(provider(oauth_bank()));
    story.prove();
    story.comes_back("n1", OAuthStatus::Complete);
    assert!(matches!(story.pending().1, Call::Login { id, .. } if id == "i1"));
}

#[test]
fn before_its_end_the_user_comes_to_the_login_at_once() {
    let mut story = renewing();
    story.submit();
    let (id, credentials) = ("i1".to_string(), fields());
    assert_eq!(story.pending().1, Call::Login { id, credentials });
}

#[test]
fn whoever_backs_out_of_a_renewal_keeps_the_connection_and_nothing_is_wrong() {
    let begun: [fn(&mut Story); 4] = [
        |_| {},
        Story::submit,
        |story| {
            story.submit();
            story.send(Event::BackClicked);
        },
        |story| {
            story.submit();
            story.answer(syncing(4));
        },
    ];
    for begin in begun {
        let mut story = renewing();
        begin(&mut story);
        story.send(Event::CloseClicked);
        assert_eq!(story.removed(), [""; 0]);
        match story.terminal()[..] {
            [Report::Left { place, reason }] => {
                assert_eq!(*reason, Reason::UserClosed);
                assert_eq!(place.institution.as_deref(), Some("i1"));
            }
            ref other => panic!("{other:?}"),
        }
        let wrong = |told: &Report| matches!(told, Report::Failed { .. } | Report::Errored { .. });
        assert!(!story.told.iter().any(wrong), "{:?}", story.told);
    }
}

#[test]
fn a_renewal_that_the_user_denies_at_the_bank_leaves_the_connection_alone() {
    let mut story = Story::reconnecting();
    story.answer(connected_for_a_while(3));
    story.answer(provider(oauth_bank()));
    story.prove();
    story.send(Event::OAuthReturned {
        state: state_of("n1"),
        result: crate::world::oauth_result(OAuthStatus::Denied),
    });
    story.send(Event::CloseClicked);
    assert_eq!(story.removed(), [""; 0]);
    assert!(matches!(
        story.terminal()[..],
        [Report::Left {
            reason: Reason::DeniedOAuth,
            ..
        }]
    ));
}

/// A sync of a connection of before has said that the consent is over.
fn ended() -> Story {
    let mut story = Story::reconnecting();
    story.answer(connected(1));
    story.answer(login_of("Demo"));
    story.answer(syncing(2));
    story.answer(error("ConsentExpiredError", 3));
    story.fails_with(
        "consent_expired",
        WayOn::RenewAccess,
        Some(WayOn::OtherBank),
    );
    story
}

/// At the login of a connection that is well.
fn renewing() -> Story {
    let mut story = Story::reconnecting();
    story.answer(connected_for_a_while(3));
    story.answer(login_of("Demo"));
    story.shows(Screen::Credentials);
    story
}
