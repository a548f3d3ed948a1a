//! Whose page is it: the one around must be the one that the address names, an origin must be one, a link says whose app it is.

use crate::story::Story;
use crate::world::{
    HOST, OWN, TOKEN, connected, error, launch_as, listing, login_of, page, pairs, refused,
    session, session_with, syncing,
};
use connect_core::Secret;
use connect_core::api::LaunchOptions;
use connect_core::flow::{Call, Event, Screen};
use connect_core::host::{Now, Speaker, System, greet};
use connect_core::json::Read;
use connect_core::launch::{Embedding, Launch, Page, PageData};
use serde_json::json;

const EVIL: &str = "https://evil.example";

#[test]
fn a_frame_of_another_page_opens_no_session_and_tells_nobody() {
    for system in System::ALL {
        for framing in [EVIL, "null"] {
            let launch = Launch {
                framing: Some(framing.into()),
                embedding: Embedding::Framed,
                ..launch_as(*system)
            };
            let complaint = format!("origin={HOST} is not the page around, {framing}");
            assert_eq!(launch.complaint(), Some(complaint));
            refuses(launch);
        }
    }
}

#[test]
fn a_token_that_comes_later_opens_no_session_there_either() {
    let mut story = Story::start(Launch::new(Page {
        framing_origin: Some(EVIL.into()),
        fragment: Vec::new(),
        ..page()
    }));
    story.fails_with("origin_not_allowed", connect_core::flow::WayOn::Leave, None);
    for event in [
        Event::TokenGiven(Secret::new(TOKEN)),
        Event::TokenRenewed(Secret::new(TOKEN)),
        Event::TryNowClicked,
        Event::CameOnline,
    ] {
        story.send(event);
        assert!(story.open.is_empty() && story.told.is_empty());
        story.shows(Screen::Failure);
    }
}

#[test]
fn the_page_that_the_address_names_opens_it_and_so_does_one_that_the_browser_does_not_tell() {
    for (embedding, framing) in [
        (Embedding::Framed, Some(HOST)),
        (Embedding::Framed, None),
        // Loaded anew by itself, or by a page of the same server.
        (Embedding::Framed, Some(OWN)),
        (Embedding::Popup, Some(HOST)),
        (Embedding::Popup, None),
        // Back from a bank.
        (Embedding::Popup, Some("https://bank.example")),
        (Embedding::Alone, Some("https://bank.example")),
    ] {
        let launch = Launch::new(Page {
            embedding,
            framing_origin: framing.map(String::from),
            ..page()
        });
        assert!(!launch.is_misplaced(), "{embedding:?} {framing:?}");
        assert_eq!(launch.complaint(), None);
        let asks = |call: &Call| matches!(call, Call::Session { origin: Some(o), .. } if o == HOST);
        let story = Story::start(launch);
        assert!(
            story
                .open
                .iter()
                .any(|(_, asked)| matches!(asked, crate::story::Asked::Call(call) if asks(call)))
        );
    }
}

#[test]
fn a_frame_without_an_origin_in_its_address_asks_for_the_page_around() {
    for (embedding, framing, asked) in [
        (Embedding::Framed, Some(HOST), Some(HOST)),
        (Embedding::Framed, None, None),
        (Embedding::Framed, Some("null"), None),
        (Embedding::Framed, Some(OWN), None),
        (Embedding::Popup, Some(HOST), None),
        (Embedding::Alone, Some(HOST), None),
    ] {
        for path in ["/", "/connect", "/start"] {
            let launch = Launch::new(Page {
                query: Vec::new(),
                embedding,
                path: path.into(),
                framing_origin: framing.map(String::from),
                ..page()
            });
            assert_eq!(launch.asking(), asked, "{path} {embedding:?} {framing:?}");
            assert!(!launch.has_host(), "it is no address to post to");
            assert!(!launch.is_misplaced());
            assert_eq!(launch.is_embedded_by(Some(HOST)), asked.is_some());
        }
    }
}

#[test]
fn who_led_to_a_page_that_stands_alone_is_not_whom_it_is_for() {
    for (path, query) in [
        ("/", &[("connectToken", TOKEN)][..]),
        ("/v2/", &[]),
        ("/widget", &[("jobTypes", "transactions")]),
    ] {
        let launch = Launch::new(Page {
            query: pairs(query),
            embedding: Embedding::Alone,
            path: path.into(),
            framing_origin: Some("https://mail.example".into()),
            ..page()
        });
        assert_eq!((launch.asking(), &launch.origin), (None, &None), "{path}");
    }
}

#[test]
fn a_session_bound_to_the_page_that_asked_goes_on_in_every_way_of_being_there() {
    for (embedding, framing, along) in [
        (Embedding::Framed, Some(HOST), true),
        (Embedding::Framed, Some(HOST), false),
        (Embedding::Framed, None, true),
        (Embedding::Framed, Some(OWN), true),
        (Embedding::Popup, Some(HOST), true),
        (Embedding::Popup, Some(HOST), false),
        (Embedding::Popup, None, false),
        (Embedding::Popup, Some(OWN), false),
    ] {
        let launch = Launch::new(Page {
            embedding,
            framing_origin: framing.map(String::from),
            fragment: if along { page().fragment } else { Vec::new() },
            ..page()
        });
        assert!(
            launch.is_embedded_by(Some(HOST)),
            "{embedding:?} {framing:?}"
        );
    }
    let at_home = Launch::new(Page {
        query: pairs(&[("origin", OWN)]),
        embedding: Embedding::Popup,
        framing_origin: Some(OWN.into()),
        ..page()
    });
    assert!(at_home.is_embedded_by(Some(OWN)), "the server's own page");
}

#[test]
fn an_origin_that_is_none_opens_no_session_and_the_developer_is_told() {
    for odd in [
        "",
        "null",
        "*",
        "https://Shop.example",
        "HTTPS://shop.example",
        "https://shop.example/",
        "https://shop.example/pay",
        "https://shop.example:443",
        "http://shop.example:80",
        "https://shop.example:",
        "shop.example",
        "https://*.shop.example",
        " https://shop.example",
    ] {
        for embedding in [Embedding::Framed, Embedding::Popup, Embedding::Alone] {
            let launch = Launch::new(Page {
                query: pairs(&[("origin", odd)]),
                embedding,
                ..page()
            });
            let complaint = format!("origin={odd} is no origin");
            assert_eq!(launch.complaint(), Some(complaint));
            refuses(launch);
        }
    }
    let target = |odd| {
        Launch::new(Page {
            query: pairs(&[("jobTypes", "transactions"), ("targetOrigin", odd)]),
            path: "/widget".into(),
            ..page()
        })
    };
    refuses(target("*"));
    assert!(
        !target("").is_misplaced(),
        "an empty one says nothing there"
    );
}

#[test]
fn an_address_without_an_origin_opens_as_ever_and_the_servers_word_counts_more() {
    let launch = Launch::new(Page {
        query: Vec::new(),
        ..page()
    });
    assert_eq!(
        (launch.wrong_origin.as_deref(), launch.is_misplaced()),
        (None, false)
    );
    let named = Launch::new(Page {
        query: pairs(&[("origin", "*")]),
        data: PageData::read(&json!({"origin": HOST})),
        ..page()
    });
    assert_eq!(
        (named.wrong_origin.as_deref(), named.is_misplaced()),
        (None, false)
    );
}

#[test]
fn a_page_alone_says_that_a_link_opened_it_up_to_the_end_of_the_login() {
    let mut story = linked(Embedding::Alone);
    assert!(
        !story.machine.is_linked(),
        "nobody knows yet whose app it is"
    );
    story.answer(listing(&["Demo"]));
    story.answer(session());
    let steps: &[fn(&mut Story)] = &[
        |_| {},
        |story| story.send(Event::Picked("demo".into())),
        |story| story.answer(login_of("Demo")),
        Story::submit,
        |story| story.answer(syncing(1)),
        |story| story.answer(error("LoginFailedError", 2)),
        Story::submit,
        |story| story.answer(syncing(3)),
    ];
    for step in steps {
        step(&mut story);
        assert!(story.machine.is_linked(), "{:?}", story.machine.state);
    }
    story.answer(connected(4));
    story.shows(Screen::Success);
    assert!(!story.machine.is_linked());
}

#[test]
fn a_page_with_somebody_around_it_says_nothing_of_links() {
    for embedding in [Embedding::Framed, Embedding::Popup] {
        let mut story = linked(embedding);
        story.answer(listing(&["Demo"]));
        story.answer(session());
        assert!(!story.machine.is_linked(), "{embedding:?}");
    }
    let mut refused_link = linked(Embedding::Alone);
    refused_link.answer(listing(&[]));
    refused_link.fail(refused(403, "origin_not_allowed"));
    assert!(!refused_link.machine.is_linked());
}

#[test]
fn a_link_cannot_say_that_it_is_of_another_app() {
    for path in ["/start", "/v2/"] {
        let mut story = Story::start(Launch::new(Page {
            query: pairs(&[
                ("applicationName", "Your Bank"),
                ("customerName", "Your Bank"),
            ]),
            embedding: Embedding::Alone,
            path: path.into(),
            ..page()
        }));
        if story.calls() == 0 {
            let token = Secret::new(TOKEN);
            story.send(Event::TokenRenewed(token));
        }
        story.answer(listing(&["Demo"]));
        story.answer(session_with(LaunchOptions::default()));
        assert!(story.machine.is_linked());
        assert_eq!(story.machine.session.client.name, "The Shop", "{path}");
    }
}

fn linked(embedding: Embedding) -> Story {
    Story::start(Launch::new(Page {
        embedding,
        ..page()
    }))
}

/// Nothing is asked, nothing is told, and no token is left.
#[track_caller]
fn refuses(launch: Launch) {
    let mut story = Story::start(launch.clone());
    story.fails_with("origin_not_allowed", connect_core::flow::WayOn::Leave, None);
    assert!(story.open.is_empty() && story.told.is_empty());
    assert_eq!(story.machine.launch.token, None);
    assert_eq!(greet(&launch), None);
    story.send(Event::CloseClicked);
    story.shows(Screen::Ended);
    let words = story.told.iter().flat_map(|report| {
        let (mut speaker, session) = (Speaker::default(), Default::default());
        speaker.word(&launch, &session, report, &Now::default())
    });
    let posts = |word: &connect_core::host::Outgoing| {
        use connect_core::host::Outgoing::{Post, PostText};
        matches!(word, Post(_) | PostText(_))
    };
    assert_eq!(words.filter(posts).count(), 0);
}

#[test]
fn a_frame_that_names_no_page_is_told_to_its_developer() {
    for (embedding, said) in [
        (Embedding::Framed, true),
        (Embedding::Popup, false),
        (Embedding::Alone, false),
    ] {
        let launch = Launch {
            origin: None,
            embedding,
            ..launch_as(System::Native)
        };
        let complaint = launch.complaint();
        assert_eq!(complaint.is_some(), said, "{embedding:?} {complaint:?}");
    }
}
