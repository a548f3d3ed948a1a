//! Goldens: exactly what a host of each system receives. `BLESS=1 cargo test -p connect-core` rewrites them.

mod golden;
mod own;
mod renewal;

use crate::story::Story;
use crate::world::{
    account, approval, bank, challenge, choice_question, code_challenge, connected, connected_with,
    connection, delayed, error, error_with, launch, launch_as, launch_by, launch_without_token,
    listing, login_of, oauth_bank, plain_session, refused, session, session_with, syncing,
    text_question,
};
use connect_core::Secret;
use connect_core::api::{
    Account, AccountSelection, Challenge, ChallengeKind, Consent, Institution, LaunchOptions,
    OAuthStatus, Provider, ProviderStatus, Session, SyncError, SyncStatus,
};
use connect_core::flow::{Answer, Event, Link, State, WayOn};
use connect_core::host::{self, Incoming, Outgoing, System};
use connect_core::launch::{Embedding, Launch, PageData};
use golden::{check, check_launch, compare, in_json, words};
use serde_json::{Value, json};

#[test]
fn success() {
    check("success", |story| {
        open_and_log_in(story);
        story.answer(connected(2));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn success_with_questions() {
    check("success_with_questions", |story| {
        open_and_log_in(story);
        story.answer(choice_question("Language?", 2));
        story.answer_question();
        story.answer(syncing(3));
        story.answer(text_question("Pet?", 4));
        story.answer_question();
        story.answer(syncing(5));
        story.answer(connected(6));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn user_closes() {
    check("user_closes", |story| {
        open(story);
        story.send(Event::CloseClicked);
    });
}

#[test]
fn wrong_login_then_closes() {
    check("wrong_login_then_closes", |story| {
        open_and_log_in(story);
        story.answer(error("LoginFailedError", 2));
        story.send(Event::CloseClicked);
    });
}

#[test]
fn failure_then_leaves() {
    check("failure_then_leaves", |story| {
        open_and_log_in(story);
        story.answer(error("DuplicateConnectionError", 2));
        story.choose(WayOn::Leave);
    });
}

#[test]
fn delayed_sync() {
    check("delayed", |story| {
        open_and_log_in(story);
        story.answer(delayed(2));
        story.choose(WayOn::Leave);
    });
}

#[test]
fn consent_and_a_choice_of_accounts() {
    check("consent_and_accounts", |story| {
        story.answer(listing(&["Demo"]));
        story.answer(session_with(LaunchOptions {
            consent: Some(Consent::default()),
            account_selection: Some(AccountSelection::Multiple),
            ..LaunchOptions::default()
        }));
        story.send(Event::ConsentGiven);
        story.pick(bank("Demo"));
        story.submit();
        let accounts = vec![account("a1", true), account("a2", true)];
        story.answer(connected_with(accounts, 1));
        story.choose_accounts(&["a1", "a2"]);
        story.answer(connected_with(vec![account("a1", true)], 2));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn consent_declined() {
    check("consent_declined", |story| {
        story.answer(listing(&["Demo"]));
        story.answer(session_with(LaunchOptions {
            consent: Some(Consent::default()),
            ..LaunchOptions::default()
        }));
        story.send(Event::ConsentDeclined);
    });
}

#[test]
fn a_bank_s_own_site() {
    check("oauth", |story| {
        go_to_the_bank(story);
        story.send(Event::PopupBlocked(story.popup()));
        story.send(Event::BankSiteClicked);
        story.prove_as("n2");
        story.answer(Answer::Done);
        story.comes_back("n2", OAuthStatus::Complete);
        story.answer(connected(1));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn a_bank_s_own_site_denied() {
    check("oauth_denied", |story| {
        go_to_the_bank(story);
        story.comes_back("n1", OAuthStatus::Denied);
        story.send(Event::CloseClicked);
    });
}

#[test]
fn a_bank_s_own_site_failed() {
    check("oauth_error", |story| {
        go_to_the_bank(story);
        story.comes_back("n1", OAuthStatus::Error);
        story.send(Event::CloseClicked);
    });
}

#[test]
fn a_warning_and_an_approval() {
    check("warning_and_approval", |story| {
        open(story);
        story.pick(Provider {
            status: Some(ProviderStatus::Degraded),
            ..bank("Demo")
        });
        story.choose(WayOn::GoOn);
        story.submit();
        story.answer(challenge(approval(), 1));
        story.answer(connected(2));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn no_account_that_can_be_connected() {
    check("no_accounts", |story| {
        open_and_log_in(story);
        story.answer(connected_with(vec![account("a1", false)], 2));
        story.send(Event::CloseClicked);
    });
}

#[test]
fn a_session_that_expires_and_goes_on() {
    check("session_expired_and_renewed", |story| {
        open_and_log_in(story);
        story.fail(refused(401, "token_expired"));
        story.send(Event::TokenRenewed(Secret::new("new")));
        story.answer(connected(2));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn a_session_that_expires_and_is_left() {
    check("session_expired", |story| {
        open_and_log_in(story);
        story.fail(refused(401, "token_expired"));
        story.choose(WayOn::Leave);
    });
}

#[test]
fn a_refusal_with_a_reference() {
    check("refused_with_reference", |story| {
        open_and_log_in(story);
        story.fail(refused(403, "forbidden"));
        story.send(Event::CloseClicked);
    });
}

#[test]
fn a_device_and_a_code() {
    check("device_and_code", |story| {
        open_and_log_in(story);
        let device = Challenge {
            kind: ChallengeKind::Device,
            prompt: "Where to?".into(),
            ..Challenge::default()
        };
        story.answer(challenge(device, 2));
        story.answer_question();
        story.answer(syncing(3));
        story.answer(challenge(code_challenge(), 4));
        story.answer_question();
        story.answer(syncing(5));
        // A wrong code is asked for again.
        story.answer(error_with(
            SyncError {
                name: "SecurityQuestionError".into(),
                challenge: Some(code_challenge()),
                provider_message: Some("That is not it.".into()),
                ..SyncError::default()
            },
            6,
        ));
        story.answer_question();
        story.answer(connected(7));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn links_out_of_the_widget() {
    check("links", |story| {
        open(story);
        story.pick(bank("Demo"));
        for link in [
            Link::Website,
            Link::ForgottenPassword,
            Link::ForgottenUsername,
            Link::Terms,
        ] {
            story.send(Event::LinkFollowed(link));
        }
        story.send(Event::CloseClicked);
    });
}

#[test]
fn a_warning_that_turns_the_user_back_to_a_bank_that_is_not_there() {
    check("warning_dismissed_and_not_listed", |story| {
        open(story);
        story.pick(Provider {
            status: Some(ProviderStatus::Down),
            ..bank("Demo")
        });
        story.choose(WayOn::OtherBank);
        story.type_in("zebra");
        story.answer(listing(&[]));
        story.send(Event::NotListedClicked);
    });
}

#[test]
fn the_network_goes_and_comes_and_the_host_goes_back() {
    check("offline_and_back", |story| {
        open(story);
        story.send(Event::HostAskedBack);
        story.pick(bank("Demo"));
        story.send(Event::WentOffline);
        story.send(Event::CameOnline);
        story.send(Event::HostAskedBack);
        story.send(Event::CloseClicked);
    });
}

#[test]
fn a_connection_of_before_is_mended() {
    for system in System::ALL {
        let launch = Launch {
            institution: Some("i1".into()),
            ..launch_as(*system)
        };
        check_launch("reconnect", launch, |story| {
            story.answer(session());
            story.answer(error("LoginFailedError", 1));
            story.answer(login_of("Demo"));
            story.submit();
            story.answer(syncing(2));
            story.answer(connected(3));
            story.send(Event::DoneClicked);
        });
    }
}

#[test]
fn a_healthy_connection_is_read_anew() {
    for system in System::ALL {
        let launch = Launch {
            institution: Some("i1".into()),
            ..launch_as(*system)
        };
        check_launch("refresh", launch, |story| {
            story.answer(session());
            story.answer(connected(1));
            story.answer(login_of("Demo"));
            story.answer(syncing(2));
            story.answer(connected(3));
            story.send(Event::DoneClicked);
        });
    }
}

#[test]
fn a_bank_and_a_connection_of_which_all_is_known() {
    check("all_known", |story| {
        story.answer(listing(&["Demo"]));
        story.answer(Answer::Session(Box::new(Session {
            id: Some("session-1".into()),
            ..plain_session()
        })));
        story.pick(Provider {
            url: Some("https://www.demo.example/login".into()),
            logo: Some("https://connect.example/demo.svg".into()),
            color: Some("#123456".into()),
            country: Some("CA".into()),
            aggregator: Some("sandbox".into()),
            popular: true,
            ..bank("Demo")
        });
        story.submit();
        let account = |id: &str, kind: &str| Account {
            kind: kind.into(),
            mask: Some("1234".into()),
            ..account(id, true)
        };
        story.answer(Answer::Institution(Box::new(Institution {
            accounts: Some(vec![account("a1", "savings"), account("a2", "credit")]),
            login_id: Some("login-1".into()),
            exchange_code: Some(Secret::new("code-1")),
            ..connection(SyncStatus::Ok, 1)
        })));
        story.send(Event::DoneClicked);
    });
}

#[test]
fn the_last_words_of_a_widget_that_has_failed() {
    for system in System::ALL {
        let words = host::last_words(&launch_as(*system));
        let received: Vec<Value> = words.into_iter().map(in_json).collect();
        compare(system.name(), "last_words", &received);
    }
    assert!(
        host::last_words(&Launch {
            embedding: Embedding::Alone,
            ..launch()
        })
        .is_empty(),
        "nobody is there to hear them"
    );
}

#[test]
fn redirect() {
    let redirect_uri = Some("https://shop.example/back?a=1#top".to_string());
    for system in System::ALL {
        let launch = Launch {
            redirect_uri: redirect_uri.clone(),
            ..launch_as(*system)
        };
        check_launch("redirect", launch, |story| {
            open_and_log_in(story);
            story.answer(connected(2));
            story.send(Event::DoneClicked);
        });
    }
}

#[test]
fn no_token() {
    for system in [System::Native, System::Wealthica] {
        let launch = match system {
            System::Native => launch_without_token(),
            _ => Launch {
                token: None,
                ..launch_as(system)
            },
        };
        check_launch("no_token", launch, |story| {
            // A system without a message that asks for one is not waited for.
            if system == System::Native {
                story.run_out(30_000);
            }
            story.choose(WayOn::Leave);
        });
    }
}

#[test]
fn a_page_without_a_host_ends_on_the_servers_own_page() {
    for api in ["https://connect.example", "https://connect.example/bank"] {
        let mut story = Story::start(Launch {
            embedding: Embedding::Alone,
            api_url: api.into(),
            ..launch()
        });
        open_and_log_in(&mut story);
        story.answer(connected(2));
        assert!(words(&story.machine, &story.effects).is_empty());
        story.send(Event::DoneClicked);
        let end = format!("{api}/connected?institution=i1&code=i1&provider=demo&state=s7");
        let go = Outgoing::Go(end);
        assert_eq!(words(&story.machine, &story.effects), [go]);
    }
}

#[test]
fn the_way_to_an_apps_own_scheme_can_be_taken_again_and_no_other() {
    let ends_at = |redirect_uri: &str| {
        let mut story = Story::start(Launch {
            embedding: Embedding::Alone,
            redirect_uri: Some(redirect_uri.into()),
            ..launch()
        });
        open_and_log_in(&mut story);
        story.answer(connected(2));
        story.send(Event::DoneClicked);
        let State::Ended(report) = &story.machine.state else {
            panic!("it has ended");
        };
        let way = host::way_to_app(&story.machine.launch, report);
        (words(&story.machine, &story.effects), way)
    };
    let app = "com.example.shop:/oauth?institution=i1&code=i1&provider=demo&state=s7";
    let gone = vec![Outgoing::Go(app.into())];
    assert_eq!(ends_at("com.example.shop:/oauth"), (gone, Some(app.into())));
    let (gone, way) = ends_at("https://shop.example/back");
    assert!(matches!(&gone[..], [Outgoing::Go(_)]));
    assert_eq!(way, None);
}

#[test]
fn an_address_that_nobody_checked_is_never_gone_to() {
    let mut story = Story::start(Launch {
        redirect_uri: Some("https://evil.example/".into()),
        ..launch()
    });
    story.send(Event::CloseClicked);
    let sent = words(&story.machine, &story.effects);
    assert!(!sent.iter().any(|sent| matches!(sent, Outgoing::Go(_))));
}

#[test]
fn a_host_hands_over_its_token_with_init_and_nothing_else_is_heard() {
    let native = launch_without_token();
    let init = r#"{"connect_widget":1,"type":"init","token":"t","later":{}}"#;
    let token = [Incoming::Token(Secret::new("t"))];
    let init: Value = serde_json::from_str(init).unwrap();
    assert_eq!(host::hear(&native, &init), token);
    for odd in [
        "null",
        "7",
        "\"init\"",
        "[]",
        "{}",
        r#"{"type":"init","token":"t"}"#,
        r#"{"connect_widget":2,"type":"init","token":"t"}"#,
        r#"{"connect_widget":"1","type":"init","token":"t"}"#,
        r#"{"connect_widget":1,"type":"init"}"#,
        r#"{"connect_widget":1,"type":"init","token":null}"#,
        r#"{"connect_widget":1,"type":"init","token":{"a":1}}"#,
        r#"{"connect_widget":1,"type":"Init","token":"t"}"#,
        r#"{"connect_widget":1,"type":7,"token":"t"}"#,
        r#"{"connect_widget":1.5,"type":"init","token":"t"}"#,
        r#"[{"connect_widget":1,"type":"init","token":"t"}]"#,
    ] {
        let json: Value = serde_json::from_str(odd).unwrap();
        assert_eq!(host::hear(&native, &json), [], "{odd}");
    }
    let wealthica = launch_by("wealthica", PageData::default());
    assert_eq!(host::hear(&wealthica, &init), [], "it posts nothing");
}

#[test]
fn a_host_may_replace_its_token_while_the_session_goes_on() {
    let update = json!({"connect_widget": 1, "type": "update", "token": "t2"});
    let token = [Incoming::NewToken(Secret::new("t2"))];
    assert_eq!(host::hear(&launch(), &update), token);
    let odd = json!({"connect_widget": 1, "type": "update"});
    assert_eq!(host::hear(&launch(), &odd), []);
}

fn open(story: &mut Story) {
    story.answer(listing(&["Demo", "Acme"]));
    story.answer(session());
}

/// The window to the bank was asked for.
fn go_to_the_bank(story: &mut Story) {
    open(story);
    story.pick(own_site());
    story.prepare_login();
    story.send(Event::BankSiteClicked);
}

fn own_site() -> Provider {
    Provider {
        id: "demo".into(),
        ..oauth_bank()
    }
}

fn open_and_log_in(story: &mut Story) {
    open(story);
    story.send(Event::Picked("demo".into()));
    story.answer(login_of("Demo"));
    story.submit();
    story.answer(syncing(1));
}
