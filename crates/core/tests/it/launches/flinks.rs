//! Flinks' parameters, each of them.

use super::{Query, at, opened};
use crate::world::{HOST, TOKEN, pairs};
use connect_core::api::{AccountSelection, Consent};
use connect_core::host::{self, System};
use connect_core::launch::{Frame, Launch, OAuthMode, Origin, Page, PageData, Theme};

#[test]
fn flinks_without_parameters() {
    let launch = flinks(&[]);
    assert_eq!(launch.origin, Origin::parse(HOST), "the page around");
    let frame = Frame {
        inline: true,
        ..Frame::default()
    };
    assert_eq!(launch.frame, frame);
    assert!(launch.skip_success, "its host shows a page of its own");
    assert_eq!((launch.consent, launch.client_name), (None, None));
    assert_eq!((launch.lang, launch.look.theme), (None, None));
    assert_eq!((launch.follow, launch.most_logins), (None, None));
    assert_eq!(
        (launch.redirect_uri, launch.account_selection),
        (None, None)
    );
    assert_eq!(
        (launch.accounts.currency, launch.accounts.hides),
        (None, true)
    );
    assert!(launch.options.is_empty() && launch.own.is_empty());
    assert_eq!(launch.oauth, OAuthMode::Auto);
}

#[test]
fn flinks_has_no_parameter_for_its_hosts_origin() {
    let data = PageData {
        system: Some("flinks".into()),
        ..PageData::default()
    };
    let launch = Launch::new(Page {
        data: Some(data),
        ..at("/v2/", &[("origin", "https://evil.example")])
    });
    assert_eq!(launch.origin, Origin::parse(HOST));
}

#[test]
fn where_the_browser_says_nothing_of_the_page_around_its_address_does() {
    for (system, path) in [("flinks", "/v2/"), ("meld", "/"), ("ucw_v2", "/widget")] {
        let data = PageData {
            system: Some(system.into()),
            ..PageData::default()
        };
        let launch = Launch::new(Page {
            data: Some(data),
            framing_origin: None,
            ..at(path, &[("origin", "https://shop.example")])
        });
        assert_eq!(
            launch.origin,
            Origin::parse("https://shop.example"),
            "{system}"
        );
    }
}

#[test]
fn flinks_dresses_the_widget() {
    let launch = flinks(&[
        ("language", "fr"),
        ("theme", "dark"),
        ("backgroundColor", "f7f7f7"),
        ("foregroundColor1", "#1756D6"),
    ]);
    assert_eq!(launch.lang.as_deref(), Some("fr"));
    assert_eq!(launch.look.theme, Some(Theme::Dark));
    let tokens: Vec<_> = launch.look.tokens.iter().collect();
    let chosen = [
        ("surface", "#f7f7f7"),
        ("canvas", "#f7f7f7"),
        ("accent", "#1756D6"),
    ];
    assert_eq!(tokens, chosen);
    for odd in ["url(x)", "12345", "#", "red;x", ""] {
        let launch = flinks(&[("backgroundColor", odd), ("foregroundColor1", odd)]);
        assert!(launch.look.tokens.is_empty(), "{odd}");
    }
    let short = flinks(&[("foregroundColor1", "0a0")]);
    assert_eq!(short.look.tokens.iter().next(), Some(("accent", "#0a0")));
    let named = flinks(&[("foregroundColor1", "teal")]);
    assert_eq!(named.look.tokens.iter().next(), Some(("accent", "teal")));
    assert_eq!(flinks(&[("theme", "pink")]).look.theme, None);
}

#[test]
fn flinks_takes_parts_of_the_frame_away() {
    let frame = |name, value| flinks(&[(name, value)]).frame;
    let usual = flinks(&[]).frame;
    let close = Frame {
        close: false,
        ..usual
    };
    let back = Frame {
        back: false,
        ..usual
    };
    let header = Frame {
        header: false,
        // It stands in the header.
        close: false,
        ..usual
    };
    let mark = Frame {
        mark: false,
        ..usual
    };
    for (name, without) in [
        ("closeEnable", close),
        ("backEnable", back),
        ("headerEnable", header),
        ("headerImgEnable", mark),
    ] {
        assert_eq!(frame(name, "false"), without, "{name}");
        assert_eq!(frame(name, "true"), usual, "{name}");
        assert_eq!(frame(name, ""), usual, "{name}");
    }
    let padding = Frame {
        padding: false,
        ..usual
    };
    let still = Frame {
        still: true,
        ..usual
    };
    let wide = Frame {
        wide: true,
        ..usual
    };
    for (name, with) in [
        ("removePadding", padding),
        ("staticLoadingEnable", still),
        ("desktopLayout", wide),
    ] {
        assert_eq!(frame(name, "true"), with, "{name}");
        assert_eq!(frame(name, "false"), usual, "{name}");
        assert_eq!(frame(name, "1"), usual, "{name}");
    }
}

#[test]
fn flinks_asks_consent_in_its_hosts_name() {
    let terms = ("termsUrl", "https://shop.example/terms");
    let launch = flinks(&[("consentEnable", "true"), terms, ("customerName", "Bakery")]);
    let consent = Consent {
        terms_url: Some("https://shop.example/terms".into()),
        ..Consent::default()
    };
    assert_eq!(launch.consent, Some(consent));
    assert_eq!(launch.client_name.as_deref(), Some("Bakery"));
    let bare = flinks(&[("consentEnable", "true")]);
    assert_eq!(bare.consent, Some(Consent::default()));
    assert_eq!(flinks(&[terms]).consent, None);
    assert_eq!(flinks(&[("consentEnable", "false"), terms]).consent, None);
}

#[test]
fn flinks_lands_on_an_address_that_the_server_has_to_know() {
    let landing = "https://shop.example/back";
    let launch = flinks(&[("redirectUrl", landing)]);
    assert_eq!(launch.redirect_uri.as_deref(), Some(landing));
    assert!(!launch.redirect_checked);
    for bad in ["javascript:alert(1)", "data:text/html,x"] {
        assert_eq!(flinks(&[("redirectUrl", bad)]).redirect_uri, None, "{bad}");
    }
}

#[test]
fn flinks_lets_the_user_choose_accounts() {
    use AccountSelection::{Multiple, Single};
    let enable = ("accountSelectorEnable", "true");
    let multiple = ("accountSelectorMultiple", "true");
    for (query, selection) in [
        (&[enable][..], Some(Single)),
        (&[enable, multiple], Some(Multiple)),
        (&[multiple], None),
        (&[("accountSelectorEnable", "false"), multiple], None),
    ] {
        assert_eq!(flinks(query).account_selection, selection, "{query:?}");
    }
    let launch = flinks(&[
        ("accountSelectorCurrency", "cad"),
        ("showAllAccounts", "true"),
    ]);
    assert_eq!(launch.accounts.currency.as_deref(), Some("cad"));
    assert!(!launch.accounts.hides);
}

#[test]
fn flinks_goes_on_with_a_request_and_counts_logins() {
    assert_eq!(flinks(&[("requestId", "i1")]).follow.as_deref(), Some("i1"));
    assert_eq!(flinks(&[("requestId", "")]).follow, None);
    assert_eq!(flinks(&[("maximumRetry", "3")]).most_logins, Some(3));
    for odd in ["", "x", "-1", "1.5", "99999999999"] {
        assert_eq!(flinks(&[("maximumRetry", odd)]).most_logins, None, "{odd}");
    }
}

#[test]
fn flinks_passes_on_to_the_backend_word_for_word_and_nothing_else() {
    let passed: Query = &[
        ("tag", "a b&c,d"),
        ("features", "x"),
        ("productType", "investment"),
        ("fetchAllAccounts", "true"),
        ("daysOfTransactions", "Days90"),
        ("scheduleRefresh", "false"),
        ("detailsAndStatementEnable", "true"),
        ("monthsOfStatements", "12"),
        ("enhancedMFA", "true"),
        ("withMFAQuestions", "true"),
    ];
    let mut query = passed.to_vec();
    query.extend([("language", "fr"), ("authorizeToken", TOKEN), ("evil", "1")]);
    assert_eq!(flinks(&query).options, pairs(passed));
    assert!(flinks(&[("tag", "")]).options.is_empty());
}

#[test]
fn flinks_remembers_how_its_messages_are_worded_and_where_the_page_goes() {
    let query: Query = &[
        ("redirectUrl", "https://shop.example/back"),
        ("innerRedirect", "true"),
        ("jsRedirect", "true"),
        ("stringify", "true"),
        ("fixedHeightEnable", "true"),
    ];
    assert_eq!(flinks(query).own, pairs(query));
}

#[test]
fn every_parameter_of_flinks_that_is_read_is_known_to_the_browser() {
    let known: Vec<&str> = host::parameters().collect();
    for name in [
        "authorizeToken",
        "language",
        "theme",
        "closeEnable",
        "backEnable",
        "headerEnable",
        "headerImgEnable",
        "staticLoadingEnable",
        "removePadding",
        "consentEnable",
        "features",
        "customerName",
        "termsUrl",
        "redirectUrl",
        "innerRedirect",
        "jsRedirect",
        "accountSelectorEnable",
        "accountSelectorMultiple",
        "accountSelectorCurrency",
        "showAllAccounts",
        "productType",
        "tag",
        "stringify",
        "requestId",
        "backgroundColor",
        "foregroundColor1",
        "desktopLayout",
        "fixedHeightEnable",
        "maximumRetry",
        "fetchAllAccounts",
        "daysOfTransactions",
        "scheduleRefresh",
        "detailsAndStatementEnable",
        "monthsOfStatements",
        "enhancedMFA",
        "withMFAQuestions",
    ] {
        assert!(known.contains(&name), "{name}");
    }
}

fn flinks(query: Query) -> Launch {
    let launch = opened("/v2/", query);
    assert_eq!(launch.system, System::Flinks);
    launch
}
