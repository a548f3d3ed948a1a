//! All words that users read, in the language of whoever reads them. A missing text is a compile error. Knows no flow.

mod counted;

#[allow(clippy::indexing_slicing)]
mod texts {
    use super::{FirstText, Text, Words};

    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

pub use counted::counted;

use std::ops::Deref;

/// In which language the page speaks. English is carried by the program; any other is kept as long as the page lives.
pub struct Language {
    /// BCP 47, with the region of whoever reads: numbers, money and times are written as there.
    pub locale: &'static str,
    first: &'static [&'static str; texts::FIRST.len()],
    /// None: those that the program carries.
    later: Option<&'static [&'static str; AFTER]>,
}

pub static ENGLISH: Language = Language::carried("en");

/// How many texts follow those of the first screens: to know it is not to carry them.
const AFTER: usize = length_of(&texts::LATER);

const fn length_of<const N: usize>(_: &'static [&'static str; N]) -> usize {
    N
}

impl Language {
    /// Another one for each language that was read; never 0.
    pub fn number(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    const fn carried(locale: &'static str) -> Language {
        Language {
            locale,
            first: &texts::FIRST,
            later: None,
        }
    }

    /// A language by its BCP 47 tag and the lines of its file.
    pub fn read(told: &'static [&'static str]) -> &'static Language {
        match told {
            [locale, lines @ ..] => Box::leak(Box::new(Language::of(locale, lines))),
            [] => &ENGLISH,
        }
    }

    /// English, where these are not the lines of this program's files.
    fn of(locale: &'static str, lines: &'static [&'static str]) -> Language {
        let words = lines
            .get(texts::BEFORE..)
            .and_then(<[_]>::split_first_chunk);
        match words.and_then(|(first, later)| Some((first, later.try_into().ok()?))) {
            Some((first, later)) => Language {
                locale,
                first,
                later: Some(later),
            },
            None => Language::carried(locale),
        }
    }
}

/// The texts of the first screens in one language; `{}` stands for the bank's, the client's or another name.
#[derive(Clone, Copy)]
pub struct FirstText(&'static Language);

/// All texts: those of the first screens, and those that come with the later part of the program.
#[derive(Clone, Copy)]
pub struct Text {
    first: FirstText,
    words: &'static [&'static str; AFTER],
}

impl FirstText {
    pub fn of(language: &'static Language) -> FirstText {
        FirstText(language)
    }

    pub fn locale(self) -> &'static str {
        self.0.locale
    }
}

impl Text {
    pub fn of(language: &'static Language) -> Text {
        Text {
            first: FirstText(language),
            words: language.later.unwrap_or(&texts::LATER),
        }
    }
}

impl Deref for Text {
    type Target = FirstText;

    fn deref(&self) -> &FirstText {
        &self.first
    }
}

/// What happened and whose move it is.
#[derive(Clone, Copy)]
pub struct Words {
    pub title: &'static str,
    pub lead: &'static str,
}

/// A text with its `{}` filled in. A name that is written from right to left is kept apart from the words around it, as `bdi` does it, so that their brackets and stops stay where they belong.
pub fn with(text: &str, name: &str) -> String {
    if name.chars().any(is_right_to_left) {
        return text.replace("{}", &format!("\u{2068}{name}\u{2069}"));
    }
    text.replace("{}", name)
}

/// The blocks of Hebrew, Arabic and the scripts beside them.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
