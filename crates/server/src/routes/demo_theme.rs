//! The demo's theme playground: what a theme's colours become, and how well each is read. Sandbox only.

use crate::http::body::Json;
use connect_core::theme::{
    Colour, Paint, Palette, Palettes, ROLES, RULES, Role, Rule, ThemeTokens, palettes,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A theme in both schemes.
#[derive(Serialize, JsonSchema)]
pub struct Contrasts {
    light: Scheme,
    dark: Scheme,
}

#[derive(Serialize, JsonSchema)]
struct Scheme {
    /// By the names of `style/tokens.css`.
    colours: BTreeMap<&'static str, Change<String>>,
    pairs: Vec<Pair>,
}

/// Two colours that are to be told apart.
#[derive(Serialize, JsonSchema)]
struct Pair {
    colour: &'static str,
    on: &'static str,
    /// How much contrast they keep at least: 4.5 for text, 3 for what is drawn.
    least: f32,
    contrast: Change<f32>,
}

/// What was chosen, or follows from that; and what the widget makes of it.
#[derive(Serialize, JsonSchema)]
struct Change<T> {
    chosen: T,
    shown: T,
}

/// Colours are `#rrggbb` or `rgba(r, g, b, 0.5)`: the page has had its browser read all others.
pub async fn contrast(Json(tokens): Json<ThemeTokens>) -> axum::Json<Contrasts> {
    let Palettes { chosen, shown } = palettes(&tokens, &Paint::read).unwrap_or_default();
    let scheme = |at: usize| scheme(&chosen[at], &shown[at]);
    axum::Json(Contrasts {
        light: scheme(0),
        dark: scheme(1),
    })
}

fn scheme(chosen: &Palette, shown: &Palette) -> Scheme {
    let change = |(at, (name, ..)): (usize, &(&'static str, Colour, Colour))| {
        let change = Change {
            chosen: chosen.0[at].hex(),
            shown: shown.0[at].hex(),
        };
        (*name, change)
    };
    let pairs = RULES.iter().flat_map(|rule| {
        rule.beside
            .iter()
            .map(|other| pair(chosen, shown, rule, *other))
    });
    Scheme {
        colours: ROLES.iter().enumerate().map(change).collect(),
        pairs: pairs.collect(),
    }
}

fn pair(chosen: &Palette, shown: &Palette, rule: &Rule, other: Role) -> Pair {
    let contrast = |palette: &Palette| palette.get(rule.role).contrast(palette.get(other));
    // Of a ground and what stands on it, either may be the one that moves.
    let (colour, on) = match other {
        Role::Text | Role::OnAccent => (other, rule.role),
        _ => (rule.role, other),
    };
    Pair {
        colour: colour.name(),
        on: on.name(),
        least: rule.least,
        contrast: Change {
            chosen: contrast(chosen),
            shown: contrast(shown),
        },
    }
}
