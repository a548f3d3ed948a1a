//! The colours, the corner and the font that a client may choose. Knows no screen; `style/tokens.css` has what holds otherwise.

mod colour;
mod palette;

pub use colour::{Colour, Paint};
pub use palette::{DRAWN, Palette, Palettes, ROLES, RULES, Role, Rule, TEXT, dressing, palettes};

use crate::json::{Json, Read};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Every colour that may be chosen, by its name in `style/tokens.css`.
pub const COLOURS: [&str; 16] = [
    "accent",
    "accent-hover",
    "accent-soft",
    "on-accent",
    "canvas",
    "scrim",
    "surface",
    "surface-raised",
    "text",
    "text-muted",
    "line",
    "field-line",
    "danger",
    "warning",
    "success",
    "focus",
];
/// The corners of the card: a length.
pub const RADIUS: &str = "radius";
/// A list of font families.
pub const FONT: &str = "font";

/// What a client or a host page has chosen: names and CSS values. A value that is none is not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThemeTokens(Vec<(&'static str, String)>);

impl ThemeTokens {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Takes a value, if it is one for this name.
    #[inline(never)]
    pub fn set(&mut self, name: &str, value: &str) {
        let value = value.trim();
        let (known, fits) = match COLOURS.into_iter().find(|colour| *colour == name) {
            Some(colour) => (colour, is_colour(value) || is_pair(value)),
            None if name == RADIUS => (RADIUS, is_length(value)),
            None if name == FONT => (FONT, is_font(value)),
            None => return,
        };
        if fits {
            self.0.retain(|(other, _)| *other != known);
            self.0.push((known, value.into()));
        }
    }

    /// Takes a colour for light and one for dark.
    pub fn set_pair(&mut self, name: &str, light: &str, dark: &str) {
        if is_colour(light.trim()) && is_colour(dark.trim()) {
            self.set(
                name,
                &format!("light-dark({}, {})", light.trim(), dark.trim()),
            );
        }
    }

    /// Takes what stands in JSON: one value, or one for light and one for dark.
    pub fn take(&mut self, name: &str, json: Option<impl Json>) {
        let Some(json) = json else {
            return;
        };
        match (json.text(), json.part("light"), json.part("dark")) {
            (Some(value), _, _) => self.set(name, &value),
            (None, Some(light), Some(dark)) => {
                let (light, dark): (String, String) = (light, dark);
                self.set_pair(name, &light, &dark);
            }
            _ => {}
        }
    }

    /// These, and in their place what others have chosen as well.
    pub fn with(mut self, others: &ThemeTokens) -> ThemeTokens {
        for (name, value) in others.iter() {
            self.set(name, value);
        }
        self
    }
}

/// `{"accent": "#1756d6", "surface": {"light": "#fff", "dark": "#161a21"}, "radius": "12px", "font": "Inter, sans-serif"}`
impl Read for ThemeTokens {
    fn read<J: Json>(json: &J) -> Option<ThemeTokens> {
        let mut tokens = ThemeTokens::default();
        for name in COLOURS.into_iter().chain([RADIUS, FONT]) {
            tokens.take(name, json.field(name));
        }
        json.is_object().then_some(tokens)
    }
}

impl Serialize for ThemeTokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for ThemeTokens {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ThemeTokens, D::Error> {
        struct Tokens;

        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Value {
            One(String),
            Pair { light: String, dark: String },
            Other(IgnoredAny),
        }

        impl<'de> Visitor<'de> for Tokens {
            type Value = ThemeTokens;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of theme tokens")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<ThemeTokens, M::Error> {
                let mut tokens = ThemeTokens::default();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    match value {
                        Value::One(value) => tokens.set(&name, &value),
                        Value::Pair { light, dark } => tokens.set_pair(&name, &light, &dark),
                        Value::Other(_) => {}
                    }
                }
                Ok(tokens)
            }
        }

        deserializer.deserialize_map(Tokens)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ThemeTokens {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ThemeTokens".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "description": "CSS values: colours (one, or one for light and one for dark), `radius` (a length), `font` (a list of families).",
            "additionalProperties": {
                "oneOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "properties": {"light": {"type": "string"}, "dark": {"type": "string"}},
                        "required": ["light", "dark"],
                    },
                ],
            },
        })
    }
}

/// `#rgb` to `#rrggbbaa`, a name, or rgb() and hsl() with figures: nothing that could load or reach anything.
fn is_colour(value: &str) -> bool {
    if let Some(hex) = value.strip_prefix('#') {
        let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        return digits && matches!(hex.len(), 3 | 4 | 6 | 8);
    }
    let Some((function, rest)) = value.split_once('(') else {
        return !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphabetic());
    };
    let known = ["rgb", "rgba", "hsl", "hsla"].contains(&function);
    let figures = rest.strip_suffix(')').is_some_and(|figures| {
        let figure = |byte: u8| byte.is_ascii_digit() || b" ,./%".contains(&byte);
        figures.bytes().all(figure)
    });
    known && figures
}

/// The colour for light and the one for dark, as [`ThemeTokens::set_pair`] writes them.
pub fn pair(value: &str) -> Option<(&str, &str)> {
    let inner = value.strip_prefix("light-dark(")?.strip_suffix(')')?;
    // The comma between the two is the one that no parenthesis holds.
    let mut depth = 0;
    let at = inner.bytes().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        byte == b',' && depth == 0
    })?;
    Some((inner[..at].trim(), inner[at + 1..].trim()))
}

fn is_pair(value: &str) -> bool {
    pair(value).is_some_and(|(light, dark)| is_colour(light) && is_colour(dark))
}

/// Some pixels, rem or em.
fn is_length(value: &str) -> bool {
    let number = value
        .strip_suffix("px")
        .or_else(|| value.strip_suffix("rem"))
        .or_else(|| value.strip_suffix("em"));
    let figure = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    value == "0" || number.is_some_and(|n| !n.is_empty() && n.len() < 8 && n.bytes().all(figure))
}

fn is_font(value: &str) -> bool {
    let part =
        |byte: u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b" ,-_'\"".contains(&byte);
    !value.is_empty() && value.len() < 300 && value.bytes().all(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(json: Value) -> Vec<(&'static str, String)> {
        ThemeTokens::read(&json).unwrap_or_default().0
    }

    #[test]
    fn colours_lengths_and_fonts_are_taken() {
        let chosen = json!({
            "accent": "#0a0", "surface": {"light": "rgb(255, 255, 255)", "dark": "hsl(210 20% 10% / 0.9)"},
            "line": " rebeccapurple ", "radius": "12px", "font": "\"Inter\", system-ui, sans-serif",
        });
        let expected = [
            ("accent", "#0a0"),
            (
                "surface",
                "light-dark(rgb(255, 255, 255), hsl(210 20% 10% / 0.9))",
            ),
            ("line", "rebeccapurple"),
            ("radius", "12px"),
            ("font", "\"Inter\", system-ui, sans-serif"),
        ];
        assert_eq!(
            read(chosen.clone()),
            expected.map(|(name, value)| (name, value.to_owned()))
        );
        let by_serde: ThemeTokens = serde_json::from_value(chosen.clone()).expect("tokens");
        let mut both = [by_serde.0, read(chosen)];
        both.iter_mut().for_each(|tokens| tokens.sort());
        assert_eq!(both[0], both[1]);
    }

    #[test]
    fn what_is_no_value_is_dropped() {
        for (name, value) in [
            ("accent", "url(https://evil.example)"),
            ("accent", "red; background: url(x)"),
            ("accent", "var(--text)"),
            ("accent", "#12345"),
            ("accent", "rgb(0,0,0"),
            ("accent", ""),
            ("accent", "light-dark(red, url(x))"),
            ("radius", "calc(1px)"),
            ("radius", "px"),
            ("font", "x; } * { display: none"),
            ("font", "url(x)"),
            ("unknown", "red"),
        ] {
            assert_eq!(read(json!({name: value})), [], "{name}: {value}");
        }
        assert_eq!(read(json!({"accent": {"light": "red"}})), []);
        assert_eq!(ThemeTokens::read(&json!("accent")), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let tokens = ThemeTokens(vec![
            ("accent", "light-dark(rgb(1, 2, 3), #fff)".into()),
            ("radius", "0".into()),
        ]);
        let json = serde_json::to_value(&tokens).expect("plain data");
        assert_eq!(ThemeTokens::read(&json), Some(tokens.clone()));
        assert_eq!(
            serde_json::from_value::<ThemeTokens>(json).expect("tokens"),
            tokens
        );
    }
}
