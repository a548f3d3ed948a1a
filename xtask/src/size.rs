//! Weighs what a browser loads before the search field is usable and after it, and holds both to their limits.

use std::path::Path;

use crate::process::Problem;
use crate::project;

/// What a person on a slow line waits for, as brotli 11: HTML + CSS + JS + wasm, in bytes.
const FIRST_LIMIT: u64 = 100_000;
/// That, and what is fetched once the search field is usable: so that nobody hides weight there.
const WHOLE_LIMIT: u64 = 170_000;

/// How the names of files begin that are fetched once the first screen stands; the page may name them beforehand.
const LATER: &str = "connect-rest-";

/// How the names of files begin that have the words of one language: its tag follows.
const WORDS: &str = "connect-words-";

/// One file of dist.
struct Weight {
    name: String,
    raw: u64,
    brotli: u64,
    loaded: Loaded,
}

/// When the widget loads a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Loaded {
    Never,
    /// Beside the program, by those who read this language.
    Words,
    /// Once the search field is usable.
    Later,
    First,
}

/// What the widget loads, in bytes of brotli 11.
pub struct Load {
    first: u64,
    whole: u64,
}

/// Prints a table of dist and returns what of it the widget loads.
pub fn report() -> Result<Load, Problem> {
    let weights = weigh(&project::dist())?;
    println!("{:>10} {:>10}", "raw", "brotli");
    for weight in &weights {
        let mark = match weight.loaded {
            Loaded::First => "",
            Loaded::Words => "  (fetched by those who read this language)",
            Loaded::Later => "  (fetched once the search field is usable)",
            Loaded::Never => "  (not loaded by the widget)",
        };
        println!(
            "{:>10} {:>10}  {}{mark}",
            weight.raw, weight.brotli, weight.name
        );
    }
    let sum = |from: Loaded| -> u64 {
        let loaded = weights.iter().filter(|weight| weight.loaded >= from);
        loaded.map(|weight| weight.brotli).sum()
    };
    let load = Load {
        first: sum(Loaded::First),
        whole: sum(Loaded::Later),
    };
    let raw = " ".repeat(10);
    println!(
        "{raw} {:>10}  bytes before the search field is usable, in English; every host system opens the same page (limit {FIRST_LIMIT})",
        load.first
    );
    println!(
        "{raw} {:>10}  bytes in all (limit {WHOLE_LIMIT})",
        load.whole
    );
    for weight in &weights {
        let language = weight.name.strip_prefix(WORDS);
        if let Some((tag, _)) = language.and_then(|name| name.rsplit_once('-')) {
            let first = load.first + weight.brotli;
            println!("{raw} {first:>10}  bytes before the search field is usable, in {tag}");
        }
    }
    Ok(load)
}

/// The same as [`report`], as an error when there is too much.
pub fn check() -> Result<(), Problem> {
    let load = report()?;
    let over = |bytes: u64, limit: u64| bytes.checked_sub(limit).filter(|over| *over > 0);
    if let Some(over) = over(load.first, FIRST_LIMIT) {
        return Err(Problem::new(format!(
            "There are {over} bytes too many before the search field is usable."
        )));
    }
    match over(load.whole, WHOLE_LIMIT) {
        Some(over) => Err(Problem::new(format!(
            "There are {over} bytes too many in all that the widget loads."
        ))),
        None => Ok(()),
    }
}

fn weigh(dist: &Path) -> Result<Vec<Weight>, Problem> {
    let unreadable = |error| Problem::new(format!("Cannot read {}: {error}", dist.display()));
    let html = std::fs::read_to_string(dist.join("index.html")).map_err(unreadable)?;
    let size = |name: &str| std::fs::metadata(dist.join(name)).map(|data| data.len());
    let mut weights = Vec::new();
    for entry in std::fs::read_dir(dist).map_err(unreadable)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(brotli) = size(&format!("{name}.br")) else {
            continue;
        };
        weights.push(Weight {
            raw: size(&name).map_err(unreadable)?,
            brotli,
            loaded: if name.starts_with(WORDS) {
                Loaded::Words
            } else if name == "index.html" || html.contains(&name) && !name.starts_with(LATER) {
                Loaded::First
            } else if name.starts_with(LATER) {
                Loaded::Later
            } else {
                Loaded::Never
            },
            name,
        });
    }
    weights.sort_by(|a, b| (b.loaded, b.brotli, &a.name).cmp(&(a.loaded, a.brotli, &b.name)));
    Ok(weights)
}
