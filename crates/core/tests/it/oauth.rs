//! The login at a bank's own site: a window beside this one or this window, and the answer by whichever road is open.

use crate::story::{Asked, Story};
use crate::world::{
    CODE, VERIFIER, bank, bank_that_is, connected, error, oauth_bank, oauth_result, proof,
    provider, refused, state_of, syncing,
};
use connect_core::Secret;
use connect_core::api::{LaunchOptions, OAuthResult, OAuthStatus, Provider, ProviderStatus};
use connect_core::flow::{
    Answer, BankWindow, Call, CallError, Effect, Event, Notice, OAuth, Reason, Report, Screen,
    State, Trouble, WayOn,
};

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
        address: address.clone(),
    };
    assert!(story.effects.contains(&opens), "{:#?}", story.effects);
    assert_eq!(story.machine.bank_address(), Some(address));
    assert!(
        matches!(story.told.last(), Some(Report::OAuthOpened { bank, .. }) if bank.id == "oauth")
    );
    assert_eq!(window(&story), BankWindow::Open);
}

#[test]
fn the_state_says_whose_login_it_is_and_which() {
    let said = r#"{"sub":"widget","nonce":"n1"}"#;
    assert_eq!(state_of("n1"), connect_core::base64(said.as_bytes()));
}

/// A window that is opened empty stays empty where the browser gives no handle of it.
#[test]
fn a_click_before_the_address_is_there_opens_the_window_as_soon_as_it_is() {
    let mut story = Story::with_options(LaunchOptions::default());
    story.pick(oauth_bank());
    assert_eq!(story.machine.bank_address(), None);
    story.send(Event::BankSiteClicked);
    assert_eq!(window(&story), BankWindow::Opening);
    story.send(Event::BankSiteClicked);
    assert!(story.effects.is_empty(), "asked for already");
    story.prove();
    assert!(story.effects.contains(&opens(&story)), "within the click");
    story.timer(DEADLINE);
}

/// Whoever goes once more has lost the way at the bank; what its page still says belongs to the login before.
#[test]
fn a_second_click_begins_another_login_in_the_same_window() {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    let ticket = story.popup();
    story.send(Event::BankSiteClicked);
    assert_eq!(story.calls(), 0, "nobody asks for the old one");
    story.prove_as("n2");
    let address = story.machine.bank_address().expect("the proof is there");
    let sends = Effect::SendPopup { ticket, address };
    assert!(story.effects.contains(&sends), "{:?}", story.effects);
    assert_eq!(window(&story), BankWindow::Open);
    story.comes_back("n1", OAuthStatus::Complete);
    assert!(story.effects.is_empty());
    story.comes_back("n2", OAuthStatus::Complete);
    sends_the_code(&story);
}

#[test]
fn a_window_without_a_handle_is_waited_for_and_the_host_is_told() {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    story.send(Event::PopupBlocked(story.popup()));
    assert_eq!(window(&story), BankWindow::Unseen);
    assert!(matches!(story.told.last(), Some(Report::OAuthBlocked(bank)) if bank.id == "oauth"));
    assert!(story.machine.bank_address().is_some(), "a link is shown");
    assert!(!story.machine.goes_in_this_window());
    story.timer(DEADLINE);
    story.answer(came(OAuthStatus::Complete));
    sends_the_code(&story);
}

#[test]
fn a_window_without_a_sign_of_life_is_waited_for_and_stays_open() {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    let popup = story.popup();
    story.send(Event::PopupSilent(popup));
    assert_eq!(window(&story), BankWindow::Unseen);
    assert_eq!(story.popup(), popup);
    assert!(story.effects.is_empty(), "{:?}", story.effects);
    story.answer(came(OAuthStatus::Complete));
    sends_the_code(&story);
}

#[test]
fn a_browser_with_one_window_is_on_its_way_to_the_bank() {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    story.send(Event::PopupTookThis(story.popup()));
    assert_eq!(window(&story), BankWindow::Leaving);
    story.timer(DEADLINE);
}

#[test]
fn a_reload_finds_the_login_that_was_begun() {
    let mut story = Story::at_oauth();
    assert_eq!(story.kept, None, "nobody is at the bank yet");
    story.send(Event::BankSiteClicked);
    let kept = story.kept.clone().expect("the login");
    assert_eq!(kept.login.as_deref(), Some("n1"));
    assert_eq!(kept.institution, None);
    story.comes_back("n1", OAuthStatus::Denied);
    assert_eq!(story.kept, None);
}

#[test]
fn after_a_closed_window_the_answer_may_still_come_over_the_backend() {
    let mut story = closed();
    assert_eq!(window(&story), BankWindow::Closed);
    for _ in 0..3 {
        let (nonce, wait) = ("n1".to_string(), true);
        assert_eq!(story.pending().1, Call::OAuthResult { nonce, wait });
        story.answer(came(OAuthStatus::Pending));
        story.run_out(NEWS_PAUSE);
    }
    story.answer(came(OAuthStatus::Complete));
    sends_the_code(&story);
}

#[test]
fn after_a_closed_window_the_answer_may_still_come_from_its_page() {
    let mut story = closed();
    story.comes_back("n1", OAuthStatus::Complete);
    sends_the_code(&story);
}

#[test]
fn after_a_closed_window_a_click_opens_another_for_another_login() {
    let mut story = closed();
    story.send(Event::BankSiteClicked);
    story.prove_as("n2");
    assert!(story.effects.contains(&opens(&story)));
    story.comes_back("n1", OAuthStatus::Complete);
    assert!(story.effects.is_empty());
}

#[test]
fn the_code_goes_to_the_backend_with_what_proves_whose_it_is() {
    let mut story = at_bank();
    let popup = story.popup();
    story.comes_back("n1", OAuthStatus::Complete);
    assert!(
        story.effects.contains(&Effect::Cancel(popup)),
        "its window is closed"
    );
    sends_the_code(&story);
    story.answer(syncing(1));
    story.answer(connected(2));
    story.shows(Screen::Success);
}

#[test]
fn only_the_answer_to_this_very_login_counts() {
    let mut story = at_bank();
    let before = story.machine.state.clone();
    let result = oauth_result(OAuthStatus::Complete);
    for state in [state_of("n2"), "n1".into(), String::new(), "%%%".into()] {
        let result = result.clone();
        story.send(Event::OAuthReturned { state, result });
        assert!(story.effects.is_empty());
        assert_eq!(story.machine.state, before);
    }
    // Replayed: the login has been answered, and the next one has a proof of its own.
    story.comes_back("n1", OAuthStatus::Complete);
    story.fail(CallError::Unreachable);
    story.comes_back("n1", OAuthStatus::Complete);
    assert!(story.effects.is_empty(), "before there is a new proof");
    let ticket = story.asked(|asked| *asked == Asked::Proof);
    let proof = proof("n2");
    story.send(Event::ProofMade { ticket, proof });
    story.answer(Answer::Done);
    story.comes_back("n1", OAuthStatus::Complete);
    assert!(story.effects.is_empty());
    story.shows(Screen::OAuth);
}

#[test]
fn an_answer_before_the_proof_is_there_is_nobodys() {
    let mut story = Story::with_options(LaunchOptions::default());
    story.pick(oauth_bank());
    story.comes_back("", OAuthStatus::Complete);
    assert!(story.effects.is_empty());
}

#[test]
fn every_refusal_of_a_bank_has_its_failure_and_its_ways_on() {
    use WayOn::{OtherBank, TryAgain};
    for (status, error, code) in [
        (OAuthStatus::Denied, None, "oauth_denied"),
        (OAuthStatus::Error, Some("server_error"), "oauth_error"),
        (OAuthStatus::Error, Some("invalid_scope"), "oauth_error"),
        (OAuthStatus::Error, None, "oauth_error"),
        (
            OAuthStatus::Error,
            Some("temporarily_unavailable"),
            "oauth_unavailable",
        ),
        (OAuthStatus::Complete, None, "oauth_error"),
    ] {
        let mut story = at_bank();
        let result = OAuthResult {
            status,
            error: error.map(String::from),
            ..OAuthResult::default()
        };
        let state = state_of("n1");
        story.send(Event::OAuthReturned { state, result });
        story.fails_with(code, TryAgain, Some(OtherBank));
        let before = story.machine.clone();
        let open = story.open.clone();
        story.choose(TryAgain);
        // The bank's address may have been good for that one attempt.
        assert_eq!(story.pending().1, Call::Provider { id: "oauth".into() });
        story.answer(provider(oauth_bank()));
        assert_eq!(window(&story), BankWindow::None);
        (story.machine, story.open) = (before, open);
        story.choose(OtherBank);
        assert_eq!(story.rows(), ["Demo", "Oauth", "Down"]);
    }
}

#[test]
fn whoever_does_not_come_back_for_ten_minutes_is_not_waited_for() {
    let mut story = at_bank();
    story.run_out(DEADLINE);
    story.fails_with("oauth_expired", WayOn::TryAgain, Some(WayOn::OtherBank));
}

#[test]
fn leaving_after_a_denial_is_an_exit_and_after_an_error_an_error() {
    let mut story = at_bank();
    story.comes_back("n1", OAuthStatus::Denied);
    story.send(Event::CloseClicked);
    let left = story.terminal()[0];
    assert!(
        matches!(
            left,
            Report::Left {
                reason: Reason::DeniedOAuth,
                ..
            }
        ),
        "{left:?}"
    );
    let mut story = at_bank();
    story.comes_back("n1", OAuthStatus::Error);
    story.send(Event::CloseClicked);
    assert!(matches!(story.terminal()[..], [Report::Errored { .. }]));
}

#[test]
fn a_backend_without_the_second_road_is_not_asked_again_and_the_first_stays_open() {
    let mut story = at_bank();
    story.fail(refused(404, "not_found"));
    assert_eq!(story.calls(), 0);
    story.comes_back("n1", OAuthStatus::Complete);
    sends_the_code(&story);
    let mut story = at_bank();
    story.fail(CallError::Unreachable);
    story.run_out(NEWS_PAUSE);
    assert!(matches!(story.pending().1, Call::OAuthResult { .. }));
}

#[test]
fn a_code_that_was_not_sent_needs_a_new_one() {
    let mut story = at_bank();
    story.comes_back("n1", OAuthStatus::Complete);
    story.fail(CallError::Unreachable);
    assert_eq!(
        shown(&story).notice,
        Some(Notice::NotSent(Trouble::Unreachable))
    );
    assert_eq!(window(&story), BankWindow::None);
    story.asked(|asked| *asked == Asked::Proof);
}

#[test]
fn a_code_that_the_bank_refused_needs_a_new_one() {
    let mut story = at_bank();
    story.comes_back("n1", OAuthStatus::Complete);
    story.answer(error("LoginFailedError", 1));
    assert_eq!(shown(&story).notice, Some(Notice::LoginRefused));
}

#[test]
fn a_connection_of_before_is_logged_in_to_anew() {
    let mut story = Story::reconnecting();
    story.answer(error("LoginFailedError", 3));
    story.answer(provider(oauth_bank()));
    story.prove();
    story.send(Event::BankSiteClicked);
    story.comes_back("n1", OAuthStatus::Complete);
    let (id, credentials) = ("i1".to_string(), credentials());
    assert_eq!(story.pending().1, Call::Login { id, credentials });
    story.answer(syncing(4));
    story.send(Event::BackClicked);
    assert!(story.removed().is_empty());
    story.shows(Screen::OAuth);
}

#[test]
fn the_same_bank_another_way_or_another_bank() {
    let mut story = Story::with_options(LaunchOptions::default());
    let down = bank_that_is(ProviderStatus::Ok);
    story.pick(Provider {
        id: "down".into(),
        alternatives: down.alternatives,
        ..oauth_bank()
    });
    assert_eq!(shown(&story).ways, (WayOn::GoOn, Some(WayOn::Alternative)));
    story.choose(WayOn::Alternative);
    assert_eq!(story.pending().1, Call::Provider { id: "demo".into() });
    let mut story = Story::at_oauth();
    assert_eq!(shown(&story).ways, (WayOn::GoOn, Some(WayOn::OtherBank)));
    story.choose(WayOn::OtherBank);
    story.shows(Screen::Search);
}

#[test]
fn back_closes_the_window_and_leads_to_the_list() {
    let mut story = at_bank();
    let popup = story.popup();
    story.send(Event::BackClicked);
    assert!(story.effects.contains(&Effect::Cancel(popup)));
    story.shows(Screen::Search);
    story.comes_back("n1", OAuthStatus::Complete);
    assert!(story.effects.is_empty());
}

#[test]
fn where_there_is_one_bank_only_there_is_no_way_back() {
    let mut story = Story::at_fixed_bank(oauth_bank());
    assert_eq!(shown(&story).ways, (WayOn::GoOn, None));
    assert!(!story.machine.can_go_back());
    story.send(Event::BackClicked);
    story.choose(WayOn::OtherBank);
    story.shows(Screen::OAuth);
}

#[test]
fn a_bank_whose_site_has_no_address_for_a_window_cannot_be_connected() {
    for address in [
        None,
        Some(""),
        Some("javascript:alert(1)"),
        Some("data:text/html,x"),
        Some("//bank.example"),
        Some("/authorize"),
        Some(" https://bank.example"),
        // What is sent there could be read and changed on the way.
        Some("http://bank.example/authorize"),
        Some("http://localhost.bank.example"),
        Some("http://localhost@bank.example"),
        Some("http://localhost:1@bank.example"),
        Some("http://127.0.0.1.bank.example"),
        Some("http://localhost1"),
        Some("http://127.0.0.12"),
        Some("http://"),
    ] {
        let mut story = Story::with_options(LaunchOptions::default());
        story.pick(Provider {
            authorize_url: address.map(String::from),
            ..oauth_bank()
        });
        let unavailable = "institution_unavailable";
        story.fails_with(unavailable, WayOn::OtherBank, Some(WayOn::TryAgain));
        story.send(Event::BankSiteClicked);
        assert!(story.effects.is_empty(), "{address:?}");
    }
}

#[test]
fn a_bank_on_this_machine_needs_no_encryption() {
    for address in [
        "http://localhost",
        "http://localhost/authorize",
        "http://127.0.0.1:8080/authorize?a=b",
    ] {
        let mut story = Story::with_options(LaunchOptions::default());
        story.pick(Provider {
            authorize_url: Some(address.into()),
            ..oauth_bank()
        });
        story.shows(Screen::OAuth);
    }
}

#[test]
fn a_bank_that_wants_little_is_told_little() {
    let mut story = Story::with_options(LaunchOptions::default());
    story.pick(Provider {
        oauth: true,
        authorize_url: Some("https://bank.example/authorize".into()),
        ..bank("Oauth")
    });
    story.prove();
    let address = story.machine.bank_address().expect("the proof is there");
    assert!(address.starts_with("https://bank.example/authorize?response_type=code&"));
    assert!(!address.contains("client_id") && !address.contains("scope"));
}

/// The window at the bank is open.
fn at_bank() -> Story {
    let mut story = Story::at_oauth();
    story.send(Event::BankSiteClicked);
    story
}

/// It was seen closed.
fn closed() -> Story {
    let mut story = at_bank();
    story.send(Event::PopupClosed(story.popup()));
    story
}

pub fn came(status: OAuthStatus) -> Answer {
    Answer::OAuth(Box::new(oauth_result(status)))
}

#[track_caller]
pub fn sends_the_code(story: &Story) {
    match story.pending().1 {
        Call::Create {
            provider,
            credentials: sent,
            ..
        } => assert_eq!((provider.as_str(), sent), ("oauth", credentials())),
        other => panic!("{other:?}"),
    }
    let returned = |report: &&Report| matches!(report, Report::OAuthReturned(_));
    assert_eq!(story.told.iter().filter(returned).count(), 1);
}

pub fn credentials() -> Vec<(String, Secret)> {
    let redirect_uri = "https://connect.example/oauth/redirect";
    [
        ("code", CODE),
        ("code_verifier", VERIFIER),
        ("redirect_uri", redirect_uri),
    ]
    .map(|(name, value)| (name.to_string(), Secret::new(value)))
    .to_vec()
}

#[track_caller]
pub fn shown(story: &Story) -> &OAuth {
    match &story.machine.state {
        State::OAuth(oauth) => oauth,
        other => panic!("no way to a bank's own site in {other:?}"),
    }
}

#[track_caller]
/// The window opens at the bank.
pub fn opens(story: &Story) -> Effect {
    Effect::OpenPopup {
        ticket: story.popup(),
        address: story.machine.bank_address().expect("there is an address"),
    }
}

pub fn window(story: &Story) -> BankWindow {
    shown(story).window
}
