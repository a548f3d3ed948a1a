//! `cargo xtask bench`: bytes, requests and frames as counts and ratios, because these are the same on every machine.

mod crowd;
mod database;
mod figures;
mod files;
mod guest;
mod load;
mod node;
mod parts;
mod server;
mod wire;

use std::path::PathBuf;

use crate::build;
use crate::process::{self, Problem};
use crate::project;
use crate::setup::{self, Need};
use crate::size;

/// How often each page is visited; an odd number has a middle one.
const RUNS: u32 = 7;

struct Wish {
    runs: u32,
    /// The folder of another widget's page.
    peer: Option<PathBuf>,
}

pub fn run(arguments: &[String]) -> Result<(), Problem> {
    if let [word, rest @ ..] = arguments
        && word == "server"
    {
        return server::run(rest);
    }
    let wish = Wish::read(arguments)?;
    build::widget(|| build::server_in("debug"))?;
    size::report()?;
    println!();
    let tools = setup::ensure(&[Need::Node, Need::Browser])?;
    let mut node = tools.command("node");
    node.arg("xtask/js/bench/bench.mjs")
        .env("CONNECT_SERVER", project::server("debug"))
        .env("DIST", project::dist())
        .env("RUNS", wish.runs.to_string());
    if let Some(peer) = wish.peer {
        node.env("PEER", peer);
    }
    process::loud(&mut node)
}

impl Wish {
    fn read(arguments: &[String]) -> Result<Wish, Problem> {
        let mut wish = Wish {
            runs: RUNS,
            peer: None,
        };
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            let read = match (flag.as_str(), rest.next()) {
                ("--runs", Some(runs)) => {
                    let runs = runs.parse().ok().filter(|runs| *runs > 0);
                    runs.map(|runs| wish.runs = runs)
                }
                ("--peer", Some(folder)) => {
                    // The script runs in the project's folder.
                    let folder = PathBuf::from(folder).canonicalize().ok();
                    folder.map(|folder| wish.peer = Some(folder))
                }
                _ => None,
            };
            read.ok_or_else(|| {
                Problem::new("It is started with: cargo xtask bench [--runs N] [--peer FOLDER]")
            })?;
        }
        Ok(wish)
    }
}

#[cfg(test)]
mod tests {
    use super::Wish;

    fn read(arguments: &[&str]) -> Option<(u32, bool)> {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).into()).collect();
        let wish = Wish::read(&arguments).ok()?;
        Some((wish.runs, wish.peer.is_some()))
    }

    #[test]
    fn it_runs_seven_times_alone_unless_it_is_asked_for_more() {
        assert_eq!(read(&[]), Some((7, false)));
        assert_eq!(read(&["--peer", ".", "--runs", "3"]), Some((3, true)));
    }

    #[test]
    fn what_it_cannot_do_is_refused() {
        for wrong in [
            &["--runs"][..],
            &["--runs", "0"],
            &["--peer", "no/such/folder"],
            &["3"],
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
