//! `cargo xtask bench server`: what the server bears, over SQLite and over PostgreSQL, and whether that is enough.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::database::Database;
use super::figures::{Figure, table};
use super::files;
use super::parts::{PARTS, Subject};
use crate::build;
use crate::process::{self, Problem};
use crate::project;

const USAGE: &str = "It is started with: cargo xtask bench server [start|mint|search|polls|soak …] \
    [--soak HOURS] [--on sqlite|postgres] [--peer PROGRAM]";

#[derive(Debug, PartialEq, Eq)]
struct Wish {
    /// All where none is named.
    parts: Vec<String>,
    /// So many hours of open widgets; without it half an hour.
    soak_hours: Option<u64>,
    sqlite: bool,
    postgres: bool,
    /// Another build of the server.
    peer: Option<PathBuf>,
}

pub fn run(arguments: &[String]) -> Result<(), Problem> {
    let wish = Wish::read(arguments).ok_or_else(|| Problem::new(USAGE))?;
    files::raise()?;
    build::server_in("release")?;
    let mut databases = Vec::new();
    if wish.sqlite {
        databases.push(Database::Sqlite);
    }
    if wish.postgres {
        databases.push(Database::postgres()?);
    }
    report(
        "this server",
        &project::server("release"),
        &wish,
        &databases,
    )?;
    match &wish.peer {
        Some(peer) => report(&project::shown(peer), peer, &wish, &databases),
        None => Ok(()),
    }
}

fn report(name: &str, program: &Path, wish: &Wish, databases: &[Database]) -> Result<(), Problem> {
    let mut columns: Vec<(&str, Vec<Figure>)> = Vec::new();
    for database in databases {
        let subject = Subject {
            program,
            database,
            soak_hours: wish.soak_hours,
        };
        let mut figures = Vec::new();
        for (part, measure) in PARTS {
            if wish.has(part) {
                let begun = Instant::now();
                figures.extend(measure(&subject)?);
                let took = process::seconds(begun);
                println!("  {name}, {}: {part} ({took})", database.name());
            }
        }
        columns.push((database.name(), figures));
    }
    println!("\n{name}; {}", machine());
    for line in table(&columns) {
        println!("{line}");
    }
    Ok(())
}

/// Where it was measured: times are this machine's.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    format!("{cores} cores for server, database and clients; load {load}")
}

impl Wish {
    fn read(arguments: &[String]) -> Option<Wish> {
        let mut wish = Wish {
            parts: Vec::new(),
            soak_hours: None,
            sqlite: true,
            postgres: true,
            peer: None,
        };
        let mut rest = arguments.iter();
        while let Some(word) = rest.next() {
            match word.as_str() {
                "--soak" => {
                    let hours = rest.next()?.parse().ok();
                    wish.soak_hours = Some(hours.filter(|hours| (1..=240).contains(hours))?);
                }
                // The servers are started in the project's folder.
                "--peer" => wish.peer = Some(PathBuf::from(rest.next()?).canonicalize().ok()?),
                "--on" => {
                    let named = rest.next()?.as_str();
                    (wish.sqlite, wish.postgres) = (named == "sqlite", named == "postgres");
                    (wish.sqlite || wish.postgres).then_some(())?;
                }
                part => {
                    PARTS.iter().find(|(name, _)| *name == part)?;
                    wish.parts.push(part.to_owned());
                }
            }
        }
        Some(wish)
    }

    fn has(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|named| named == part)
    }
}

#[cfg(test)]
mod tests {
    use super::Wish;

    fn read(arguments: &[&str]) -> Option<Wish> {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).into()).collect();
        Wish::read(&arguments)
    }

    #[test]
    fn it_measures_everything_over_both_unless_it_is_told_what() {
        let wish = read(&[]).expect("it is read");
        assert!(wish.has("polls") && wish.has("soak") && wish.sqlite && wish.postgres);
        assert!(wish.soak_hours.is_none() && wish.peer.is_none());
        let wish =
            read(&["search", "soak", "--on", "postgres", "--soak", "24"]).expect("it is read");
        assert!(wish.has("search") && wish.has("soak") && !wish.has("polls"));
        assert_eq!(wish.soak_hours, Some(24));
        assert!(wish.postgres && !wish.sqlite);
    }

    #[test]
    fn it_measures_another_program_beside_it_and_nothing_else() {
        assert!(read(&["--peer", "."]).is_some_and(|wish| wish.peer.is_some()));
        for wrong in [
            &["--peer"][..],
            &["--peer", "no/such/program"],
            &["--on", "mysql"],
            &["--on"],
            &["3"],
            &["--soak"],
            &["--soak", "0"],
            &["--soak", "day"],
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
