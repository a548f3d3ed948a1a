//! What a text from outside may be, where it is kept and read by others.

/// What a refusal says after the name of whatever must be a user.
pub const NAME_FORM: &str =
    "must have 1 to 256 characters that can be read: no control characters, not only spaces";

/// As much as is repeated to who has sent it.
const SHORTENED: usize = 64;

pub const LONGEST_NAME: usize = 256;

/// A name that people and logs can tell from another.
pub fn is_name(text: &str) -> bool {
    fits(text, LONGEST_NAME) && !text.chars().all(is_blank)
}

/// At most so many characters, none of which does something else than to be read.
pub fn fits(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(misleads)
}

/// Ends a line, a text or a field for some reader, or turns the direction of what stands behind it.
fn misleads(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let ends = matches!(c, '\u{2028}' | '\u{2029}');
    c.is_control() || turns || ends
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// A text as it is repeated: its beginning.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHORTENED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into(),
    }
}
