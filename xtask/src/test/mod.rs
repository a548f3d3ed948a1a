//! `cargo xtask test`: every check of the project, one after the other, and one sum at the end.

mod clients;
mod deep;
mod image;
mod parts;
mod postgres;
mod schemathesis;
mod tally;
mod told;
mod ways;
mod web;

use std::time::Instant;

use crate::process::{self, Problem};
use deep::DEEP;
use parts::{PARTS, Part};
use tally::Tally;
use told::Told;

/// `cargo xtask test [--deep] [PART…]`.
pub fn run(arguments: &[String]) -> Result<(), Problem> {
    let (flags, names): (Vec<&String>, Vec<&String>) = arguments
        .iter()
        .partition(|argument| argument.starts_with('-'));
    if let Some(unknown) = flags.iter().find(|flag| **flag != "--deep") {
        return Err(Problem::new(format!("There is no option {unknown}.")));
    }
    if names.iter().any(|name| *name == "list") {
        for part in PARTS {
            println!("{:<12} {}", part.name, part.what);
        }
        println!("\nWith --deep, or by name:");
        for part in DEEP {
            println!("{:<12} {}", part.name, part.what);
        }
        return Ok(());
    }
    let chosen = choose(&names, !flags.is_empty())?;
    let started = Instant::now();
    let mut sum = Tally::default();
    let mut lines = Vec::new();
    for part in chosen {
        let (tally, line) = run_one(part);
        sum += tally;
        lines.push(line);
    }
    println!("\n━━ All parts, in {}", process::seconds(started));
    for line in &lines {
        println!("{line}");
    }
    if sum.skipped > 0 {
        println!("{} tests were skipped.", sum.skipped);
    }
    let ways = ways::table(&sum.ways);
    if !ways.is_empty() {
        println!("\n{ways}\n");
    }
    for told in &sum.told {
        println!(
            "\n{} {}",
            if told.flaky { "flaky:" } else { "✗" },
            told.name
        );
        for line in &told.lines {
            println!("    {}", line.trim_end());
        }
    }
    if !sum.told.is_empty() {
        println!();
    }
    println!(
        "{} passed, {} failed{}",
        sum.passed,
        sum.failed,
        flaky(sum.flaky)
    );
    if sum.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

fn choose(names: &[&String], deep: bool) -> Result<Vec<&'static Part>, Problem> {
    let all = || PARTS.iter().chain(&DEEP);
    if names.is_empty() {
        let most = if deep { usize::MAX } else { PARTS.len() };
        return Ok(all().take(most).collect());
    }
    names
        .iter()
        .map(|name| {
            all().find(|part| part.name == *name).ok_or_else(|| {
                let known: Vec<_> = all().map(|part| part.name).collect();
                Problem::new(format!(
                    "There is no part `{name}`. The parts are: {}",
                    known.join(", ")
                ))
            })
        })
        .collect()
}

/// A part that fails without a failing test to name, a compile error say, counts as one.
fn run_one(part: &Part) -> (Tally, String) {
    println!("\n━━ {}: {}", part.name, part.what);
    let started = Instant::now();
    let mut tally = Tally::default();
    if let Err(Problem(words)) = (part.run)(&mut tally) {
        println!("{words}");
        tally.failed = tally.failed.max(1);
        if tally.told.iter().all(|told| told.flaky) {
            tally.told.push(Told::of_words(part.name, &words));
        }
    }
    let time = process::seconds(started);
    let verdict = if tally.failed == 0 { "✓" } else { "✗" };
    let line = format!(
        "{verdict} {:<12} {:>5} passed {:>4} failed{}   {time}",
        part.name,
        tally.passed,
        tally.failed,
        flaky(tally.flaky)
    );
    (tally, line)
}

/// Said only where there is something to say.
fn flaky(tests: u32) -> String {
    match tests {
        0 => String::new(),
        _ => format!(", {tests} flaky"),
    }
}
