//! How the widget was opened: what the address may say and what it may not.

use crate::world::{HOST, OWN, TOKEN, page, pairs};
use connect_core::Secret;
use connect_core::api::AccountSelection;
use connect_core::host::System;
use connect_core::json::Read;
use connect_core::launch::{
    Embedding, Kept, Launch, OAuthMode, Origin, PARAMETERS, Page, PageData, Theme,
};
use serde_json::json;

#[test]
fn the_token_is_taken_from_the_fragment_and_never_from_the_query() {
    assert_eq!(Launch::new(page()).token, Some(Secret::new(TOKEN)));
    let asked = opened(&[("token", TOKEN)], &[]);
    assert_eq!(asked.token, None);
    assert_eq!(opened(&[], &[("token", "")]).token, None);
    assert!(!format!("{asked:?}").contains(TOKEN));
}

#[test]
fn the_token_in_the_page_wins_over_the_fragment() {
    let launch = Launch::new(Page {
        data: PageData::read(&json!({"token": "posted"})),
        ..page()
    });
    assert_eq!(launch.token, Some(Secret::new("posted")));
}

#[test]
fn the_fragment_wins_over_the_query() {
    let launch = opened(&[("search", "acme"), ("lang", "fr")], &[("search", "demo")]);
    assert_eq!(launch.search, "demo");
    assert_eq!(launch.lang.as_deref(), Some("fr"));
}

#[test]
fn an_address_may_say_this_much() {
    let launch = opened(
        &[
            ("provider", "demo"),
            ("providers", "demo,acme"),
            ("provider_groups", "test"),
            ("countries", "CA,FR"),
            ("theme", "dark"),
            ("providers_per_line", "1"),
            ("state", "a b&c"),
            ("redirect_uri", "https://shop.example/back"),
        ],
        &[],
    );
    assert_eq!(launch.provider.as_deref(), Some("demo"));
    let filters = [
        ("providers", "demo,acme"),
        ("groups", "test"),
        ("countries", "CA,FR"),
    ];
    assert_eq!(
        launch.filters,
        filters.map(|(name, value)| (name, value.to_string()))
    );
    assert_eq!(launch.look.theme, Some(Theme::Dark));
    assert!(launch.one_per_line);
    assert_eq!(launch.state.as_deref(), Some("a b&c"));
    assert_eq!(
        launch.redirect_uri.as_deref(),
        Some("https://shop.example/back")
    );
    assert!(!launch.redirect_checked, "an address can claim anything");
    assert_eq!(launch.own_origin, OWN);
}

#[test]
fn an_address_may_say_how_a_banks_own_site_is_opened() {
    for (said, mode) in [
        ("popup", OAuthMode::Popup),
        ("redirect", OAuthMode::Redirect),
        ("auto", OAuthMode::Auto),
        ("Redirect", OAuthMode::Auto),
        ("", OAuthMode::Auto),
    ] {
        assert_eq!(opened(&[("oauth", said)], &[]).oauth, mode, "{said:?}");
    }
    let back = "https://shop.example/bank";
    let launch = opened(&[("oauth_redirect_uri", back)], &[]);
    assert_eq!(launch.oauth_redirect_uri.as_deref(), Some(back));
    assert_eq!(launch.redirect_uri, None, "the result goes elsewhere");
}

#[test]
fn an_address_may_say_who_chooses_the_accounts() {
    for (said, selection) in [
        ("single", Some(AccountSelection::Single)),
        ("multiple", Some(AccountSelection::Multiple)),
        ("none", Some(AccountSelection::None)),
        ("all", None),
        ("", None),
    ] {
        let launch = opened(&[("account_selection", said)], &[]);
        assert_eq!(launch.account_selection, selection, "{said:?}");
    }
}

#[test]
fn an_address_may_say_which_data_is_asked_for() {
    let launch = opened(&[("job_types", " accounts, ,transactions,")], &[]);
    assert_eq!(launch.job_types, ["accounts", "transactions"]);
    let filter = ("job_types", " accounts, ,transactions,".to_string());
    assert_eq!(launch.filters, [filter], "and lists the banks that have it");
    assert!(opened(&[("job_types", "")], &[]).job_types.is_empty());
}

#[test]
fn an_address_may_forbid_another_bank_and_only_in_so_many_words() {
    for (said, fixed) in [("false", true), ("true", false), ("0", false), ("", false)] {
        let launch = opened(&[("allow_change_institution", said)], &[]);
        assert_eq!(launch.fixed_bank, fixed, "{said:?}");
    }
}

#[test]
fn the_way_back_from_a_bank_is_named_by_the_page_or_the_address() {
    let launch = opened(&[], &[("resume", "n1")]);
    assert_eq!(launch.resume.as_deref(), Some("n1"));
    let launch = Launch::new(Page {
        query: pairs(&[("resume", "n1")]),
        data: PageData::read(&json!({"resume": "n2"})),
        ..page()
    });
    assert_eq!(launch.resume.as_deref(), Some("n2"));
    assert_eq!(opened(&[("resume", "")], &[]).resume, None);
}

#[test]
fn what_the_browser_knows_comes_along() {
    let kept = Kept {
        user: "u1".into(),
        institution: Some("i1".into()),
        login: None,
        fresh: true,
        errand: " ".into(),
    };
    let launch = Launch::new(Page {
        kept: Some(kept.clone()),
        offline: true,
        ..page()
    });
    assert_eq!(launch.kept, Some(kept));
    assert!(launch.offline);
    assert_eq!(launch.seed, "seed");
    assert_eq!(launch.api_url, OWN);
}

#[test]
fn what_is_kept_for_a_reload_is_read_as_it_was_written() {
    for (user, fresh) in [
        ("u1", true),
        ("u1", false),
        ("", true),
        ("two\nlines\n", false),
    ] {
        let kept = Kept {
            user: user.into(),
            institution: Some("i1".into()),
            login: None,
            fresh,
            errand: " ".into(),
        };
        assert_eq!(Kept::parse(&kept.to_text()), Some(kept));
    }
}

#[test]
fn what_was_kept_by_nobody_is_nothing() {
    for odd in [
        "",
        "new",
        "new\n",
        "new\ni1",
        "new\ni1\nu1",
        "new\n\n\nu1",
        "\n\n",
        "{}",
    ] {
        assert_eq!(Kept::parse(odd), None, "{odd:?}");
    }
    let unknown = Kept::parse("purple\ni1\n\n \nu1");
    let never_removed = unknown.is_some_and(|kept| !kept.fresh);
    assert!(never_removed);
}

#[test]
fn no_window_goes_to_an_address_that_runs_something() {
    for bad in [
        "javascript:alert(1)",
        " JavaScript:x",
        "java\nscript:x",
        "data:text/html,x",
        "blob:x",
    ] {
        assert_eq!(
            opened(&[("redirect_uri", bad)], &[]).redirect_uri,
            None,
            "{bad}"
        );
    }
    for good in ["https://shop.example/back", "shop-app://bank"] {
        assert!(
            opened(&[("redirect_uri", good)], &[])
                .redirect_uri
                .is_some()
        );
    }
}

#[test]
fn no_parameter_says_where_the_api_is_nor_whose_words_are_spoken() {
    assert!(!PARAMETERS.iter().any(|name| name.contains("api")));
    let launch = opened(&[("institution", "i9"), ("system", "wealthica")], &[]);
    assert_eq!(launch.institution.as_deref(), Some("i9"));
    assert_eq!(launch.system, System::Native);
}

#[test]
fn empty_and_unknown_values_are_as_if_absent() {
    let empty = opened(
        &[
            ("provider", ""),
            ("providers", ""),
            ("state", ""),
            ("theme", "pink"),
            ("providers_per_line", "3"),
        ],
        &[],
    );
    assert_eq!(empty, opened(&[], &[]));
}

#[test]
fn the_servers_page_data_wins_over_the_address() {
    let json = json!({"system": "wealthica", "provider": "demo", "institution": "i1",
                      "redirect_uri": "https://shop.example/back", "later": [1]});
    let launch = Launch::new(Page {
        query: pairs(&[
            ("provider", "acme"),
            ("redirect_uri", "https://evil.example/"),
        ]),
        data: PageData::read(&json),
        ..page()
    });
    assert_eq!(launch.system, System::Wealthica);
    assert_eq!(launch.provider.as_deref(), Some("demo"));
    assert_eq!(launch.institution.as_deref(), Some("i1"));
    assert_eq!(
        launch.redirect_uri.as_deref(),
        Some("https://shop.example/back")
    );
    assert!(launch.redirect_checked, "the server has looked it up");
    assert_eq!(
        launch.look.theme,
        Some(Theme::Light),
        "as that system has it"
    );
}

#[test]
fn a_host_is_a_window_with_an_origin() {
    for (embedding, origin, has_host) in [
        (Embedding::Framed, HOST, true),
        (Embedding::Popup, HOST, true),
        (Embedding::Alone, HOST, false),
        (Embedding::Framed, "*", false),
    ] {
        let launch = Launch::new(Page {
            query: pairs(&[("origin", origin)]),
            embedding,
            ..Page::default()
        });
        assert_eq!(launch.has_host(), has_host, "{embedding:?} {origin}");
    }
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    for good in [
        "https://shop.example",
        "http://localhost:3000",
        "http://127.0.0.1:8081",
        "http://[::1]:3000",
        "https://xn--bcher-kva.example",
    ] {
        assert_eq!(
            Origin::parse(good).map(|o| o.to_string()),
            Some(good.into())
        );
    }
}

#[test]
fn anything_else_is_no_origin() {
    for bad in [
        "",
        "*",
        "null",
        "https://",
        "shop.example",
        "//shop.example",
        "https://shop.example/",
        "https://shop.example/path",
        "https://shop.example?x",
        "https://shop.example#x",
        "https://user@shop.example",
        "https://SHOP.example",
        "HTTPS://shop.example",
        "https://*.example",
        "https://shop.example https://evil.example",
        "https://bücher.example",
        "javascript://shop.example",
        "file://",
        " https://shop.example",
        "https://shop.example\n",
    ] {
        assert_eq!(Origin::parse(bad), None, "{bad:?}");
    }
}

fn opened(query: &[(&str, &str)], fragment: &[(&str, &str)]) -> Launch {
    Launch::new(Page {
        query: pairs(query),
        fragment: pairs(fragment),
        own_origin: OWN.into(),
        ..Page::default()
    })
}
