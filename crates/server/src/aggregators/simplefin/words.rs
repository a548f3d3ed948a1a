//! Texts from outside, made fit to be shown: one line, of a bounded length, without characters that do something.

const LONGEST: usize = 300;

pub fn clean(text: &str) -> String {
    let visible = text.chars().map(|letter| match letter {
        letter if letter.is_control() => ' ',
        letter => letter,
    });
    let visible: String = visible.filter(|letter| !is_invisible(*letter)).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        None => line,
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
    }
}

/// Turns the direction of what follows, or joins and splits what is read.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
