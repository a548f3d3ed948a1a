//! Whatever a client or a page chooses, all that is written can be read, and all that is drawn can be seen.

use connect_core::theme::{
    COLOURS, Colour, Paint, Palette, ROLES, RULES, Role, ThemeTokens, palettes,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// By default; `PROPTEST_CASES` says how many.
const THEMES: u32 = 1_000;

#[test]
fn what_is_written_can_be_read_and_stays_as_it_was_chosen_where_it_can() {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let cases = cases.and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: cases.unwrap_or(THEMES),
        failure_persistence: None,
        ..Config::default()
    };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, seed).run(&themes(), |tokens| {
        let Some(found) = palettes(&tokens, &Paint::read) else {
            return Ok(());
        };
        for (chosen, shown) in found.chosen.iter().zip(&found.shown) {
            is_readable(shown)?;
            for role in [Role::Surface, Role::Accent] {
                prop_assert_eq!(chosen.get(role), shown.get(role));
            }
            if is_readable(chosen).is_ok() {
                prop_assert_eq!(chosen, shown);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|broken| panic!("{broken}"));
}

fn is_readable(palette: &Palette) -> Result<(), TestCaseError> {
    for rule in RULES {
        for other in rule.beside {
            let found = exact(palette.get(rule.role), palette.get(*other));
            let least = f64::from(rule.least);
            prop_assert!(
                found > least - 1e-4,
                "{:?} on {other:?} has {found} of {least}: {palette:?}",
                rule.role
            );
        }
    }
    Ok(())
}

#[test]
fn our_own_colours_need_no_help() {
    let own = |name: &str, light: Colour, dark: Colour| {
        let mut tokens = ThemeTokens::default();
        tokens.set_pair(name, &light.hex(), &dark.hex());
        tokens
    };
    for (name, light, dark) in ROLES {
        let Some(found) = palettes(&own(name, *light, *dark), &Paint::read) else {
            assert!(!COLOURS.contains(name), "{name}");
            continue;
        };
        let [light, dark] = &found.chosen;
        assert_eq!([light, dark], [&found.shown[0], &found.shown[1]], "{name}");
    }
}

/// One to all of the tokens, each with one colour or two; some of them are greys or can be seen through.
fn themes() -> impl Strategy<Value = ThemeTokens> {
    let token = (select(&COLOURS[..]), colour(), prop::option::of(colour()));
    vec(token, 1..=COLOURS.len()).prop_map(|chosen| {
        let mut tokens = ThemeTokens::default();
        for (name, light, dark) in chosen {
            match dark {
                Some(dark) => tokens.set_pair(name, &light, &dark),
                None => tokens.set(name, &light),
            }
        }
        tokens
    })
}

fn colour() -> impl Strategy<Value = String> {
    let hex = |colour: u32| format!("#{colour:06x}");
    prop_oneof![
        4 => (0..=0xff_ffffu32).prop_map(hex),
        2 => (0..=0xffu32).prop_map(move |grey| hex((grey << 16) | (grey << 8) | grey)),
        1 => (any::<[u8; 3]>(), 0..=99u32).prop_map(|([r, g, b], a)| format!("rgba({r}, {g}, {b}, 0.{a:02})")),
        1 => select(&["#000000", "#ffffff", "#767676", "unreadable"][..]).prop_map(String::from),
    ]
}

/// By the formula of WCAG 2.2, apart from the core's.
fn exact(one: Colour, other: Colour) -> f64 {
    let luminance = |colour: Colour| {
        let channel = |shift: u32| {
            let value = f64::from((colour.0 >> shift) & 0xff) / 255.0;
            match value <= 0.04045 {
                true => value / 12.92,
                false => ((value + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    };
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}
