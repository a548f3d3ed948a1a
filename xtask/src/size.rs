//! Weighs what a browser loads before the search field is usable, and holds it to the limit.

use std::path::Path;

use crate::process::Problem;
use crate::project;

/// What a person on a slow line waits for, as brotli 11: HTML + CSS + JS + wasm, in bytes.
pub const LIMIT: u64 = 160 * 1024;

/// How the names of files begin that are fetched once the first screen stands; the page may name them beforehand.
const LATER: &str = "connect-rest-";

/// One file of dist.
struct Weight {
    name: String,
    raw: u64,
    brotli: u64,
    loaded_first: bool,
}

/// Prints a table of dist and returns the bytes before the search field is usable.
pub fn report() -> Result<u64, Problem> {
    let weights = weigh(&project::dist())?;
    println!("{:>10} {:>10}", "raw", "brotli");
    for weight in &weights {
        let mark = if weight.loaded_first {
            ""
        } else {
            "  (not needed for the first screen)"
        };
        println!(
            "{:>10} {:>10}  {}{mark}",
            weight.raw, weight.brotli, weight.name
        );
    }
    let first = || weights.iter().filter(|weight| weight.loaded_first);
    let raw: u64 = first().map(|weight| weight.raw).sum();
    let brotli = first().map(|weight| weight.brotli).sum();
    println!("{raw:>10} {brotli:>10}  bytes before the search field is usable (limit {LIMIT})");
    Ok(brotli)
}

/// The same as [`report`], as an error when there is too much.
pub fn check() -> Result<(), Problem> {
    let brotli = report()?;
    if brotli <= LIMIT {
        return Ok(());
    }
    Err(Problem::new(format!(
        "{brotli} bytes are {} too many before the search field is usable.",
        brotli - LIMIT
    )))
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
            loaded_first: name == "index.html" || html.contains(&name) && !name.starts_with(LATER),
            name,
        });
    }
    weights.sort_by(|a, b| {
        (b.loaded_first, b.brotli, &a.name).cmp(&(a.loaded_first, a.brotli, &b.name))
    });
    Ok(weights)
}
