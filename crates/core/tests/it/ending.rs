//! The ways on from every failure, and the one last report.

use crate::credentials::form_again;
use crate::story::Story;
use crate::world::{
    connected, error, launch, launch_without_token, listing, login_of, refused, session,
};
use connect_core::flow::{Call, Event, Failure, Report, Screen, State, WayOn};
use connect_core::launch::Launch;

/// What a bank answers, the failure that is shown, and where its two ways lead.
#[track_caller]
fn check(name: &str, code: &str, first: WayOn, second: WayOn) {
    for way in [first, second] {
        let mut story = Story::polling();
        story.answer(error(name, 2));
        story.fails_with(code, first, Some(second));
        story.choose(way);
        match way {
            WayOn::TryAgain => {
                assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
                story.answer(connected(3));
                story.shows(Screen::Success);
            }
            WayOn::EditLogin | WayOn::RenewAccess => {
                form_again(&story, None);
                story.submit();
                assert!(matches!(story.pending().1, Call::Login { .. }));
            }
            WayOn::OtherBank => {
                assert_eq!(story.removed(), ["i1"]);
                assert_eq!(story.rows(), ["Demo", "Acme"]);
            }
            WayOn::Leave => {
                assert!(matches!(story.terminal()[..], [Report::Errored { .. }]));
                story.shows(Screen::Ended);
            }
            WayOn::Alternative | WayOn::GoOn => panic!("Demo has no {way:?}"),
        }
    }
}

#[test]
fn every_failure_of_a_bank_has_its_ways_on() {
    use WayOn::{EditLogin, Leave, OtherBank, RenewAccess, TryAgain};
    let action = "user_action_required";
    check("UserActionRequiredError", action, TryAgain, OtherBank);
    let passing = "temporary_failure";
    check("TemporaryFailureError", passing, TryAgain, OtherBank);
    check("AccountLockedError", "account_locked", OtherBank, TryAgain);
    check("NoAccountsError", "no_accounts", OtherBank, EditLogin);
    let down = "institution_unavailable";
    check("InstitutionUnavailableError", down, OtherBank, TryAgain);
    check("ConsentDeniedError", "consent_denied", OtherBank, EditLogin);
    let over = "consent_expired";
    check("ConsentExpiredError", over, RenewAccess, OtherBank);
    let twice = "duplicate_connection";
    check("DuplicateConnectionError", twice, OtherBank, Leave);
    check("SessionExpiredError", "provider_error", TryAgain, OtherBank);
    check("PurpleError", "provider_error", TryAgain, OtherBank);
    check("", "provider_error", TryAgain, OtherBank);
}

#[test]
fn a_refused_call_shows_its_reference_and_goes_on_with_the_bank() {
    let mut story = Story::polling();
    story.fail(refused(403, "forbidden"));
    story.fails_with("server_error", WayOn::TryAgain, Some(WayOn::OtherBank));
    story.choose(WayOn::TryAgain);
    assert_eq!(story.pending().1, Call::Sync { id: "i1".into() });
    let failure = Failure::Server {
        code: "forbidden".into(),
        reference: Some("r42".into()),
    };
    assert_eq!(failure.reference(), Some("r42"));
    assert_eq!(failure.message(), "The server refused: forbidden.");
}

#[test]
fn a_login_that_the_server_refused_can_be_typed_again() {
    let mut story = Story::sent();
    story.fail(refused(422, "invalid_request"));
    story.choose(WayOn::TryAgain);
    form_again(&story, None);
}

#[test]
fn a_way_that_is_not_offered_leads_nowhere() {
    let mut story = Story::polling();
    story.answer(error("TemporaryFailureError", 2));
    let before = story.machine.state.clone();
    for way in [WayOn::EditLogin, WayOn::Leave] {
        story.choose(way);
        assert!(story.effects.is_empty());
        assert_eq!(story.machine.state, before);
    }
}

/// X ends the flow once, whatever comes after it.
#[track_caller]
fn check_close(at: &str, mut story: Story, place: Option<&str>) {
    story.send(Event::CloseClicked);
    story.shows(Screen::Ended);
    let told = story.told.len();
    story.send(Event::CloseClicked);
    story.send(Event::DoneClicked);
    story.choose(WayOn::Leave);
    for number in 0..100 {
        let ticket = connect_core::flow::Ticket(number);
        story.send(Event::Woke(ticket));
        story.send(Event::Answered {
            ticket,
            answer: Ok(connected(9)),
        });
    }
    assert_eq!(story.told.len(), told, "{at}: told something after the end");
    let last = story.terminal();
    assert_eq!(last.len(), 1, "{at}");
    assert_eq!(bank(last[0]), place, "{at}");
}

#[test]
fn the_x_ends_every_state_with_one_report() {
    check_close("no token", Story::start(launch_without_token()), None);
    check_close("starting", Story::start(launch()), None);
    check_close("search", Story::at_search(&["Demo"]), None);
    check_close("login", Story::at_login(), Some("demo"));
    check_close("sent", Story::sent(), Some("demo"));
    check_close("connecting", Story::polling(), Some("demo"));
    check_close("question", Story::at_question(), Some("demo"));
    let mut failed = Story::polling();
    failed.answer(error("TemporaryFailureError", 2));
    check_close("failure", failed, Some("demo"));
    let mut success = Story::polling();
    success.answer(connected(2));
    check_close("success", success, Some("demo"));
    let mut preparing = Story::at_search(&["Demo"]);
    preparing.send(Event::Picked("demo".into()));
    check_close("looking the login up", preparing, None);
    check_close("reconnecting", Story::reconnecting(), None);
}

#[test]
fn leaving_a_failure_is_an_error_and_leaving_a_form_is_not() {
    let mut story = Story::polling();
    story.answer(error("AccountLockedError", 2));
    story.send(Event::CloseClicked);
    assert!(matches!(story.terminal()[..], [Report::Errored { .. }]));
    let mut story = Story::polling();
    story.answer(error("LoginFailedError", 2));
    story.send(Event::CloseClicked);
    assert!(matches!(story.terminal()[..], [Report::Left { .. }]));
}

#[test]
fn a_late_answer_to_a_left_screen_changes_nothing() {
    let mut story = Story::polling();
    let (late, _) = story.pending();
    let timer = story.timer(10_000);
    story.answer(error("TemporaryFailureError", 2));
    let before = story.machine.state.clone();
    story.send(Event::Woke(timer));
    story.send(Event::Answered {
        ticket: late,
        answer: Ok(connected(3)),
    });
    assert!(story.effects.is_empty());
    assert_eq!(story.machine.state, before);
}

#[test]
fn an_origin_or_an_address_that_was_refused_stays_refused() {
    for code in ["origin_not_allowed", "redirect_uri_not_registered"] {
        let mut story = Story::start(Launch {
            redirect_uri: Some("https://evil.example/".into()),
            ..launch()
        });
        story.answer(listing(&["Demo"]));
        story.fail(refused(403, code));
        story.fails_with(code, WayOn::Leave, None);
        story.choose(WayOn::Leave);
        assert!(!story.machine.launch.redirect_checked);
    }
}

#[test]
fn another_bank_can_be_connected_after_a_failure() {
    let mut story = Story::polling();
    story.answer(error("NoAccountsError", 2));
    story.choose(WayOn::OtherBank);
    story.send(Event::Picked("acme".into()));
    story.answer(login_of("Acme"));
    story.submit();
    story.answer(connected(1));
    story.send(Event::DoneClicked);
    assert_eq!(bank(story.terminal()[0]), Some("acme"));
}

#[test]
fn a_list_that_was_never_shown_is_asked_for_when_it_is_wanted() {
    let mut story = Story::start(Launch {
        provider: Some("demo".into()),
        ..launch()
    });
    story.answer(session());
    story.answer(login_of("Demo"));
    story.submit();
    story.answer(error("NoAccountsError", 1));
    story.choose(WayOn::OtherBank);
    story.answer(listing(&["Acme"]));
    assert_eq!(story.rows(), ["Acme"]);
}

/// The bank that a last report is about.
fn bank(report: &Report) -> Option<&str> {
    match report {
        Report::Succeeded(made) => Some(&made.bank.id),
        Report::Errored { place, .. } | Report::Left { place, .. } => {
            place.bank.as_ref().map(|bank| bank.id.as_str())
        }
        _ => None,
    }
}

#[test]
fn where_there_is_one_bank_only_no_way_leads_to_another_and_none_is_offered_twice() {
    use WayOn::{Leave, TryAgain};
    for (name, first, second) in [
        ("DuplicateConnectionError", Leave, None),
        ("AccountLockedError", TryAgain, Some(Leave)),
        ("TemporaryFailureError", TryAgain, Some(Leave)),
    ] {
        let mut story = Story::at_fixed_bank(crate::world::bank("Demo"));
        story.submit();
        story.answer(error(name, 1));
        let State::Failed(failed) = &story.machine.state else {
            panic!("{:?}", story.machine.state)
        };
        assert_eq!(failed.ways, (first, second), "{name}");
        assert!(!story.machine.can_go_back());
        story.send(Event::BackClicked);
        story.shows(Screen::Failure);
    }
}
