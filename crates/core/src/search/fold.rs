//! Letters as search compares them: lower case, without accents.
//! Small tables of our own: those of the standard library for case and letters are 25 KB of WebAssembly.

/// From ASCII to the same letter at its full width.
const FULL_WIDTH: u32 = 0xfee0;

/// How umlauts are compared: "ü" as "u" or, as Germans and Danes also write it, as "ue".
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Umlauts {
    Plain,
    SpelledOut,
}

/// Adds a letter's folded form; joiners and marks have none.
pub(super) fn fold_char(c: char, umlauts: Umlauts, out: &mut String) {
    if c.is_ascii_alphanumeric() {
        return out.push(c.to_ascii_lowercase());
    }
    if is_joiner(c) || is_mark(c) {
        return;
    }
    if let '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' = c {
        let narrow = moved(u32::from(c) - FULL_WIDTH, 0);
        return out.push(narrow.to_ascii_lowercase());
    }
    let spelled_out = match c {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
        'ü' | 'Ü' => "ue",
        'å' | 'Å' => "aa",
        _ => "",
    };
    if umlauts == Umlauts::SpelledOut && !spelled_out.is_empty() {
        return out.push_str(spelled_out);
    }
    match c {
        'æ' | 'Æ' | 'ǣ' | 'Ǣ' | 'ǽ' | 'Ǽ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'ß' | 'ẞ' => out.push_str("ss"),
        'þ' | 'Þ' => out.push_str("th"),
        'ĳ' | 'Ĳ' => out.push_str("ij"),
        _ => out.push(base(c)),
    }
}

/// Letters and digits of any script. Beyond Latin, whatever is not known as punctuation counts as a letter.
pub(super) fn is_word(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{80}'..='\u{bf}' => matches!(c, 'ª' | 'µ' | 'º'),
        '×' | '÷' => false,
        // General punctuation, currencies, symbols, CJK and full-width punctuation.
        '\u{2000}'..='\u{2bff}'
        | '\u{3000}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}'
        | '\u{ff00}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}'
        | '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}' => false,
        _ => !is_joiner(c) && !is_mark(c),
    }
}

/// Stands inside a word without dividing it.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '.')
}

/// Combining accents, Hebrew and Arabic vowel points, Thai tone marks; and what nobody sees: the soft hyphen, joiners of no width, marks of direction.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{e47}'..='\u{e4e}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// The lower-case letter under the accents.
fn base(c: char) -> char {
    let code = u32::from(c);
    let latin = match code {
        0xc0..0x250 => LATIN.as_bytes()[code as usize - 0xc0],
        0x1e00..0x1f00 => LATIN_ADDITIONAL.as_bytes()[code as usize - 0x1e00],
        _ => b'.',
    };
    if latin != b'.' && latin != b'*' {
        return char::from(latin);
    }
    match c {
        'Ά' | 'ά' => 'α',
        'Έ' | 'έ' => 'ε',
        'Ή' | 'ή' => 'η',
        'Ί' | 'ί' | 'ϊ' | 'ΐ' | 'Ϊ' => 'ι',
        'Ό' | 'ό' => 'ο',
        'Ύ' | 'ύ' | 'ϋ' | 'ΰ' | 'Ϋ' => 'υ',
        'Ώ' | 'ώ' => 'ω',
        'ς' => 'σ',
        'Ё' | 'ё' => 'е',
        'Й' | 'й' => 'и',
        'Ї' | 'ї' => 'і',
        'Ґ' | 'ґ' => 'г',
        'Ў' | 'ў' => 'у',
        // Greek and Cyrillic capitals.
        'Α'..='Ω' | 'А'..='Я' => moved(code, 0x20),
        'Ѐ'..='Џ' => moved(code, 0x50),
        'Ա'..='Ֆ' => moved(code, 0x30),
        '\u{48a}'..='\u{4bf}' | '\u{4d0}'..='\u{52f}' => moved(code | 1, 0),
        _ => c,
    }
}

fn moved(code: u32, by: u32) -> char {
    char::from_u32(code + by).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The base letters of U+00C0 to U+024F; `*` folds to two letters, `.` to itself.
const LATIN: &str = "\
aaaaaa*ceeeeiiiidnooooo.ouuuuy**aaaaaa*ceeeeiiiidnooooo.ouuuuy*y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll\
lllnnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs\
..........d....e.ff.............oo.............uu...............\
.............aaiioouuuuuuuuuu.aaaa**..ggkkoooo..j...gg..nnaa**oo\
aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............\
................";

/// The base letters of U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &str = "\
aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
wwwwwwwwwwxxxxyyzzzzzzhtwy....*.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the standard library: case never matters, letters and digits are words.
    #[test]
    fn the_small_tables_agree_with_unicode() {
        assert_eq!((LATIN.len(), LATIN_ADDITIONAL.len()), (0x190, 0x100));
        let folded = |c: char| {
            let mut out = String::new();
            fold_char(c, Umlauts::Plain, &mut out);
            out
        };
        // Every letter of the built-in catalogue's scripts.
        let blocks = [
            0x20..0x7f,
            0xc0..0x250,
            0x370..0x530,
            0x531..0x557,
            0x5d0..0x5eb,
            0x1e00..0x1efa,
            0x3040..0x3100,
            0x4e00..0x9fff,
            0xac00..0xd7a3,
        ];
        for c in blocks.into_iter().flatten().filter_map(char::from_u32) {
            if c.is_alphanumeric() {
                assert!(is_word(c), "{c:?} is a letter");
            }
            if c.is_ascii_punctuation() || c.is_whitespace() {
                assert!(!is_word(c), "{c:?} is not a letter");
            }
            let lower: Vec<char> = c.to_lowercase().collect();
            // The rare letters for phonetics and African languages keep their case.
            let rare = matches!(c, '\u{180}'..='\u{24f}' | '\u{370}'..='\u{385}' | '\u{3cf}'..='\u{3ff}' | '\u{460}'..='\u{489}' | '\u{4c0}'..='\u{4cf}' | '\u{1e9e}');
            if let ([lower], false) = (lower.as_slice(), rare) {
                assert_eq!(folded(c), folded(*lower), "{c:?} and {lower:?}");
            }
        }
    }
}
