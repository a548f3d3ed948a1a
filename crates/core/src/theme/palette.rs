//! All colours that stand on one another: what was chosen, moved just as far as it takes to be read.
//!
//! The card's own colour is taken as it is. Text moves until it can be read on that; other grounds move towards the card
//! until the text can be read on them; whatever else is written or drawn moves towards the text. So there is an end to each.

use super::colour::{Colour, Paint};
use super::{ThemeTokens, pair};
use Role::*;

/// WCAG 2.2, 1.4.3: text.
pub const TEXT: f32 = 4.5;
/// WCAG 2.2, 1.4.11: rings, borders of controls, signs.
pub const DRAWN: f32 = 3.0;

/// In how many steps a colour moves all the way.
const STEPS: u32 = 32;

macro_rules! roles {
    ($($role:ident $name:literal $light:literal $dark:literal,)+) => {
        /// What a colour is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Role { $($role),+ }

        /// Their names and their defaults, which `style/tokens.css` has as well.
        pub const ROLES: &[(&str, Colour, Colour)] = &[$(($name, Colour($light), Colour($dark))),+];

        const ALL: &[Role] = &[$(Role::$role),+];
    };
}

roles! {
    Surface "surface" 0xffffff 0x161a21,
    SurfaceRaised "surface-raised" 0xf5f7fa 0x1f252e,
    Text "text" 0x141a24 0xf1f4f8,
    TextMuted "text-muted" 0x5a6675 0xa3afbe,
    Line "line" 0xdde3ea 0x303945,
    FieldLine "field-line" 0x8a95a3 0x6b7787,
    Accent "accent" 0x1756d6 0x6f9dff,
    AccentHover "accent-hover" 0x1149bb 0x8cb0ff,
    AccentText "accent-text" 0x1756d6 0x6f9dff,
    AccentLine "accent-line" 0x1756d6 0x6f9dff,
    AccentSoft "accent-soft" 0xe8effd 0x1d2c4b,
    OnAccent "on-accent" 0xffffff 0x0a1428,
    Danger "danger" 0xb3261e 0xff8e85,
    DangerSoft "danger-soft" 0xfdecea 0x3b1c1b,
    Warning "warning" 0x8a5300 0xffc266,
    WarningSoft "warning-soft" 0xfff3df 0x36290f,
    Success "success" 0x12743c 0x5fd08c,
    Focus "focus" 0x1756d6 0x9dbcff,
    Tint0 "tint-0" 0xe3ecff 0x23345c,
    Tint1 "tint-1" 0xe0f3ea 0x1c3f30,
    Tint2 "tint-2" 0xfdeadb 0x4a3220,
    Tint3 "tint-3" 0xf1e6fb 0x3a2a4d,
    Tint4 "tint-4" 0xfde4ea 0x4b2530,
    Tint5 "tint-5" 0xe0f1f5 0x1b3d47,
}

const COUNT: usize = ROLES.len();

/// What is to be told from what, in the order in which it is seen to.
pub struct Rule {
    /// What moves, if anything must.
    pub role: Role,
    pub beside: &'static [Role],
    pub least: f32,
    towards: Towards,
}

enum Towards {
    Role(Role),
    /// Black or white, whichever is seen better on this.
    Opposite(Role),
}

pub const RULES: &[Rule] = &[
    rule(Text, &[Surface], TEXT, Towards::Opposite(Surface)),
    ground(SurfaceRaised),
    ground(AccentSoft),
    ground(DangerSoft),
    ground(WarningSoft),
    ground(Tint0),
    ground(Tint1),
    ground(Tint2),
    ground(Tint3),
    ground(Tint4),
    ground(Tint5),
    written(TextMuted, &[Surface, SurfaceRaised, AccentSoft], TEXT),
    written(AccentText, &[Surface, SurfaceRaised], TEXT),
    written(Danger, &[Surface, DangerSoft], TEXT),
    written(Warning, &[Surface, SurfaceRaised, WarningSoft], TEXT),
    written(Success, &[Surface], DRAWN),
    written(FieldLine, &[Surface], DRAWN),
    written(AccentLine, &[Surface, AccentSoft], DRAWN),
    written(Focus, &[Surface, SurfaceRaised, AccentSoft], DRAWN),
    rule(OnAccent, &[Accent], TEXT, Towards::Opposite(Accent)),
    rule(AccentHover, &[OnAccent], TEXT, Towards::Role(Accent)),
];

const fn rule(role: Role, beside: &'static [Role], least: f32, towards: Towards) -> Rule {
    Rule {
        role,
        beside,
        least,
        towards,
    }
}

/// Something that text stands on.
const fn ground(role: Role) -> Rule {
    rule(role, &[Text], TEXT, Towards::Role(Surface))
}

/// Something that stands where text can be read.
const fn written(role: Role, beside: &'static [Role], least: f32) -> Rule {
    rule(role, beside, least, Towards::Role(Text))
}

/// The colours of one scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette(pub [Colour; COUNT]);

impl Role {
    /// As `style/tokens.css` has it.
    pub fn name(self) -> &'static str {
        ROLES[self as usize].0
    }
}

impl Palette {
    pub fn get(&self, role: Role) -> Colour {
        self.0[role as usize]
    }

    fn set(&mut self, role: Role, colour: Colour) {
        self.0[role as usize] = colour;
    }

    fn holds(&self, rule: &Rule, colour: Colour) -> bool {
        let mut beside = rule.beside.iter();
        beside.all(|other| self.get(*other).contrast(colour) >= rule.least)
    }

    fn keep(&mut self, rule: &Rule) {
        let from = self.get(rule.role);
        let to = match rule.towards {
            Towards::Role(role) => self.get(role),
            Towards::Opposite(role) => self.get(role).opposite(),
        };
        let mut steps = (0..=STEPS).map(|step| from.mix(to, step, STEPS));
        let found = steps.find(|colour| self.holds(rule, *colour));
        self.set(rule.role, found.unwrap_or(to));
    }
}

/// The colours for light and for dark, before and after what is needed to read them.
pub struct Palettes {
    pub chosen: [Palette; 2],
    pub shown: [Palette; 2],
}

/// Our own colours.
impl Default for Palettes {
    fn default() -> Palettes {
        let nothing = [None; COUNT];
        let own = [chosen(&nothing, false), chosen(&nothing, true)];
        Palettes {
            shown: own.clone(),
            chosen: own,
        }
    }
}

/// None where no colour was chosen: the defaults keep all rules. `read` knows what colour a value is.
pub fn palettes(tokens: &ThemeTokens, read: &dyn Fn(&str) -> Option<Paint>) -> Option<Palettes> {
    let mut paints = [[None; COUNT]; 2];
    let mut any = false;
    for (name, value) in tokens.iter() {
        let Some(at) = ROLES.iter().position(|(role, ..)| *role == name) else {
            continue;
        };
        any = true;
        let (light, dark) = pair(value).unwrap_or((value, value));
        paints[0][at] = read(light);
        paints[1][at] = read(dark);
    }
    let chosen = [chosen(&paints[0], false), chosen(&paints[1], true)];
    any.then(|| Palettes {
        shown: chosen.clone().map(readable),
        chosen,
    })
}

/// What was chosen; what follows from that, and else the defaults.
fn chosen(paints: &[Option<Paint>; COUNT], is_dark: bool) -> Palette {
    let default = |role: Role, is_dark| {
        let (_, light, dark) = ROLES[role as usize];
        if is_dark { dark } else { light }
    };
    let paint = |role: Role| paints[role as usize];
    let surface = default(Surface, is_dark);
    let surface = paint(Surface).map_or(surface, |paint| paint.over(surface));
    // A dark card takes what was made for one, in whichever scheme it stands.
    let is_dark = surface.opposite() != super::colour::BLACK;
    let mut palette = Palette([surface; COUNT]);
    for role in ALL.iter().copied().filter(|role| *role != Surface) {
        let colour = match paint(role) {
            Some(paint) => paint.over(surface),
            None => companion(&palette, role, paint(Accent)).unwrap_or(default(role, is_dark)),
        };
        palette.set(role, colour);
    }
    palette
}

/// What goes with an accent that was chosen; those that it is made of stand before it in the table.
fn companion(palette: &Palette, role: Role, accent: Option<Paint>) -> Option<Colour> {
    accent?;
    let accent = palette.get(Accent);
    Some(match role {
        AccentHover => accent.mix(palette.get(Text), 16, 100),
        AccentSoft => palette.get(Surface).mix(accent, 12, 100),
        OnAccent => accent.opposite(),
        AccentText | AccentLine | Focus => accent,
        _ => return None,
    })
}

fn readable(mut palette: Palette) -> Palette {
    for rule in RULES {
        palette.keep(rule);
    }
    palette
}

/// What the page is dressed with, as [`ThemeTokens`] has it: names and pairs.
pub fn dressing(palettes: &Palettes) -> Vec<(&'static str, String)> {
    let [light, dark] = &palettes.shown;
    let pair = |light, dark| format!("light-dark({light}, {dark})");
    let written = |palette: &Palette, role| palette.get(role).hex();
    let mut all: Vec<_> = ALL
        .iter()
        .zip(ROLES)
        .map(|(role, (name, ..))| (*name, pair(written(light, *role), written(dark, *role))))
        .collect();
    // Where the accent itself is hardly seen on the card, its button has an edge.
    let edge = |palette: &Palette| match palette.get(Accent).contrast(palette.get(Surface)) < DRAWN
    {
        true => written(palette, AccentLine),
        false => "transparent".into(),
    };
    all.push(("accent-edge", pair(edge(light), edge(dark))));
    all
}
