//! What a token's session brings along: it wins over the page, and what was asked for without it is asked for anew.

use crate::story::{Story, with_launch};
use crate::world::{
    bank, catalogue, error, launch, launch_without_token, listing, login_of, oauth_bank, refused,
    session, session_with, syncing,
};
use connect_core::Secret;
use connect_core::api::{Consent, ConsentReason, LaunchOptions};
use connect_core::flow::{Call, CallError, Event, Report, Screen, State, Ticket};
use connect_core::launch::{Embedding, Launch};

#[test]
fn a_search_text_of_the_token_begins_the_search_whatever_banks_have_come_already() {
    // The banks come before the session, after it, or not at all.
    let mut before = Story::start(launch());
    before.answer(listing(&["Demo", "Acme"]));
    before.answer(session_with(searching("ac")));
    let mut late = Story::start(launch());
    let (banks, _) = late.pending();
    late.send(answer_first(&late, session_with(searching("ac"))));
    late.send(Event::Answered {
        ticket: banks,
        answer: Ok(listing(&["Demo"])),
    });
    let mut never = Story::start(launch());
    never.fail(CallError::Unreachable);
    never.answer(session_with(searching("ac")));
    for mut story in [before, late, never] {
        story.shows(Screen::Search);
        assert_eq!((story.pending().1, story.calls()), (asks_for("ac"), 1));
        assert_eq!(query(&story), "ac");
        story.answer(listing(&["Acme"]));
        assert_eq!(story.rows(), ["Acme"]);
        story.type_in("");
        if story.calls() > 0 {
            story.answer(listing(&["Demo", "Acme"]));
        }
        assert_eq!(story.rows(), ["Demo", "Acme"]);
    }
}

#[test]
fn a_search_text_of_the_token_is_found_in_a_whole_catalogue() {
    let mut story = Story::start(launch());
    story.answer(catalogue(&["Demo", "Acme"]));
    story.answer(session_with(searching("ac")));
    if story.calls() > 0 {
        story.answer(catalogue(&["Demo", "Acme"]));
    }
    assert_eq!((story.rows(), query(&story)), (vec!["Acme"], "ac"));
}

#[test]
fn a_search_text_waits_for_consent() {
    let mut story = Story::start(launch());
    story.answer(listing(&["Demo"]));
    story.answer(session_with(LaunchOptions {
        consent: Some(Consent::default()),
        ..searching("ac")
    }));
    story.shows(Screen::Consent);
    story.send(Event::ConsentGiven);
    assert_eq!(story.pending().1, asks_for("ac"));
}

#[test]
fn a_connection_of_the_token_is_mended_whatever_banks_come_meanwhile() {
    let options = || LaunchOptions {
        institution: Some("i1".into()),
        ..LaunchOptions::default()
    };
    let look = Call::Institution { id: "i1".into() };
    let mut story = Story::start(launch());
    let (banks, _) = story.pending();
    story.send(answer_first(&story, session_with(options())));
    assert_eq!((story.pending().1, story.calls()), (look, 1));
    story.send(Event::Answered {
        ticket: banks,
        answer: Ok(listing(&["Demo"])),
    });
    assert_eq!(story.machine.banner(), None, "nothing has failed");
    story.answer(error("LoginFailedError", 3));
    story.answer(login_of("Demo"));
    story.submit();
    assert!(matches!(story.pending().1, Call::Login { id, .. } if id == "i1"));
    let mut other = with_launch(
        Launch {
            kept: None,
            ..launch()
        },
        options(),
    );
    assert_eq!(other.pending().1, Call::Institution { id: "i1".into() });
    other.fail(refused(404, "not_found"));
    other.shows(Screen::Failure);
}

#[test]
fn a_connection_of_the_token_wins_over_the_pages() {
    let mut story = Story::start(Launch {
        institution: Some("i9".into()),
        ..launch()
    });
    story.answer(session_with(LaunchOptions {
        institution: Some("i1".into()),
        ..LaunchOptions::default()
    }));
    assert_eq!(story.pending().1, Call::Institution { id: "i1".into() });
}

#[test]
fn the_page_to_come_back_to_is_the_tokens() {
    let page = Launch {
        oauth_redirect_uri: Some("https://shop.example/pages".into()),
        ..launch()
    };
    let back = |fixed: Option<&str>| {
        let options = LaunchOptions {
            oauth_redirect_uri: fixed.map(String::from),
            ..LaunchOptions::default()
        };
        let story = with_launch(page.clone(), options);
        story.machine.launch.oauth_redirect_uri
    };
    let fixed = "https://shop.example/tokens";
    assert_eq!(back(Some(fixed)).as_deref(), Some(fixed));
    assert_eq!(back(None).as_deref(), Some("https://shop.example/pages"));
}

#[test]
fn consent_that_the_page_asks_for_is_asked_for() {
    let story = with_launch(consenting(), LaunchOptions::default());
    story.shows(Screen::Consent);
    let asked = story.machine.session.options.consent;
    assert_eq!(asked, Some(terms("https://shop.example/page")));
}

#[test]
fn consent_that_the_token_asks_for_wins_whole() {
    let fixed = Consent {
        reasons: vec![ConsentReason {
            job_type: "transactions".into(),
            reason: "To see what you earn.".into(),
        }],
        terms_url: None,
    };
    let options = LaunchOptions {
        consent: Some(fixed.clone()),
        ..LaunchOptions::default()
    };
    let story = with_launch(consenting(), options);
    story.shows(Screen::Consent);
    assert_eq!(story.machine.session.options.consent, Some(fixed));
}

#[test]
fn whoever_mends_a_connection_has_agreed_to_what_the_page_asks() {
    let mut story = Story::start(Launch {
        institution: Some("i1".into()),
        ..consenting()
    });
    story.answer(session());
    assert!(matches!(story.machine.state, State::Starting(_)));
}

#[test]
fn the_page_says_what_the_app_is_called_here() {
    let named = Launch {
        client_name: Some("The Bakery".into()),
        ..launch()
    };
    let story = with_launch(named, LaunchOptions::default());
    assert_eq!(story.machine.session.client.name, "The Bakery");
    let story = with_launch(launch(), LaunchOptions::default());
    assert_eq!(story.machine.session.client.name, "The Shop");
}

#[test]
fn a_bare_link_gives_the_app_no_other_name() {
    for embedding in [Embedding::Alone, Embedding::Popup] {
        let linked = Launch {
            client_name: Some("Your Bank".into()),
            embedding,
            ..launch()
        };
        let story = with_launch(linked, LaunchOptions::default());
        assert_eq!(story.machine.session.client.name, "The Shop");
    }
}

#[test]
fn a_token_that_is_no_good_is_told_even_to_a_page_that_nobody_has_vouched_for() {
    for (status, code) in [(401, "invalid_token"), (401, "token_expired")] {
        let mut story = Story::start(launch());
        story.answer(listing(&["Demo"]));
        story.fail(refused(status, code));
        assert_eq!(story.told, [Report::TokenRefused], "{code}");
    }
    let mut late = Story::start(launch_without_token());
    late.run_out(30_000);
    assert_eq!(late.told, [Report::TokenRefused]);
}

#[test]
fn no_other_refusal_is_told_to_such_a_page() {
    for (status, code) in [
        (403, "origin_not_allowed"),
        (400, "redirect_uri_not_registered"),
        (400, "teapot"),
        (500, "internal"),
    ] {
        let mut story = Story::start(launch());
        story.answer(listing(&["Demo"]));
        story.fail(refused(status, code));
        assert_eq!(story.told, [], "{code}");
    }
}

#[test]
fn a_token_that_ends_in_the_middle_is_told_once_before_the_failure() {
    let mut story = Story::polling();
    let told = story.told.len();
    story.fail(refused(401, "token_expired"));
    let news = &story.told[told..];
    assert!(
        matches!(
            news,
            [
                Report::TokenRefused,
                Report::Failed { .. },
                Report::ScreenShown(Screen::SessionExpired)
            ]
        ),
        "{news:?}"
    );
    story.send(Event::TokenRenewed(Secret::new("new")));
    let refused = |report: &&Report| **report == Report::TokenRefused;
    assert_eq!(story.told.iter().filter(refused).count(), 1);
}

#[test]
fn what_the_host_asks_beyond_the_contract_goes_with_each_new_connection_and_no_other() {
    let options = vec![
        ("tag".to_string(), "a b&c".to_string()),
        ("daysOfTransactions".to_string(), "Days90".to_string()),
    ];
    let asking = Launch {
        options: options.clone(),
        ..launch()
    };
    for bank in [bank("Demo"), oauth_bank()] {
        let mut story = with_launch(asking.clone(), LaunchOptions::default());
        let oauth = bank.oauth;
        story.pick(bank);
        if oauth {
            story.prove();
            story.send(Event::BankSiteClicked);
            story.comes_back("n1", connect_core::api::OAuthStatus::Complete);
        } else {
            story.submit();
        }
        assert_eq!(sent(&story), (options.clone(), "seed-1".into()));
    }
    let mut again = with_launch(asking, LaunchOptions::default());
    again.pick(bank("Demo"));
    again.submit();
    again.fail(CallError::Unreachable);
    again.submit();
    assert_eq!(sent(&again), (options, "seed-1".into()), "the same one");
    again.answer(syncing(1));
    again.answer(error("LoginFailedError", 2));
    again.submit();
    assert!(matches!(again.pending().1, Call::Login { .. }));
    let mut plain = Story::sent();
    assert_eq!(sent(&plain), (Vec::new(), "seed-1".into()));
    plain.send(Event::CloseClicked);
}

/// The options and the key of the connection that is being made.
#[track_caller]
fn sent(story: &Story) -> (Vec<(String, String)>, String) {
    match story.pending().1 {
        Call::Create { options, key, .. } => (options, key),
        other => panic!("{other:?}"),
    }
}

fn searching(text: &str) -> LaunchOptions {
    LaunchOptions {
        search: Some(text.into()),
        ..LaunchOptions::default()
    }
}

fn consenting() -> Launch {
    Launch {
        consent: Some(terms("https://shop.example/page")),
        ..launch()
    }
}

fn terms(url: &str) -> Consent {
    Consent {
        terms_url: Some(url.into()),
        ..Consent::default()
    }
}

/// The oldest call is answered.
fn answer_first(story: &Story, answer: connect_core::flow::Answer) -> Event {
    let (ticket, _): (Ticket, _) = story.open[0].clone();
    let answer = Ok(answer);
    Event::Answered { ticket, answer }
}

fn asks_for(text: &str) -> Call {
    Call::Providers {
        search: text.into(),
        cursor: None,
    }
}

#[track_caller]
fn query(story: &Story) -> &str {
    match &story.machine.state {
        State::Search(search) => &search.query,
        other => panic!("no list in {other:?}"),
    }
}
