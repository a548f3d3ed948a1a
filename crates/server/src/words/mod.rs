//! What the server itself says to people, in their language: its small pages, and the hints of the test banks.

mod reader;

pub use reader::Reader;

mod table {
    use super::Language;

    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

use table::LANGUAGES;
pub use table::Word;

/// As it is kept, until it is known who reads it.
pub fn english(word: Word) -> String {
    Language::english().text(word).to_owned()
}

pub struct Language {
    /// BCP 47.
    pub tag: &'static str,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    texts: &'static [&'static str; table::COUNT],
}

impl Language {
    pub fn english() -> &'static Language {
        let [english, ..] = &LANGUAGES;
        english
    }

    /// By the name of its file, in whatever case.
    fn find(tag: &str) -> Option<&'static Language> {
        let mut languages = LANGUAGES.iter();
        languages.find(|language| language.tag.eq_ignore_ascii_case(tag))
    }

    pub fn text(&self, word: Word) -> &'static str {
        // The table has a text for every word: the build has seen to it.
        self.texts.get(word as usize).copied().unwrap_or_default()
    }

    /// A sentence of ours about a bank, in this language; what is a bank's own stays as it is.
    pub fn translate(&self, english: &mut String) {
        let texts = Language::english().texts.iter().zip(self.texts);
        if let Some((_, text)) = texts.into_iter().find(|(known, _)| *known == english) {
            *english = (*text).to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, Language, Word, english};

    #[test]
    fn what_is_ours_is_translated_and_what_is_a_banks_own_stays() {
        let french = Language::find("FR").expect("there is French");
        let mut link = english(Word::SimplefinLink);
        french.translate(&mut link);
        assert_eq!(link, french.text(Word::SimplefinLink));
        assert_ne!(link, english(Word::SimplefinLink));
        let mut own = String::from("What is your mother's maiden name?");
        french.translate(&mut own);
        assert_eq!(own, "What is your mother's maiden name?");
    }

    #[test]
    fn no_sentence_stands_for_two_of_another_language() {
        // It is by its English words that a sentence is found.
        for language in &LANGUAGES {
            let pairs = Language::english().texts.iter().zip(language.texts);
            for (english, text) in pairs {
                let mut found = (*english).to_owned();
                language.translate(&mut found);
                assert_eq!(found, *text, "{}: {english}", language.tag);
            }
        }
    }
}
