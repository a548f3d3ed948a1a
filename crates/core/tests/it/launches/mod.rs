//! What each host system's address and page data open the widget with, parameter by parameter.

mod flinks;

use crate::world::{HOST, OWN, TOKEN, page, pairs};
use connect_core::Secret;
use connect_core::api::AccountSelection;
use connect_core::flow::{Event, Machine, REST, State};
use connect_core::host::{self, System};
use connect_core::launch::{Embedding, Launch, Origin, Page, PageData, Theme};

type Query<'a> = &'a [(&'a str, &'a str)];

/// A frame that a page opened at this address.
fn opened(path: &str, query: Query) -> Launch {
    Launch::new(at(path, query))
}

fn at(path: &str, query: Query) -> Page {
    Page {
        path: path.into(),
        query: pairs(query),
        fragment: Vec::new(),
        ..page()
    }
}

/// Each system's own way to hand over a token in the address.
const WAYS: [(System, &str, &str); 6] = [
    (System::Wealthica, "/connect", "token"),
    (System::MoneyKit, "/start", "linkSessionToken"),
    (System::Flinks, "/v2/", "authorizeToken"),
    (System::Meld, "/", "connectToken"),
    (System::Ucw, "/widget", "token"),
    (System::UcwV2, "/widget", "token"),
];

#[test]
fn a_token_in_the_address_is_the_launchs_token_and_nothing_else_of_it() {
    for (system, path, name) in WAYS {
        let mut query = vec![(name, TOKEN), ("origin", HOST), ("state", "s7")];
        if system == System::Ucw {
            query.push(("jobTypes", "transactions"));
        }
        for fragment in [false, true] {
            let mut page = at(path, &query);
            if fragment {
                page.fragment = pairs(&[(name, TOKEN)]);
                page.query.retain(|(key, _)| key != name);
            }
            // Without the name in the query, Meld's address is any.
            page.data = Some(PageData {
                system: Some(system.name().into()),
                ..PageData::default()
            });
            let launch = Launch::new(page);
            assert_eq!(launch.system, system);
            assert_eq!(launch.token, Some(Secret::new(TOKEN)), "{system:?}");
            assert!(!format!("{launch:?}").contains("SENTINEL"), "{system:?}");
            let own = launch.own.iter();
            assert!(own.map(|(key, _)| key).all(|key| key != name), "{system:?}");
        }
        assert!(host::token_parameters().any(|secret| secret == name));
        assert!(host::parameters().any(|known| known == name), "{name}");
    }
}

#[test]
fn a_token_of_another_system_is_none_here() {
    for (system, path, name) in WAYS {
        let launch = Launch::new(Page {
            data: Some(PageData {
                system: Some(system.name().into()),
                ..PageData::default()
            }),
            ..at(path, &[("connect_token", TOKEN), ("Token", TOKEN)])
        });
        assert_eq!(launch.token, None, "{name}");
    }
    assert_eq!(opened("/", &[("authorizeToken", TOKEN)]).token, None);
    assert_eq!(opened("/v2/", &[("token", TOKEN)]).token, None);
    assert_eq!(opened("/start", &[("token", TOKEN)]).token, None);
}

#[test]
fn an_empty_token_is_none() {
    for (system, path, name) in WAYS {
        let launch = Launch::new(Page {
            data: Some(PageData {
                system: Some(system.name().into()),
                ..PageData::default()
            }),
            ..at(path, &[(name, "")])
        });
        assert_eq!(launch.token, None, "{system:?}");
    }
}

#[test]
fn the_token_leaves_the_launch_once_the_session_is_asked_for() {
    for (system, path, name) in WAYS {
        let launch = Launch::new(Page {
            data: Some(PageData {
                system: Some(system.name().into()),
                ..PageData::default()
            }),
            ..at(path, &[(name, TOKEN)])
        });
        let (mut machine, _) = Machine::start(launch);
        machine.bring(&REST);
        assert_eq!(machine.launch.token, None, "{system:?}");
        machine.apply(Event::CloseClicked);
        assert!(matches!(machine.state, State::Ended(_)));
    }
}

#[test]
fn the_servers_page_data_wins_over_each_systems_address() {
    for (system, path, name) in WAYS {
        let query = [
            (name, TOKEN),
            ("origin", "https://evil.example"),
            ("targetOrigin", "https://evil.example"),
            ("provider", "acme"),
            ("institutionId", "acme"),
            ("connectionId", "i8"),
            ("institution", "i8"),
            ("redirect_uri", "https://evil.example/"),
            ("redirectUrl", "https://evil.example/"),
            ("redirectURL", "https://evil.example/?connect_resume=n8"),
            ("jobTypes", "transactions"),
        ];
        let launch = Launch::new(Page {
            data: Some(PageData {
                system: Some(system.name().into()),
                origin: Some(HOST.into()),
                token: Some(Secret::new("posted")),
                provider: Some("demo".into()),
                institution: Some("i1".into()),
                redirect_uri: Some("https://shop.example/back".into()),
                resume: Some("n1".into()),
                page: None,
            }),
            framing_origin: Some("https://evil.example".into()),
            ..at(path, &query)
        });
        assert_eq!(launch.system, system);
        assert_eq!(launch.token, Some(Secret::new("posted")));
        assert_eq!(launch.origin, Origin::parse(HOST));
        assert_eq!(launch.provider.as_deref(), Some("demo"));
        assert_eq!(launch.institution.as_deref(), Some("i1"));
        assert_eq!(launch.resume.as_deref(), Some("n1"));
        let back = launch.redirect_uri.as_deref();
        assert_eq!(back, Some("https://shop.example/back"));
        assert!(launch.redirect_checked);
    }
}

#[test]
fn an_origin_of_the_server_that_is_none_does_not_count() {
    let launch = Launch::new(Page {
        data: Some(PageData {
            origin: Some("*".into()),
            ..PageData::default()
        }),
        ..page()
    });
    assert_eq!(launch.origin, Origin::parse(HOST));
}

#[test]
fn an_address_picks_its_system() {
    use System::{Flinks, Meld, MoneyKit, Native, Ucw, UcwV2, Wealthica};
    let token: Query = &[("connectToken", "t")];
    let jobs: Query = &[("jobTypes", "transactions")];
    for (path, query, system) in [
        ("", &[][..], Native),
        ("/", &[], Native),
        ("//", &[], Native),
        ("/index.html", &[], Native),
        ("/demo/shop", &[], Native),
        ("/connect", &[], Wealthica),
        // A folder may have any name.
        ("/connect/", &[], Native),
        ("/apps/connect/ui/", &[], Native),
        ("/start/", &[], Native),
        ("/widget/", &[], Native),
        ("/widget/index.html", &[], Native),
        ("/v2/", &[("origin", HOST)], Native),
        ("/connect/demo", &[], Wealthica),
        ("/reconnect/i1", &[], Wealthica),
        ("/Connect", &[], Native),
        ("/connected", &[], Native),
        ("/connect.js", &[], Native),
        ("/start", &[], MoneyKit),
        ("/widgets/relink", &[], MoneyKit),
        ("/continue", &[], MoneyKit),
        ("/starting", &[], Native),
        ("/start/here", &[], Native),
        ("/v2", &[], Flinks),
        ("/v2/", &[], Flinks),
        ("/v2//", &[], Flinks),
        ("/bank/v2/", &[], Flinks),
        ("/v1/", &[], Native),
        ("/v2/token", &[], Native),
        ("/", token, Meld),
        ("/any/where", token, Meld),
        // So it stands there after a reload.
        ("/", &[("connectToken", "")], Meld),
        ("/widget", jobs, Ucw),
        ("/widget", &[], UcwV2),
        ("/widget", &[("jobTypes", "")], UcwV2),
        ("/widgetUrl", &[], Native),
        ("/", jobs, Native),
        // The more exact address wins over what it carries.
        ("/v2/", token, Flinks),
        ("/start", token, MoneyKit),
        ("/widget", token, Meld),
    ] {
        assert_eq!(opened(path, query).system, system, "{path:?} {query:?}");
    }
}

#[test]
fn whatever_the_address_is_the_server_says_who_speaks() {
    for system in System::ALL {
        for path in ["/", "/v2/", "/start", "/widget", "/connect"] {
            let launch = Launch::new(Page {
                data: Some(PageData {
                    system: Some(system.name().into()),
                    ..PageData::default()
                }),
                ..at(path, &[("connectToken", "t")])
            });
            assert_eq!(launch.system, *system);
        }
    }
    let launch = Launch::new(Page {
        data: Some(PageData {
            system: Some("purple".into()),
            ..PageData::default()
        }),
        ..at("/v2/", &[])
    });
    assert_eq!(launch.system, System::Native, "no system is spoken by half");
}

#[test]
fn a_page_without_a_server_reads_wealthicas_bank_and_connection_from_the_path() {
    for (path, provider, institution) in [
        ("/connect", None, None),
        ("/connect/demo", Some("demo"), None),
        ("/reconnect/i1", None, Some("i1")),
        ("/bank/reconnect/i1", None, Some("i1")),
    ] {
        let launch = opened(path, &[]);
        assert_eq!(launch.system, System::Wealthica);
        assert_eq!(launch.provider.as_deref(), provider, "{path}");
        assert_eq!(launch.institution.as_deref(), institution, "{path}");
    }
}

#[test]
fn wealthica_has_the_widgets_own_parameters_and_is_light() {
    let query: Query = &[
        ("origin", HOST),
        ("client_id", "c1"),
        ("features", "f1"),
        ("webhook_uri", "https://shop.example/hook"),
        ("providers", "demo,acme"),
        ("provider_groups", "test"),
        ("providers_per_line", "1"),
        ("redirect_uri", "https://shop.example/back"),
        ("state", "s7"),
        ("lang", "fr"),
    ];
    let launch = opened("/connect", query);
    assert_eq!(launch.origin, Origin::parse(HOST));
    let filters = [("providers", "demo,acme"), ("groups", "test")];
    let filters = filters.map(|(name, value)| (name, value.to_string()));
    assert_eq!(launch.filters, filters);
    assert!(launch.one_per_line);
    assert_eq!(launch.lang.as_deref(), Some("fr"));
    assert_eq!(launch.state.as_deref(), Some("s7"));
    assert!(!launch.redirect_checked, "an address can claim anything");
    let own = [
        ("client_id", "c1"),
        ("features", "f1"),
        ("webhook_uri", "https://shop.example/hook"),
    ];
    assert_eq!(launch.own, pairs(&own));
    assert_eq!(launch.look.theme, Some(Theme::Light));
    let dark = opened("/connect", &[("theme", "dark")]);
    assert_eq!(dark.look.theme, Some(Theme::Dark));
}

#[test]
fn moneykit_names_the_app_and_its_own_origin() {
    let query: Query = &[
        ("linkSessionToken", TOKEN),
        ("origin", HOST),
        ("applicationName", "The Bakery"),
        ("device", ""),
        ("launcherVersion", "0.3.28"),
        ("stepTimers", "true"),
    ];
    for path in ["/start", "/relink", "/continue"] {
        let launch = Launch::new(Page {
            framing_origin: Some("https://other.example".into()),
            ..at(path, query)
        });
        assert_eq!(launch.origin, Origin::parse(HOST), "what its URL carries");
        assert_eq!(launch.client_name.as_deref(), Some("The Bakery"));
        assert!(launch.host_gets_return);
        assert!(!launch.handed_back);
        assert_eq!(launch.resume, None);
        let own = [
            ("applicationName", "The Bakery"),
            ("launcherVersion", "0.3.28"),
            ("stepTimers", "true"),
        ];
        assert_eq!(launch.own, pairs(&own), "a bare key says nothing");
    }
    assert_eq!(
        opened("/start", &[("applicationName", "")]).client_name,
        None
    );
}

#[test]
fn moneykit_comes_back_from_a_bank_with_the_page_that_the_bank_sent_the_user_to() {
    for (back, resume, handed_back) in [
        ("", None, false),
        ("https://shop.example/bank", None, false),
        (
            "https://shop.example/bank?connect_resume=n1",
            Some("n1"),
            false,
        ),
        (
            "https://shop.example/bank?a=1&connect_resume=n1&connect_popup=1#top",
            Some("n1"),
            true,
        ),
        ("https://shop.example/bank?connect_popup=1", None, true),
        ("https://shop.example/bank#?connect_resume=n1", None, false),
        ("https://shop.example/bank?connect_resumed=n1", None, false),
        ("https://shop.example/bank?connect_resume=", None, false),
        ("https://shop.example/bank?connect_resume", None, false),
        ("?connect_resume=n1", Some("n1"), false),
        ("connect_resume=n1", None, false),
    ] {
        let launch = opened("/continue", &[("redirectURL", back), ("origin", HOST)]);
        assert_eq!(launch.resume.as_deref(), resume, "{back}");
        assert_eq!(launch.handed_back, handed_back, "{back}");
    }
}

#[test]
fn melds_host_is_the_page_around_which_closes_the_widget() {
    let launch = opened(
        "/",
        &[("connectToken", TOKEN), ("origin", "https://evil.example")],
    );
    assert_eq!(launch.system, System::Meld);
    assert_eq!(launch.origin, Origin::parse(HOST));
    assert!(!launch.frame.close && launch.frame.inline);
    assert!(launch.own.is_empty());
    let alone = Launch::new(Page {
        embedding: Embedding::Alone,
        ..at("/", &[("connectToken", TOKEN)])
    });
    assert!(alone.frame.close, "nobody else would close it");
}

#[test]
fn a_page_around_without_an_origin_is_no_host() {
    for framing in [
        None,
        Some("null"),
        Some("*"),
        Some("https://shop.example/path"),
    ] {
        for (path, query) in [
            ("/", &[("connectToken", TOKEN)][..]),
            ("/v2/", &[]),
            ("/widget", &[("jobTypes", "transactions")]),
            ("/widget", &[]),
        ] {
            let launch = Launch::new(Page {
                framing_origin: framing.map(String::from),
                ..at(path, query)
            });
            assert_eq!(launch.origin, None, "{path} {framing:?}");
            assert!(!launch.has_host());
        }
    }
}

#[test]
fn ucws_target_origin_wins_over_the_page_around() {
    let jobs = ("jobTypes", "transactions");
    let target = "https://target.example";
    let named = opened("/widget", &[jobs, ("targetOrigin", target)]);
    assert_eq!(named.origin, Origin::parse(target));
    let around = opened("/widget", &[jobs]);
    assert_eq!(around.origin, Origin::parse(HOST));
    // Whoever names an origin that is none does not mean another one.
    for odd in ["*", "shop.example", "https://shop.example/path"] {
        let launch = opened("/widget", &[jobs, ("targetOrigin", odd)]);
        assert_eq!(launch.origin, None, "{odd}");
    }
    let second = opened("/widget", &[("targetOrigin", target)]);
    assert_eq!(second.system, System::UcwV2);
    assert_eq!(second.origin, Origin::parse(HOST), "its URL has none");
}

#[test]
fn ucw_says_what_the_data_is_for_and_which_bank_and_connection() {
    let query: Query = &[
        ("jobTypes", "accountNumber, transactions"),
        ("userId", "u1"),
        ("institutionId", "demo"),
        ("connectionId", "i1"),
        ("aggregator", "sandbox"),
        ("singleAccountSelect", "true"),
        ("token", TOKEN),
    ];
    let launch = opened("/widget", query);
    assert_eq!(launch.system, System::Ucw);
    assert_eq!(launch.job_types, ["accountNumber", "transactions"]);
    let filter = ("job_types", "accountNumber,transactions".to_string());
    assert_eq!(launch.filters, [filter]);
    assert_eq!(launch.provider.as_deref(), Some("demo"));
    assert!(launch.fixed_bank, "no search and no way back");
    assert_eq!(launch.institution.as_deref(), Some("i1"));
    assert_eq!(launch.account_selection, Some(AccountSelection::Single));
    assert!(!launch.frame.close && launch.frame.inline);
    let names = launch.own.iter().map(|(name, _)| name.as_str());
    let own = [
        "jobTypes",
        "userId",
        "institutionId",
        "connectionId",
        "aggregator",
        "singleAccountSelect",
    ];
    assert_eq!(names.collect::<Vec<_>>(), own);
    let plain = opened("/widget", &[("jobTypes", "transactions")]);
    assert_eq!((plain.provider, plain.fixed_bank), (None, false));
    assert_eq!((plain.institution, plain.account_selection), (None, None));
    let several = [("jobTypes", "transactions"), ("singleAccountSelect", "1")];
    assert_eq!(opened("/widget", &several).account_selection, None);
}

#[test]
fn the_second_ucws_address_carries_nothing_but_its_token() {
    let query: Query = &[
        ("token", TOKEN),
        ("userId", "u2"),
        ("institutionId", "evil"),
        ("connectionId", "i9"),
        ("singleAccountSelect", "true"),
    ];
    let launch = opened("/widget", query);
    assert_eq!(launch.system, System::UcwV2);
    assert_eq!(launch, opened("/widget", &query[..1]));
    assert!(launch.own.is_empty());
}

#[test]
fn every_system_speaks_from_its_own_origin() {
    for (_, path, name) in WAYS {
        assert_eq!(opened(path, &[(name, TOKEN)]).own_origin, OWN);
    }
}

#[test]
fn a_fixed_origin_is_the_page_around_and_not_only_its_claim() {
    let launched = |embedding, framing: Option<&str>, token: bool| {
        Launch::new(Page {
            embedding,
            framing_origin: framing.map(String::from),
            fragment: if token { page().fragment } else { Vec::new() },
            ..page()
        })
    };
    let evil = Some("https://evil.example");
    for (embedding, framing, token, good) in [
        (Embedding::Framed, Some(HOST), true, true),
        (Embedding::Framed, None, true, true),
        (Embedding::Framed, evil, true, false),
        (Embedding::Framed, evil, false, false),
        (Embedding::Popup, Some(HOST), true, true),
        (Embedding::Popup, None, true, false),
        (Embedding::Popup, evil, true, false),
        (Embedding::Popup, None, false, true),
        (Embedding::Alone, None, true, false),
    ] {
        let launch = launched(embedding, framing, token);
        assert_eq!(
            launch.is_embedded_by(Some(HOST)),
            good,
            "{embedding:?} {framing:?}"
        );
        assert!(launch.is_embedded_by(None));
    }
}
