//! Codes as people type and paste them: "12 34", "１２３４", with a dash or with characters that nobody sees.

/// The code in ASCII digits, without blanks, dashes and what is invisible. Letters are part of some codes and stay.
pub fn code(typed: &str) -> String {
    let seen = typed.chars().filter(|c| !is_dropped(*c));
    seen.map(narrow).collect()
}

/// Unicode's White_Space, Dash and Default_Ignorable_Code_Point, the last one with the marks of direction (PropList.txt, DerivedCoreProperties.txt).
fn is_dropped(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || is_ignorable(c)
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2053}'
                | '\u{207b}'
                | '\u{208b}'
                | '\u{2212}'
                | '\u{2e17}'
                | '\u{2e1a}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{2e40}'
                | '\u{2e5d}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30a0}'
                | '\u{fe31}'
                | '\u{fe32}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
    )
}

fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The zeros of the scripts' decimal digits in the first plane (UnicodeData.txt, Nd); the nine others follow each.
const ZEROS: [u16; 36] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/// A digit of another script as ASCII's, and a full-width letter, which keyboards give together with such digits.
fn narrow(c: char) -> char {
    let code = u32::from(c);
    if matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ') {
        return char::from((code - 0xfee0) as u8);
    }
    let digit = ZEROS.iter().find_map(|zero| {
        let digit = code.wrapping_sub(u32::from(*zero));
        (digit < 10).then_some(digit as u8)
    });
    digit.map_or(c, |digit| char::from(b'0' + digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_code_is_written_with_its_digits_are_the_same() {
        for zero in ZEROS {
            let digit = |add: u32| char::from_u32(u32::from(zero) + add).expect("a digit");
            let typed: String = (0..10).map(digit).collect();
            assert!(typed.chars().all(char::is_numeric), "{typed}");
            assert_eq!(code(&typed), "0123456789");
        }
        for typed in [
            "１２３４",
            "12-34",
            "12–34",
            "12−34",
            "\u{200b}1234",
            "1234\u{a0}",
            "١٢٣٤",
            "\u{202a}1234\u{202c}",
            " 12 34\r\n",
            "\u{feff}1\u{ad}2\u{2009}34",
        ] {
            assert_eq!(code(typed), "1234", "{typed:?}");
        }
        assert_eq!(code("0012"), "0012");
        assert_eq!(code("g-１２ab ＱＺ é"), "g12abQZé");
    }

    /// Against the standard library, over all characters.
    #[test]
    fn blanks_go_and_letters_stay() {
        for c in '\0'..=char::MAX {
            let kept = code(&c.to_string());
            assert_eq!(code(&kept), kept, "once is enough for {c:?}");
            if c.is_whitespace() {
                assert_eq!(kept, "", "{c:?} is a blank");
            }
            if c.is_alphabetic() && !is_ignorable(c) {
                assert_eq!(kept.chars().count(), 1, "{c:?} is a letter");
            }
        }
    }
}
