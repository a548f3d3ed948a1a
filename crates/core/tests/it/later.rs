//! The machine's later half comes when it likes: the host hears the same, in the same order, and the user ends up at the same screen.

use crate::story::Story;
use crate::world::{
    bank, launch, launch_without_token, listing, login_of, page_of, plain_session, refused,
    session, session_with,
};
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use connect_core::flow::{Effect, Event, Link, Report, Screen};
use connect_core::launch::{Embedding, Kept, Launch};

/// What happens before the later half is there.
type Ways = fn(&mut Story);

/// Each way from the first screens into the later half: how the page is opened, and what happens then.
fn ways() -> Vec<(&'static str, Launch, Ways)> {
    let open: Ways = |story| {
        story.answer(listing(&["Demo", "Acme"]));
        story.answer(session());
    };
    let session_alone: Ways = |story| story.answer(session());
    let kept = Kept {
        user: plain_session().user_id,
        institution: Some("i1".into()),
        fresh: true,
        login: None,
        errand: " ".into(),
    };
    vec![
        (
            "no token",
            Launch {
                embedding: Embedding::Alone,
                ..launch_without_token()
            },
            |_| {},
        ),
        (
            "a token that never comes",
            launch_without_token(),
            |story| story.run_out(30_000),
        ),
        (
            "an empty token, then one",
            launch_without_token(),
            |story| {
                story.send(Event::TokenGiven(Secret::default()));
                story.send(Event::TokenGiven(Secret::new("t")));
                story.answer(session());
            },
        ),
        (
            "a wrong origin",
            Launch {
                wrong_origin: Some("x".into()),
                ..launch()
            },
            |_| {},
        ),
        (
            "the page of another app",
            Launch {
                framing: Some("https://other.example".into()),
                ..launch()
            },
            |_| {},
        ),
        (
            "handed back",
            Launch {
                handed_back: true,
                ..launch()
            },
            |_| {},
        ),
        ("a refused session", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.fail(refused(401, "token_invalid"));
        }),
        ("a refused session, then a new token", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.fail(refused(401, "token_expired"));
            story.send(Event::TokenRenewed(Secret::new("t2")));
        }),
        ("a refused origin", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.fail(refused(403, "origin_not_allowed"));
        }),
        ("a session that is asked for twice", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.fail(refused(500, "internal"));
            story.run_out(500);
            story.fail(refused(401, "token_invalid"));
        }),
        (
            "a preselected bank",
            Launch {
                provider: Some("demo".into()),
                ..launch()
            },
            session_alone,
        ),
        (
            "a reconnection",
            Launch {
                institution: Some("i1".into()),
                ..launch()
            },
            session_alone,
        ),
        (
            "a way back from the bank",
            Launch {
                resume: Some("n1".into()),
                ..launch()
            },
            session_alone,
        ),
        (
            "a connection to follow",
            Launch {
                follow: Some("i1".into()),
                ..launch()
            },
            session_alone,
        ),
        (
            "a reload in the middle",
            Launch {
                kept: Some(kept.clone()),
                ..launch()
            },
            session_alone,
        ),
        (
            "a reload of somebody else's",
            Launch {
                kept: Some(Kept {
                    user: "x".into(),
                    ..kept
                }),
                ..launch()
            },
            |story| {
                story.answer(listing(&["Demo"]));
                story.answer(session());
            },
        ),
        ("consent", launch(), |story| {
            story.answer(listing(&["Demo"]));
            let consent = Some(connect_core::api::Consent::default());
            story.answer(session_with(LaunchOptions {
                consent,
                ..LaunchOptions::default()
            }));
        }),
        ("the list", launch(), open),
        ("the list, refused", launch(), |story| {
            story.answer(page_of(&["Demo"], Some("c"), 2));
            story.answer(session());
            story.send(Event::ListEndReached);
            story.fail(refused(401, "token_expired"));
        }),
        ("a click", launch(), |story| {
            story.answer(listing(&["Demo", "Acme"]));
            story.answer(session());
            story.type_in("acm");
            story.send(Event::Picked("acme".into()));
            story.answer(login_of("Acme"));
        }),
        ("a click and a step back", launch(), |story| {
            story.answer(listing(&["Demo", "Acme"]));
            story.answer(session());
            story.send(Event::Picked("acme".into()));
            story.send(Event::BackClicked);
        }),
        ("a click on a bank that is gone", launch(), |story| {
            story.answer(listing(&["Demo", "Acme"]));
            story.answer(session());
            story.send(Event::Picked("acme".into()));
            story.fail(refused(404, "not_found"));
        }),
        ("the X", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.answer(session());
            story.send(Event::CloseClicked);
        }),
        ("the X before anything", launch(), |story| {
            story.send(Event::CloseClicked)
        }),
        ("not listed", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.answer(session());
            story.type_in("nowhere");
            story.send(Event::NotListedClicked);
        }),
        ("a step back that the host wants", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.answer(session());
            story.send(Event::HostAskedBack);
        }),
        ("a link", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.answer(session());
            story.send(Event::LinkFollowed(Link::Website));
        }),
        (
            "a step back that the host wants, then a click",
            launch(),
            |story| {
                story.answer(listing(&["Demo", "Acme"]));
                story.answer(session());
                story.send(Event::HostAskedBack);
                story.send(Event::Picked("acme".into()));
                story.answer(login_of("Acme"));
            },
        ),
        (
            "a link, then a click, then a step back",
            launch(),
            |story| {
                story.answer(listing(&["Demo", "Acme"]));
                story.answer(session());
                story.send(Event::LinkFollowed(Link::Website));
                story.send(Event::Picked("acme".into()));
                story.send(Event::HostAskedBack);
            },
        ),
        (
            "a new token before the session is there",
            launch(),
            |story| {
                story.answer(listing(&["Demo"]));
                story.send(Event::TokenRenewed(Secret::new("t2")));
                story.answer(listing(&["Demo"]));
                story.answer(session());
            },
        ),
        ("a new token at the list", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.answer(session());
            story.send(Event::TokenRenewed(Secret::new("t2")));
            story.type_in("ac");
        }),
        ("offline and back", launch(), |story| {
            story.answer(listing(&["Demo"]));
            story.answer(session());
            story.send(Event::WentOffline);
            story.send(Event::CameOnline);
        }),
    ]
}

#[test]
fn whenever_it_comes_the_host_hears_the_same() {
    for (name, launch, happens) in ways() {
        let mut early = Story::start(launch.clone());
        happens(&mut early);
        let mut late = Story::first(launch);
        happens(&mut late);
        late.bring();
        assert_eq!(late.told, early.told, "{name}");
        assert_eq!(
            late.machine.state.screen(),
            early.machine.state.screen(),
            "{name}"
        );
        let calls = |story: &Story| {
            let mut open: Vec<String> = story
                .open
                .iter()
                .map(|(_, asked)| format!("{asked:?}"))
                .collect();
            open.sort();
            open
        };
        assert_eq!(calls(&late), calls(&early), "{name}");
        assert_eq!(late.kept, early.kept, "{name}");
    }
}

#[test]
fn until_it_comes_what_leads_there_is_shown_as_the_start() {
    let later = [
        "no token",
        "a refused session",
        "consent",
        "a preselected bank",
        "a reconnection",
        "a click",
        "the X",
        "not listed",
    ];
    for (name, launch, happens) in ways() {
        let mut story = Story::first(launch);
        happens(&mut story);
        let waits = story.machine.key() == (Screen::Starting, u32::MAX)
            || story.machine.state.screen() == Screen::Starting;
        if later.contains(&name) {
            assert!(waits, "{name}");
        }
        story.bring();
        assert_eq!(story.machine.key(), story.machine.state.key(), "{name}");
    }
}

#[test]
fn what_the_list_needs_is_there_at_once() {
    let mut story = Story::first(launch());
    story.answer(listing(&["Demo", "Acme"]));
    story.answer(session());
    assert_eq!(story.machine.key().0, Screen::Search);
    story.type_in("acm");
    assert!(story.machine.key().0 == Screen::Search);
    assert_eq!(
        story.told,
        [Report::Opened, Report::ScreenShown(Screen::Search)]
    );
    assert_eq!(bank("Acme").id, "acme");
}

#[test]
fn a_new_token_counts_at_once() {
    let mut story = Story::first(launch());
    story.answer(listing(&["Demo"]));
    story.answer(session());
    let token = Secret::new("t2");
    story.send(Event::TokenRenewed(token.clone()));
    assert_eq!(story.effects, [Effect::UseToken(token)]);
}

#[test]
fn after_the_x_nothing_else_happens() {
    let mut story = Story::first(launch());
    story.answer(listing(&["Demo"]));
    let (ticket, _) = story.pending();
    story.send(Event::CloseClicked);
    story.send(Event::Answered {
        ticket,
        answer: Ok(session()),
    });
    assert_eq!(story.told, []);
    story.bring();
    story.shows(Screen::Ended);
    assert_eq!(story.told.len(), 1);
    assert!(story.told[0].is_terminal());
}
