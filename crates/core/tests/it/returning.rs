//! This window itself goes to the bank's own site, and is back in another load of the page.

use crate::oauth::{came, credentials, opens, sends_the_code, shown, window};
use crate::story::{Story, with_launch};
use crate::world::{
    HOST, VERIFIER, connected, launch, listing, oauth_bank, oauth_result, provider, refused,
    session,
};
use connect_core::Secret;
use connect_core::api::{KeptOAuth, LaunchOptions, OAuthResult, OAuthStatus};
use connect_core::flow::{
    Answer, BankWindow, Call, CallError, Effect, Event, Notice, Screen, Trouble, WayOn,
};
use connect_core::launch::{Embedding, Kept, Launch, OAuthMode};

#[test]
fn a_window_of_our_own_goes_to_the_bank_once_the_backend_keeps_the_proof() {
    let mut story = redirecting();
    assert!(story.machine.goes_in_this_window());
    story.send(Event::BankSiteClicked);
    assert_eq!(window(&story), BankWindow::Leaving);
    let kept = KeptOAuth {
        provider: "oauth".into(),
        institution: None,
        code_verifier: Secret::new(VERIFIER),
        redirect_uri: None,
        popup: None,
        alone: Some(true),
        query: format!("origin={HOST}"),
        system: Some("native".into()),
    };
    let nonce = "n1".to_string();
    assert_eq!(story.pending().1, Call::KeepOAuth { nonce, kept });
    assert!(!leaves(&story));
    story.answer(Answer::Done);
    assert!(leaves(&story));
}

#[test]
fn a_click_before_the_proof_is_there_leaves_as_soon_as_it_is() {
    let mut story = with_launch(redirect(), LaunchOptions::default());
    story.pick(oauth_bank());
    story.send(Event::BankSiteClicked);
    assert_eq!(story.calls(), 0);
    story.prove();
    story.answer(Answer::Done);
    assert!(leaves(&story));
}

#[test]
fn a_frame_leaves_only_to_come_back_to_its_hosts_page() {
    let framed = |oauth_redirect_uri: Option<&str>| {
        let launch = Launch {
            oauth: OAuthMode::Redirect,
            oauth_redirect_uri: oauth_redirect_uri.map(String::from),
            ..launch()
        };
        let mut story = with_launch(launch, LaunchOptions::default());
        story.pick(oauth_bank());
        story.prepare_login();
        story.send(Event::BankSiteClicked);
        story
    };
    let back = "https://shop.example/bank";
    let story = framed(Some(back));
    let Call::KeepOAuth { kept, .. } = story.pending().1 else {
        panic!("{:?}", story.pending())
    };
    assert_eq!(kept.redirect_uri.as_deref(), Some(back));
    assert_eq!(window(&framed(None)), BankWindow::Open);
}

#[test]
fn a_blocked_window_of_a_page_without_a_host_goes_there_itself() {
    for (oauth, then) in [
        (OAuthMode::Auto, BankWindow::Leaving),
        (OAuthMode::Popup, BankWindow::Opening),
    ] {
        let launch = Launch {
            oauth,
            embedding: Embedding::Alone,
            ..launch()
        };
        let mut story = with_launch(launch, LaunchOptions::default());
        story.pick(oauth_bank());
        story.prepare_login();
        story.send(Event::BankSiteClicked);
        story.send(Event::PopupBlocked(story.popup()));
        story.send(Event::BankSiteClicked);
        assert_eq!(window(&story), then);
    }
}

#[test]
fn a_backend_that_cannot_keep_the_proof_lets_nobody_leave() {
    let mut story = redirecting();
    story.send(Event::BankSiteClicked);
    story.fail(CallError::Unreachable);
    assert_eq!(window(&story), BankWindow::None);
    assert_eq!(
        shown(&story).notice,
        Some(Notice::NotSent(Trouble::Unreachable))
    );
    story.send(Event::BankSiteClicked);
    story.fail(refused(404, "not_found"));
    assert!(!story.machine.goes_in_this_window());
    story.send(Event::BankSiteClicked);
    assert_eq!(window(&story), BankWindow::Open);
    let mut story = redirecting();
    story.send(Event::BankSiteClicked);
    story.fail(refused(400, "redirect_uri_not_registered"));
    story.fails_with("redirect_uri_not_registered", WayOn::Leave, None);
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

#[test]
fn whoever_comes_back_from_the_bank_goes_on_where_they_left() {
    let mut story = back();
    story.answer(came_with(OAuthStatus::Complete, kept(None)));
    assert_eq!(story.pending().1, Call::Provider { id: "oauth".into() });
    story.answer(provider(oauth_bank()));
    sends_the_code(&story);
    story.answer(connected(1));
    story.shows(Screen::Success);
}

#[test]
fn whoever_comes_back_to_mend_a_connection_mends_it() {
    let mut story = back();
    story.answer(came_with(OAuthStatus::Complete, kept(Some("i1"))));
    story.answer(provider(oauth_bank()));
    let (id, credentials) = ("i1".to_string(), credentials());
    assert_eq!(story.pending().1, Call::Login { id, credentials });
}

#[test]
fn whoever_comes_back_with_a_refusal_or_nothing_sees_it() {
    let mut story = back();
    story.answer(came_with(OAuthStatus::Denied, kept(None)));
    story.answer(provider(oauth_bank()));
    story.fails_with("oauth_denied", WayOn::TryAgain, Some(WayOn::OtherBank));
    let mut story = back();
    story.answer(came_with(OAuthStatus::Pending, kept(None)));
    story.answer(provider(oauth_bank()));
    assert_eq!(window(&story), BankWindow::None);
}

#[test]
fn a_login_that_nobody_knows_of_begins_as_ever() {
    let mut unknown = back();
    unknown.fail(refused(404, "not_found"));
    let mut kept_nowhere = back();
    kept_nowhere.answer(came(OAuthStatus::Complete));
    for mut story in [unknown, kept_nowhere] {
        story.answer(listing(&["Demo"]));
        assert_eq!(story.rows(), ["Demo"]);
    }
}

#[test]
fn what_came_of_a_login_is_asked_for_until_it_can_be_had() {
    let mut story = back();
    story.fail(CallError::Unreachable);
    story.run_out(500);
    let (nonce, wait) = ("n1".to_string(), false);
    assert_eq!(story.pending().1, Call::OAuthResult { nonce, wait });
}

/// The page was opened by the way back from a bank's own site.
fn back() -> Story {
    let mut story = Story::start(Launch {
        resume: Some("n1".into()),
        ..launch()
    });
    assert_eq!(story.calls(), 1, "no list that nobody sees");
    story.answer(session());
    let (nonce, wait) = ("n1".to_string(), false);
    assert_eq!(story.pending().1, Call::OAuthResult { nonce, wait });
    story
}

fn came_with(status: OAuthStatus, kept: KeptOAuth) -> Answer {
    Answer::OAuth(Box::new(OAuthResult {
        kept: Some(kept),
        ..oauth_result(status)
    }))
}

fn kept(institution: Option<&str>) -> KeptOAuth {
    KeptOAuth {
        provider: "oauth".into(),
        institution: institution.map(String::from),
        code_verifier: Secret::new(VERIFIER),
        ..KeptOAuth::default()
    }
}

/// In a window of its own that goes to the bank itself; the proof is made.
fn redirecting() -> Story {
    let mut story = with_launch(redirect(), LaunchOptions::default());
    story.pick(oauth_bank());
    story.prepare_login();
    story
}

fn redirect() -> Launch {
    Launch {
        oauth: OAuthMode::Redirect,
        embedding: Embedding::Alone,
        ..launch()
    }
}

fn leaves(story: &Story) -> bool {
    let bank = "https://bank.example/authorize?";
    let leaves =
        |effect: &Effect| matches!(effect, Effect::Leave(address) if address.starts_with(bank));
    story.effects.iter().any(leaves)
}

/// The page was loaded anew while a window beside it was at the bank.
fn reloaded(status: OAuthStatus) -> Story {
    let mut story = Story::start(Launch {
        kept: Some(Kept {
            user: "u1".into(),
            institution: None,
            fresh: false,
            login: Some("n1".into()),
            errand: " ".into(),
        }),
        ..launch()
    });
    story.answer(listing(&["Demo"]));
    story.answer(session());
    let (nonce, wait) = ("n1".to_string(), false);
    assert_eq!(story.pending().1, Call::OAuthResult { nonce, wait });
    let popup = KeptOAuth {
        popup: Some(true),
        ..kept(None)
    };
    story.answer(came_with(status, popup));
    story.answer(provider(oauth_bank()));
    story
}

#[test]
fn a_reload_hears_what_the_bank_has_answered_meanwhile() {
    sends_the_code(&reloaded(OAuthStatus::Complete));
}

#[test]
fn a_reload_waits_on_for_the_window_that_is_at_the_bank() {
    let mut story = reloaded(OAuthStatus::Pending);
    assert_eq!(window(&story), BankWindow::Closed);
    let (nonce, wait) = ("n1".to_string(), true);
    assert_eq!(story.pending().1, Call::OAuthResult { nonce, wait });
    story.answer(came(OAuthStatus::Complete));
    sends_the_code(&story);
    let mut story = reloaded(OAuthStatus::Pending);
    story.comes_back("n1", OAuthStatus::Complete);
    sends_the_code(&story);
}

#[test]
fn after_a_reload_a_click_begins_another_login() {
    let mut story = reloaded(OAuthStatus::Pending);
    story.send(Event::BankSiteClicked);
    story.prove_as("n2");
    assert!(story.effects.contains(&opens(&story)));
}

/// The token was taken out of the address, and the only window has been at the bank since.
#[test]
fn whoever_turns_back_before_the_bank_has_answered_gets_the_session_again() {
    let kept = Kept::parse("old\n\nn1\n \nu1");
    let turned_back = |own_origin: &str, api_url: &str| {
        let launch = Launch {
            token: None,
            embedding: Embedding::Alone,
            own_origin: own_origin.into(),
            api_url: api_url.into(),
            kept: kept.clone(),
            ..launch()
        };
        Story::start(launch)
    };
    let own = "https://connect.example";
    for api in [own, "https://connect.example/bank"] {
        let story = turned_back(own, api);
        let back = format!("{api}/oauth/resume?resume=n1");
        assert!(
            story.effects.contains(&Effect::Leave(back)),
            "{:?}",
            story.effects
        );
        story.shows(Screen::Starting);
    }
    // There the cookie would be another site's.
    for api in ["https://api.example", "https://connect.example:8443"] {
        turned_back(own, api).shows(Screen::Failure);
    }
}
