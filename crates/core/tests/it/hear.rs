//! What hosts say: each system's own messages word for word, and nothing else in the world.

use crate::world::launch_as;
use connect_core::Secret;
use connect_core::host::{self, Incoming, System};
use connect_core::json::Read;
use connect_core::launch::{Look, Theme};
use connect_core::theme::ThemeTokens;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn heard(system: System, json: &Value) -> Vec<Incoming> {
    host::hear(&launch_as(system), json)
}

#[test]
fn our_own_host_hands_over_tokens_and_changes_colours_and_language() {
    let update = |data: Value| {
        let mut message = json!({"connect_widget": 1, "type": "update", "later": [1]});
        let fields = data.as_object().expect("fields");
        let into = message.as_object_mut().expect("an object");
        into.extend(fields.clone());
        heard(System::Native, &message)
    };
    let token = || Incoming::NewToken(Secret::new("t2"));
    assert_eq!(update(json!({"token": "t2"})), [token()]);
    let dark = Incoming::Look(look(Some(Theme::Dark), json!({})));
    assert_eq!(update(json!({"theme": "dark"})), [dark]);
    let blue = Incoming::Look(look(None, json!({"accent": "blue"})));
    assert_eq!(update(json!({"theme_tokens": {"accent": "blue"}})), [blue]);
    assert_eq!(update(json!({"lang": "fr"})), [Incoming::Lang("fr".into())]);
    let all = json!({
        "token": "t2", "theme": "auto", "theme_tokens": {"accent": "red"}, "lang": "it",
    });
    let both = Incoming::Look(look(Some(Theme::Auto), json!({"accent": "red"})));
    assert_eq!(update(all), [both, Incoming::Lang("it".into()), token()]);
    let back = json!({"connect_widget": 1, "type": "back"});
    assert_eq!(heard(System::Native, &back), [Incoming::Back]);
    for nothing in [
        json!({}),
        json!({"token": null, "theme": null, "theme_tokens": null, "lang": null}),
        json!({"token": 7, "theme": "pink", "theme_tokens": [], "lang": {}}),
        json!({"theme_tokens": {"accent": "url(x)", "unknown": "red"}}),
        json!({"theme_tokens": {"accent": {"light": "red", "dark": null}}}),
    ] {
        assert_eq!(update(nothing.clone()), [], "{nothing}");
    }
}

#[test]
fn moneykits_host_changes_colours_and_says_that_the_user_is_back() {
    let hear = |json: Value| heard(System::MoneyKit, &json);
    for (scheme, theme) in [
        ("light", Theme::Light),
        ("dark", Theme::Dark),
        ("auto", Theme::Auto),
    ] {
        let data = json!({"colorScheme": scheme});
        let chosen = Incoming::Look(look(Some(theme), json!({})));
        assert_eq!(hear(says("connect.set_color_scheme", data)), [chosen]);
    }
    let back = |to: &str| json!({"moneykit": true, "type": "link.resume", "eventData": {"redirectURL": to}});
    let returned = Incoming::Returned("n1".into());
    for to in [
        "https://shop.example/bank?connect_resume=n1&connect_popup=1",
        "https://shop.example/bank?a=1&connect_resume=n1#top",
    ] {
        assert_eq!(hear(back(to)), std::slice::from_ref(&returned), "{to}");
    }
    for to in [
        "",
        "n1",
        "https://shop.example/bank",
        "https://shop.example/bank?connect_resume=",
        "https://shop.example/bank#connect_resume=n1",
    ] {
        assert_eq!(hear(back(to)), [], "{to}");
    }
    let misplaced = json!({"moneykit": true, "type": "link.resume",
        "data": {"redirectURL": "https://shop.example/?connect_resume=n1"}});
    assert_eq!(hear(misplaced), [], "data is not where it stands");
}

#[test]
fn moneykits_themes_are_ours_by_other_names() {
    let theme = json!({
        "colors": {
            "accent": {"light": "#1756d6", "dark": "#7aa2ff"},
            "primaryBackground": "white", "secondaryBackground": "#eee",
            "primaryForeground": "black", "secondaryForeground": "#555",
            "separator": "#ddd", "success": "green", "warning": "orange", "error": "red",
            "unheardOf": "pink",
        },
        "modal": {"overlayBackgroundColor": "rgb(0 0 0 / 0.5)", "borderRadius": "12px"},
        "typography": {"fontFamily": "Inter, sans-serif"},
    });
    let ours = json!({
        "accent": {"light": "#1756d6", "dark": "#7aa2ff"},
        "surface": "white", "surface-raised": "#eee", "text": "black", "text-muted": "#555",
        "line": "#ddd", "success": "green", "warning": "orange", "danger": "red",
        "scrim": "rgb(0 0 0 / 0.5)", "radius": "12px", "font": "Inter, sans-serif",
    });
    let message = says("connect.set_theme", json!({"theme": theme}));
    let heard = heard(System::MoneyKit, &message);
    let [Incoming::Look(chosen)] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(chosen.theme, None);
    assert_eq!(sorted(&chosen.tokens), sorted(&tokens(ours)));
}

#[test]
fn a_theme_that_says_nothing_of_ours_is_nothing() {
    for theme in [
        json!(null),
        json!(7),
        json!("dark"),
        json!([]),
        json!({}),
        json!({"colors": null, "modal": 7, "typography": []}),
        json!({"colors": {"accent": null}}),
        json!({"colors": {"accent": {"light": "red"}}}),
        json!({"colors": {"accent": "url(https://evil.example)"}}),
        json!({"colors": ["accent", "red"]}),
        json!({"modal": {"borderRadius": 12}}),
    ] {
        let message = says("connect.set_theme", json!({"theme": theme}));
        assert_eq!(heard(System::MoneyKit, &message), [], "{theme}");
    }
}

#[test]
fn both_ucws_hosts_go_back_in_an_object_or_in_text() {
    let back = json!({"type": "mx/navigation", "payload": {"action": "back"}});
    for system in [System::Ucw, System::UcwV2] {
        assert_eq!(heard(system, &back), [Incoming::Back]);
        assert!(host::hears_text(&launch_as(system)));
    }
    for system in System::ALL {
        let text = matches!(system, System::Ucw | System::UcwV2);
        assert_eq!(host::hears_text(&launch_as(*system)), text, "{system:?}");
    }
}

/// Every message that any system understands.
fn good() -> Vec<Value> {
    vec![
        json!({"connect_widget": 1, "type": "init", "token": "t"}),
        json!({"connect_widget": 1, "type": "update", "token": "t", "lang": "fr"}),
        json!({"connect_widget": 1, "type": "back"}),
        says("connect.set_color_scheme", json!({"colorScheme": "dark"})),
        says(
            "connect.set_theme",
            json!({"theme": {"colors": {"accent": "red"}}}),
        ),
        json!({"moneykit": true, "type": "link.resume",
               "eventData": {"redirectURL": "https://shop.example/?connect_resume=n1"}}),
        json!({"type": "mx/navigation", "payload": {"action": "back"}}),
    ]
}

#[test]
fn no_system_understands_another_ones_messages() {
    let speaker = |message: &Value| {
        let has = |name| message.get(name).is_some();
        match (has("connect_widget"), has("moneykit")) {
            (true, _) => vec![System::Native],
            (_, true) => vec![System::MoneyKit],
            _ => vec![System::Ucw, System::UcwV2],
        }
    };
    for message in good() {
        for system in System::ALL {
            let understood = !heard(*system, &message).is_empty();
            let expected = speaker(&message).contains(system);
            assert_eq!(understood, expected, "{system:?} {message}");
        }
    }
}

#[test]
fn wealthica_flinks_and_meld_hear_nothing_at_all() {
    for system in [System::Wealthica, System::Flinks, System::Meld] {
        for message in good() {
            assert_eq!(heard(system, &message), []);
        }
        let own = json!({"wealthica": true, "event": "close", "step": "REDIRECT",
                         "domain": "meld-connect", "eventName": "connect_complete"});
        assert_eq!(heard(system, &own), []);
    }
}

#[test]
fn a_message_with_one_thing_wrong_is_none() {
    let odd = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.5),
        json!("1"),
        json!(""),
        json!([]),
        json!([1]),
        json!([["a", null]]),
        json!({}),
        json!({"a": {"b": null}}),
        json!({"type": "init"}),
    ];
    for message in good() {
        let fields = message.as_object().expect("an object");
        // What an update leaves out does not matter; the rest of it does.
        let optional = ["lang"];
        for name in fields
            .keys()
            .filter(|name| !optional.contains(&name.as_str()))
        {
            for odd in &odd {
                let mut broken = fields.clone();
                broken.insert(name.clone(), odd.clone());
                let broken = Value::Object(broken);
                let same = broken == message;
                for system in System::ALL {
                    let was = heard(*system, &message);
                    let is = heard(*system, &broken);
                    let left = was.iter().filter(|one| matches!(one, Incoming::Lang(_)));
                    let left: Vec<Incoming> = match name.as_str() {
                        "token" => left.cloned().collect(),
                        _ => Vec::new(),
                    };
                    let token = matches!(is[..], [.., Incoming::NewToken(_) | Incoming::Token(_)]);
                    // A text is a token, whatever it says.
                    let text = name == "token" && odd.is_string() && token;
                    assert!(same || text || is == left, "{system:?} {broken} {is:?}");
                }
            }
            let mut without = fields.clone();
            without.remove(name);
            if name != "token" {
                let without = Value::Object(without);
                for system in System::ALL {
                    assert_eq!(heard(*system, &without), [], "{system:?} {without}");
                }
            }
        }
    }
}

#[test]
fn what_is_no_message_is_nothing() {
    let mut all = vec![
        json!(null),
        json!(true),
        json!(7),
        json!(""),
        json!("back"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"type": null}),
        json!({"data": null, "payload": null, "eventData": null}),
        json!({"type": "mx/navigation"}),
        json!({"type": "mx/navigation", "payload": "back"}),
        json!({"type": "mx/navigation", "payload": ["back"]}),
        json!({"type": "mx/navigation", "payload": {"action": "forward"}}),
        json!({"type": "mx/navigation", "payload": {"action": ["back"]}}),
        json!({"type": "mx/Navigation", "payload": {"action": "back"}}),
        json!({"moneykit": true}),
        json!({"moneykit": 1, "type": "connect.set_theme", "data": {"theme": {}}}),
        json!({"moneykit": true, "type": "link.resume"}),
        json!({"moneykit": true, "type": "link.resume", "eventData": null}),
        json!({"moneykit": true, "type": "link.resume", "eventData": {"redirectURL": null}}),
        json!({"moneykit": true, "type": "link.resume", "eventData": {"redirectURL": {}}}),
        json!({"moneykit": true, "type": "connect.set_color_scheme"}),
        says("connect.set_color_scheme", json!(null)),
        says("connect.set_color_scheme", json!("dark")),
        says("connect.set_color_scheme", json!({"colorScheme": "Dark"})),
        says("connect.set_color_scheme", json!({"colorScheme": ["dark"]})),
        says("connect.started", json!({})),
        json!({"connect_widget": true, "type": "back"}),
        json!({"connect_widget": 257, "type": "back"}),
        json!({"connect_widget": -255, "type": "back"}),
        json!({"connect_widget": 1e300, "type": "back"}),
        json!({"connect_widget": 1, "type": "back\u{0}"}),
    ];
    // A message within something else is none either.
    for message in good() {
        all.push(json!([message]));
        all.push(json!({"data": message}));
        all.push(json!({"payload": message, "eventData": message}));
        all.push(Value::String(message.to_string()));
    }
    for system in System::ALL {
        for odd in &all {
            assert_eq!(heard(*system, odd), [], "{system:?} {odd}");
        }
    }
}

/// Any JSON, made of what messages are made of, so that good ones are among it.
fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "init",
        "update",
        "back",
        "connect.set_color_scheme",
        "connect.set_theme",
        "link.resume",
        "mx/navigation",
        "dark",
        "red",
        "https://shop.example/?connect_resume=n1",
        "?connect_resume",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        Just(json!(1)),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        let names = prop::sample::select(vec![
            "connect_widget",
            "moneykit",
            "type",
            "token",
            "theme",
            "theme_tokens",
            "lang",
            "data",
            "eventData",
            "payload",
            "action",
            "colorScheme",
            "colors",
            "accent",
            "modal",
            "redirectURL",
        ]);
        let fields = prop::collection::vec((names, inner.clone()), 0..6);
        prop_oneof![
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
            4 => fields.prop_map(object),
        ]
    })
}

/// A good message with up to three fields set to anything.
fn nearly_good() -> impl Strategy<Value = Value> {
    let good = prop::sample::select(good());
    let names = prop::sample::select(vec![
        "connect_widget",
        "moneykit",
        "type",
        "token",
        "data",
        "eventData",
        "payload",
    ]);
    let changes = prop::collection::vec((names, any_json()), 0..3);
    (good, changes).prop_map(|(mut message, changes)| {
        let fields = message.as_object_mut().expect("an object");
        let changes = changes.into_iter();
        fields.extend(changes.map(|(name, value)| (name.to_string(), value)));
        message
    })
}

fn object(fields: Vec<(&str, Value)>) -> Value {
    let fields = fields.into_iter();
    let fields: Map<String, Value> = fields.map(|(name, v)| (name.to_string(), v)).collect();
    Value::Object(fields)
}

/// What must be there for a message to be understood, read without the code under test.
fn may_be_understood(system: System, json: &Value) -> bool {
    let kind = json["type"].as_str().unwrap_or_default();
    match system {
        System::Native => {
            json["connect_widget"].as_f64() == Some(1.0)
                && match kind {
                    "init" => json["token"].is_string(),
                    "update" => {
                        ["token", "lang", "theme"]
                            .iter()
                            .any(|name| json[*name].is_string())
                            || json["theme_tokens"].is_object()
                    }
                    kind => kind == "back",
                }
        }
        System::MoneyKit => {
            json["moneykit"] == json!(true)
                && match kind {
                    "connect.set_color_scheme" => {
                        let scheme = json["data"]["colorScheme"].as_str();
                        matches!(scheme, Some("light" | "dark" | "auto"))
                    }
                    "connect.set_theme" => json["data"]["theme"].is_object(),
                    "link.resume" => {
                        let back = json["eventData"]["redirectURL"].as_str();
                        back.is_some_and(|back| back.contains("connect_resume="))
                    }
                    _ => false,
                }
        }
        System::Ucw | System::UcwV2 => {
            kind == "mx/navigation" && json["payload"]["action"] == json!("back")
        }
        System::Wealthica | System::Flinks | System::Meld => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_understood_only_where_it_is_a_message(json in any_json()) {
        only_messages_are_understood(&json);
    }

    #[test]
    fn a_message_that_was_tampered_with_is_understood_only_where_it_is_still_one(json in nearly_good()) {
        only_messages_are_understood(&json);
    }
}

fn only_messages_are_understood(json: &Value) {
    for system in System::ALL {
        let heard = heard(*system, json);
        let may = may_be_understood(*system, json);
        assert!(heard.is_empty() || may, "{system:?} {json} {heard:?}");
        // All but colours, which may be none, and what is not there.
        let must = may && matches!(system, System::Ucw | System::UcwV2);
        assert!(!must || heard == [Incoming::Back], "{system:?} {json}");
        let nothing = |one: &Incoming| *one == Incoming::Look(Look::default());
        assert!(!heard.iter().any(nothing), "{system:?} {json}");
    }
}

fn says(kind: &str, data: Value) -> Value {
    json!({"moneykit": true, "type": kind, "data": data})
}

fn look(theme: Option<Theme>, chosen: Value) -> Look {
    let tokens = tokens(chosen);
    Look { theme, tokens }
}

fn tokens(chosen: Value) -> ThemeTokens {
    ThemeTokens::read(&chosen).expect("an object")
}

fn sorted(tokens: &ThemeTokens) -> Vec<(&str, &str)> {
    let mut sorted: Vec<_> = tokens.iter().collect();
    sorted.sort_unstable();
    sorted
}
