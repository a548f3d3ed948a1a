//! What the server itself says to people, in their language: its small pages, and the hints of the test banks.

mod reader;

pub use reader::Reader;

mod table {
    use super::Language;

    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

pub use table::Word;

pub struct Language {
    /// BCP 47.
    pub tag: &'static str,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    texts: &'static [&'static str; table::COUNT],
}

impl Language {
    pub fn english() -> &'static Language {
        let [english, ..] = &table::LANGUAGES;
        english
    }

    /// By the name of its file, in whatever case.
    fn find(tag: &str) -> Option<&'static Language> {
        let mut languages = table::LANGUAGES.iter();
        languages.find(|language| language.tag.eq_ignore_ascii_case(tag))
    }

    pub fn text(&self, word: Word) -> &'static str {
        // The table has a text for every word: the build has seen to it.
        self.texts.get(word as usize).copied().unwrap_or_default()
    }

    /// A hint of a test bank, in this language; other sentences are a bank's own and stay as they are.
    pub fn translate(&self, english: &mut String) {
        let texts = Language::english().texts.iter().zip(self.texts);
        if let Some((_, text)) = texts.into_iter().find(|(known, _)| *known == english) {
            *english = (*text).to_owned();
        }
    }
}
