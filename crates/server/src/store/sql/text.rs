//! SQLite's way to write a parameter, and PostgreSQL's.

/// `?` and `?1` become `$1`; what stands in quotation marks stays.
pub fn postgres(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut number = 0;
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            quoted = !quoted;
        }
        if letter != '?' || quoted {
            out.push(letter);
            continue;
        }
        out.push('$');
        if !letters.peek().is_some_and(char::is_ascii_digit) {
            number += 1;
            out.push_str(&number.to_string());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_and_texts_are_left_alone() {
        assert_eq!(postgres("a = ? AND b = ?"), "a = $1 AND b = $2");
        assert_eq!(postgres("?2, ?1, ?12, '?', ''"), "$2, $1, $12, '?', ''");
        assert_eq!(postgres("a = $1"), "a = $1");
    }
}
