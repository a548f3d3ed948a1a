//! How the widget was opened: what the address may say and what it may not.

use crate::world::{HOST, OWN, TOKEN, page, pairs};
use connect_core::Secret;
use connect_core::host::System;
use connect_core::launch::{Embedding, Launch, Origin, PARAMETERS, Page, PageData, Theme};

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
    let data: PageData = serde_json::from_str(r#"{"token":"posted"}"#).unwrap();
    let launch = Launch::new(Page {
        data: Some(data),
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
    assert_eq!(launch.theme, Theme::Dark);
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
fn no_parameter_says_where_the_api_is_nor_which_connection_is_meant() {
    assert!(!PARAMETERS.iter().any(|name| name.contains("api")));
    let launch = opened(&[("institution", "i9"), ("system", "wealthica")], &[]);
    assert_eq!(launch.institution, None);
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
            ("origin", ""),
        ],
        &[],
    );
    assert_eq!(empty, opened(&[], &[]));
}

#[test]
fn the_servers_page_data_wins_over_the_address() {
    let json = r#"{"system":"wealthica","provider":"demo","institution":"i1",
                   "redirect_uri":"https://shop.example/back","later":[1]}"#;
    let launch = Launch::new(Page {
        query: pairs(&[
            ("provider", "acme"),
            ("redirect_uri", "https://evil.example/"),
        ]),
        data: serde_json::from_str(json).unwrap(),
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
    assert_eq!(launch.theme, Theme::Light, "as that system has it");
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
