//! Words from outside as they are shown and kept: in one line each, and not longer than anybody reads.

/// The user sees the name of an account, of a bank.
pub const NAME: usize = 200;
/// And what is said to them.
pub const SENTENCE: usize = 1000;

/// Without control characters, and without those that turn the direction of what follows.
pub fn line(text: &str, most: usize) -> String {
    let is_plain = |letter: &char| {
        !letter.is_control() && !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(is_plain)
        .take(most)
        .collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_reads_as_it_stands() {
        assert_eq!(line(" A\nB\u{7}\u{202e}C ", 9), "A BC");
        assert_eq!(line(&"x".repeat(99), 9), "x".repeat(9));
    }
}
