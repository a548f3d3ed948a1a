//! The bank's window comes back to the host's own page, which says so: until it has, nothing is hurried.

use crate::oauth::{came, opens, sends_the_code, shown, window};
use crate::story::{Asked, Story, with_launch};
use crate::world::{
    HOST, VERIFIER, connected, launch, oauth_bank, proof, refused, session, syncing,
};
use connect_core::Secret;
use connect_core::api::{KeptOAuth, LaunchOptions, OAuthStatus};
use connect_core::flow::{Answer, Notice};
use connect_core::flow::{
    BankWindow, Call, CallError, Effect, Event, Report, Screen, State, Trouble,
};
use connect_core::launch::{Embedding, Launch, OAuthMode};

const BACK: &str = "https://shop.example/bank";
const DEADLINE: u32 = 600_000;
const NEWS_PAUSE: u32 = 2_000;

#[test]
fn the_backend_keeps_the_proof_before_the_window_goes_to_the_bank() {
    let mut story = at_bank_screen();
    story.prove();
    let kept = KeptOAuth {
        provider: "oauth".into(),
        institution: None,
        code_verifier: Secret::new(VERIFIER),
        redirect_uri: Some(BACK.into()),
        popup: Some(true),
        alone: None,
        query: format!("origin={HOST}"),
        system: Some("native".into()),
    };
    let nonce = "n1".to_string();
    assert_eq!(story.pending().1, Call::KeepOAuth { nonce, kept });
    assert_eq!(story.calls(), 1);
    story.answer(Answer::Done);
    assert_eq!(window(&story), BankWindow::None, "no click, no window");
    assert!(story.effects.is_empty() && story.open.is_empty());
    story.send(Event::BankSiteClicked);
    assert!(
        story.effects.contains(&opens(&story)),
        "{:?}",
        story.effects
    );
    assert_eq!(story.calls(), 0, "the host's page says when");
    story.timer(DEADLINE);
    story.timer(NEWS_PAUSE);
}

#[test]
fn a_click_before_it_is_kept_opens_the_window_as_soon_as_it_is() {
    for proof_first in [true, false] {
        let mut story = at_bank_screen();
        if proof_first {
            story.prove();
        }
        story.send(Event::BankSiteClicked);
        if !proof_first {
            story.prove();
        }
        assert_eq!(window(&story), BankWindow::Opening, "not kept yet");
        story.answer(Answer::Done);
        assert!(story.effects.contains(&opens(&story)));
        story.timer(DEADLINE);
        story.timer(NEWS_PAUSE);
    }
}

#[test]
fn a_backend_that_keeps_nothing_sends_the_window_by_the_widgets_own_return_page() {
    for error in [
        CallError::Unreachable,
        CallError::Unreadable,
        refused(404, "not_found"),
        refused(400, "redirect_uri_not_registered"),
        refused(500, "internal"),
    ] {
        let mut story = at_bank_screen();
        story.prove();
        story.send(Event::BankSiteClicked);
        story.fail(error.clone());
        assert!(story.effects.contains(&opens(&story)), "{error:?}");
        // Nobody else tells what came of it, so the backend is asked at once and may wait.
        assert_eq!(story.pending().1, asks(true));
        story.comes_back("n1", OAuthStatus::Complete);
        sends_the_code(&story);
    }
}

#[test]
fn a_window_that_opens_after_the_keeping_failed_goes_to_the_bank_at_once() {
    let mut story = at_bank_screen();
    story.prove();
    story.fail(refused(404, "not_found"));
    story.shows(Screen::OAuth);
    story.send(Event::BankSiteClicked);
    assert!(
        story.effects.contains(&opens(&story)),
        "{:?}",
        story.effects
    );
    assert_eq!(story.pending().1, asks(true));
}

#[test]
fn a_token_that_ended_meanwhile_is_said_and_no_window_opens() {
    let mut story = at_bank_screen();
    story.prove();
    story.send(Event::BankSiteClicked);
    story.fail(refused(401, "token_expired"));
    story.shows(Screen::SessionExpired);
    story.send(Event::TokenRenewed(Secret::new("new")));
    story.shows(Screen::OAuth);
    story.asked(|asked| *asked == Asked::Proof);
}

#[test]
fn the_hosts_word_is_followed_at_once() {
    let mut story = at_bank();
    let pause = story.timer(NEWS_PAUSE);
    story.send(saw("n1"));
    assert!(story.effects.contains(&Effect::Cancel(pause)));
    assert_eq!(story.pending().1, asks(false));
    assert_eq!(story.calls(), 1);
    story.answer(came(OAuthStatus::Complete));
    sends_the_code(&story);
    story.answer(syncing(1));
    story.answer(connected(2));
    story.shows(Screen::Success);
}

#[test]
fn the_hosts_word_while_the_backend_is_asked_asks_anew() {
    let mut story = at_bank();
    story.run_out(NEWS_PAUSE);
    let (old, _) = story.pending();
    story.send(saw("n1"));
    assert!(story.effects.contains(&Effect::Cancel(old)));
    assert_eq!(story.calls(), 1);
}

#[test]
fn a_word_about_another_login_changes_nothing() {
    let mut story = at_bank();
    let (before, open) = (story.machine.state.clone(), story.open.clone());
    for nonce in ["", "n", "n2", "N1", "n1 ", "{\"nonce\":\"n1\"}"] {
        story.send(saw(nonce));
        assert!(story.effects.is_empty(), "{nonce:?}");
    }
    assert_eq!((&story.machine.state, &story.open), (&before, &open));
}

#[test]
fn a_word_before_anybody_was_sent_changes_nothing() {
    let mut story = at_bank_screen();
    story.send(saw(""));
    story.send(saw("n1"));
    assert!(story.effects.is_empty(), "there is no proof yet");
    story.prove();
    story.send(saw("n1"));
    assert!(story.effects.is_empty(), "being kept");
    story.answer(Answer::Done);
    story.send(saw("n1"));
    assert!(story.effects.is_empty(), "nobody is at the bank");
}

#[test]
fn a_word_on_any_other_screen_changes_nothing() {
    let others = [
        Story::at_search(&["Demo"]),
        Story::at_login(),
        Story::polling(),
        Story::at_question(),
    ];
    for mut story in others {
        let before = story.machine.state.clone();
        story.send(saw("n1"));
        assert!(story.effects.is_empty());
        assert_eq!(story.machine.state, before);
    }
}

#[test]
fn without_the_hosts_word_the_backend_is_asked_every_two_seconds_and_does_not_wait() {
    let mut story = at_bank();
    for _ in 0..3 {
        assert_eq!(story.calls(), 0);
        story.run_out(NEWS_PAUSE);
        assert_eq!(story.pending().1, asks(false));
        story.answer(came(OAuthStatus::Pending));
    }
    story.run_out(NEWS_PAUSE);
    story.fail(CallError::Unreachable);
    story.run_out(NEWS_PAUSE);
    story.answer(came(OAuthStatus::Complete));
    sends_the_code(&story);
}

#[test]
fn a_window_seen_closed_is_no_end_and_asks_no_more_often() {
    let mut story = at_bank();
    story.send(Event::PopupClosed(story.popup()));
    assert_eq!(window(&story), BankWindow::Closed);
    assert_eq!(story.calls(), 0);
    story.run_out(NEWS_PAUSE);
    story.answer(came(OAuthStatus::Complete));
    sends_the_code(&story);
}

#[test]
fn a_blocked_window_in_a_frame_sends_the_top_window_to_come_back_to_the_host() {
    let mut story = at_bank();
    story.send(Event::PopupBlocked(story.popup()));
    assert_eq!(window(&story), BankWindow::Unseen);
    story.timer(DEADLINE);
    assert!(story.machine.goes_in_this_window());
    story.send(Event::BankSiteClicked);
    assert_eq!(window(&story), BankWindow::Leaving);
    let Call::KeepOAuth { nonce, kept } = story.pending().1 else {
        panic!("{:?}", story.pending())
    };
    assert_eq!((nonce.as_str(), kept.popup), ("n1", None));
    assert_eq!(kept.redirect_uri.as_deref(), Some(BACK));
    assert!(!leaves(&story));
    story.answer(Answer::Done);
    assert!(leaves(&story));
}

#[test]
fn what_is_kept_for_the_top_window_is_not_overtaken_by_what_was_kept_for_a_popup() {
    let mut story = at_bank_screen();
    story.prepare_login();
    story.send(Event::BankSiteClicked);
    story.send(Event::PopupBlocked(story.popup()));
    story.send(Event::BankSiteClicked);
    let Call::KeepOAuth { kept, .. } = story.pending().1 else {
        panic!("{:?}", story.pending())
    };
    assert_eq!(
        kept.popup, None,
        "else the host's page is told that it is a popup"
    );
    story.answer(Answer::Done);
    assert!(leaves(&story));
}

#[test]
fn a_blocked_window_in_a_frame_without_a_page_to_come_back_to_leaves_a_link() {
    let launch = Launch {
        oauth_redirect_uri: None,
        ..returning()
    };
    let mut story = with_launch(launch, LaunchOptions::default());
    story.pick(oauth_bank());
    story.prepare_login();
    story.send(Event::BankSiteClicked);
    assert_eq!(story.pending().1, asks(true));
    story.send(Event::PopupBlocked(story.popup()));
    assert!(!story.machine.goes_in_this_window());
    assert!(story.machine.bank_address().is_some());
}

#[test]
fn a_top_window_that_could_not_be_kept_does_not_leave_and_may_try_again() {
    let mut story = at_bank();
    story.send(Event::PopupBlocked(story.popup()));
    story.send(Event::BankSiteClicked);
    story.fail(CallError::Unreachable);
    assert!(!leaves(&story));
    assert_eq!(window(&story), BankWindow::None);
    let notice = Some(Notice::NotSent(Trouble::Unreachable));
    assert_eq!(shown(&story).notice, notice);
    story.send(Event::BankSiteClicked);
    story.prove_as("n2");
    story.answer(Answer::Done);
    story.popup();
}

#[test]
fn a_host_that_wants_the_top_window_gets_no_popup() {
    let launch = Launch {
        oauth: OAuthMode::Redirect,
        ..returning()
    };
    let mut story = with_launch(launch, LaunchOptions::default());
    story.pick(oauth_bank());
    story.prove();
    story.answer(Answer::Done);
    story.send(Event::BankSiteClicked);
    let Call::KeepOAuth { kept, .. } = story.pending().1 else {
        panic!("{:?}", story.pending())
    };
    assert_eq!(kept.popup, None);
    story.answer(Answer::Done);
    assert!(leaves(&story));
}

#[test]
fn the_token_says_where_the_bank_sends_the_user_back_to() {
    let launch = Launch {
        oauth_redirect_uri: Some("https://evil.example/".into()),
        ..returning()
    };
    let options = LaunchOptions {
        oauth_redirect_uri: Some(BACK.into()),
        ..LaunchOptions::default()
    };
    let mut story = with_launch(launch, options);
    story.pick(oauth_bank());
    story.prove();
    let Call::KeepOAuth { kept, .. } = story.pending().1 else {
        panic!("{:?}", story.pending())
    };
    assert_eq!(kept.redirect_uri.as_deref(), Some(BACK));
}

#[test]
fn a_window_that_came_back_hands_over_and_does_nothing_else() {
    let story = Story::start(handed_back());
    assert_eq!(story.told, [Report::OAuthHandedBack]);
    assert_eq!(story.effects, [Effect::Tell(Report::OAuthHandedBack)]);
    assert!(story.open.is_empty());
    story.shows(Screen::Ended);
    assert!(Report::OAuthHandedBack.is_terminal());
}

#[test]
fn a_window_that_has_handed_over_hears_nothing_more() {
    let mut story = Story::start(handed_back());
    for event in [
        Event::CloseClicked,
        Event::TokenGiven(Secret::new("t")),
        Event::TokenRenewed(Secret::new("t")),
        Event::HostAskedBack,
        saw("n1"),
    ] {
        story.send(event);
        assert!(story.effects.is_empty(), "{:?}", story.effects);
    }
    assert_eq!(story.told.len(), 1);
}

#[test]
fn a_window_that_came_back_without_a_host_goes_on_itself() {
    let mut story = Story::start(Launch {
        embedding: Embedding::Alone,
        resume: Some("n1".into()),
        ..handed_back()
    });
    assert_eq!(story.told, []);
    story.answer(session());
    assert_eq!(story.pending().1, asks(false));
}

#[test]
fn a_bank_that_answers_in_the_top_window_is_asked_what_came() {
    let mut story = Story::start(Launch {
        resume: Some("n1".into()),
        ..returning()
    });
    story.answer(session());
    assert_eq!(story.pending().1, asks(false));
}

#[test]
fn another_login_has_a_proof_of_its_own_that_is_kept_as_well() {
    let mut story = at_bank();
    story.comes_back("n1", OAuthStatus::Complete);
    story.fail(CallError::Unreachable);
    let ticket = story.asked(|asked| *asked == Asked::Proof);
    let proof = proof("n2");
    story.send(Event::ProofMade { ticket, proof });
    let Call::KeepOAuth { nonce, .. } = story.pending().1 else {
        panic!("{:?}", story.pending())
    };
    assert_eq!(nonce, "n2");
}

/// MoneyKit's way: the host's page is what the bank's window comes back to.
fn returning() -> Launch {
    Launch {
        host_gets_return: true,
        oauth_redirect_uri: Some(BACK.into()),
        ..launch()
    }
}

/// The window that the bank has sent back; another one waits.
fn handed_back() -> Launch {
    Launch {
        handed_back: true,
        resume: Some("n1".into()),
        ..returning()
    }
}

/// The bank is chosen, the proof is being made.
fn at_bank_screen() -> Story {
    let mut story = with_launch(returning(), LaunchOptions::default());
    story.pick(oauth_bank());
    assert!(matches!(story.machine.state, State::OAuth(_)));
    story
}

/// The window at the bank is open.
fn at_bank() -> Story {
    let mut story = at_bank_screen();
    story.prove();
    story.answer(Answer::Done);
    story.send(Event::BankSiteClicked);
    story
}

fn asks(wait: bool) -> Call {
    let nonce = "n1".into();
    Call::OAuthResult { nonce, wait }
}

fn saw(nonce: &str) -> Event {
    Event::HostSawReturn(nonce.into())
}

fn leaves(story: &Story) -> bool {
    let bank = "https://bank.example/authorize?";
    let leaves =
        |effect: &Effect| matches!(effect, Effect::Leave(address) if address.starts_with(bank));
    story.effects.iter().any(leaves)
}
