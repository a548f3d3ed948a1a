//! Searches at a fixed rate among the banks that are shipped, as people type them.

use std::time::Duration;

use super::{Subject, cpu_each, percentiles};
use crate::bench::figures::{Figure, Target};
use crate::bench::guest::Guest;
use crate::bench::load::{self, Asked};
use crate::bench::node::{NO_LIMITS, Node, Terms};
use crate::bench::wire;
use crate::process::Problem;
use crate::project;

const RATE: u32 = 1_000;
const TIME: Duration = Duration::from_secs(15);

/// Enough for answers that take 60 ms on average; slower ones show as what they are, late.
const HANDS: usize = 64;

/// In milliseconds.
const P99: f64 = 10.0;

/// Every so manieth bank is searched for, by its first letters.
const STRIDE: usize = 97;
const LONGEST: usize = 8;

pub fn measure(subject: &Subject) -> Result<Vec<Figure>, Problem> {
    let typed = typed(&names()?);
    let place = subject.database.place()?;
    let terms = Terms {
        shipped: true,
        poll_timeout: 40,
        limits: NO_LIMITS,
    };
    let node = Node::start(subject.program, &place, terms)?;
    let mut guest = Guest::new(&node, "searches")?;
    finds(&mut guest, &typed)?;
    let request = |number: u64| {
        let place = usize::try_from(number).unwrap_or_default() % typed.len();
        let what = format!("GET /v1/providers?search={}", typed[place]);
        wire::request(&what, &guest.header, "")
    };
    let asked = Asked {
        port: node.port,
        request: &request,
        status: 200,
    };
    load::at_rate(&asked, RATE, TIME / 10, HANDS)?;
    let begun = node.cpu()?;
    let mut times = load::at_rate(&asked, RATE, TIME, HANDS)?;
    let cpu = cpu_each(node.cpu()? - begun, times.count());
    let [half, most] = percentiles(&format!("search at {RATE} a second"), &mut times);
    let cpu = Figure::told("search: ms of CPU each", cpu, 2);
    Ok(vec![half, most.judged(Target::Under(P99)), cpu])
}

/// Else nothing but the way to an empty answer would be measured.
fn finds(guest: &mut Guest, typed: &[String]) -> Result<(), Problem> {
    let Some(first) = typed.first() else {
        return Err(Problem::new("The catalogue has no names."));
    };
    let found = guest.total(&format!("/v1/providers?search={first}"))?;
    match found {
        0 => Err(Problem::new(format!(
            "The server finds nothing for {first:?}."
        ))),
        _ => Ok(()),
    }
}

fn names() -> Result<Vec<String>, Problem> {
    let file = project::root().join("crates/server/data/institutions.csv");
    let text = std::fs::read_to_string(&file).map_err(|error| {
        let file = project::shown(&file);
        Problem::new(format!("{file} cannot be read: {error}"))
    })?;
    let rows = text.lines().skip(1);
    Ok(rows.filter_map(name).collect())
}

/// The second column; of one in quotes what comes before a comma in it is enough.
fn name(row: &str) -> Option<String> {
    let name = row.split(',').nth(1)?.trim_matches('"');
    (!name.is_empty()).then(|| name.to_lowercase())
}

/// Each keystroke searches: the first letter, the first two, and so on.
fn typed(names: &[String]) -> Vec<String> {
    let some = names.iter().step_by(STRIDE);
    let keystrokes = |name: &String| {
        let letters: Vec<char> = name.chars().take(LONGEST).collect();
        (1..=letters.len()).map(move |count| escaped(&letters[..count]))
    };
    some.flat_map(keystrokes).collect()
}

fn escaped(letters: &[char]) -> String {
    let text: String = letters.iter().collect();
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    text.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{name, names, typed};

    #[test]
    fn what_is_typed_grows_by_a_letter_and_can_stand_in_an_address() {
        let names = ["é &a".to_owned()];
        let expected = ["%C3%A9", "%C3%A9%20", "%C3%A9%20%26", "%C3%A9%20%26a"];
        assert_eq!(typed(&names), expected);
    }

    #[test]
    fn names_are_taken_from_what_is_shipped() {
        assert_eq!(name("AD,\"Banca, Privada\",X"), Some("banca".to_owned()));
        assert_eq!(name("AD,,X"), None);
        let all = names().expect("it is there");
        assert!(all.len() > 13_000, "{}", all.len());
        assert!(typed(&all).len() > 1_000);
    }
}
