//! What takes too long for every run: the parts of `--deep`.

use super::clients;
use super::image;
use super::parts::{Part, counted, every, gallery_suite, one, playwright};
use super::postgres;
use super::schemathesis;
use super::tally::Tally;
use crate::conformance;
use crate::process::{self, Problem};
use crate::setup::{self, Need};

pub const DEEP: [Part; 9] = [
    Part {
        name: "laws",
        what: "the flow's laws over 100,000 sequences of events",
        run: laws,
    },
    Part {
        name: "schemathesis",
        what: "every operation of the contract, with what it allows and what it does not",
        run: every_operation,
    },
    Part {
        name: "every-story",
        what: "all of the server's stories over PostgreSQL",
        run: postgres::all,
    },
    Part {
        name: "lines",
        what: "the later part of the widget's program comes late, or at the second time only",
        run: lines,
    },
    Part {
        name: "whole",
        what: "every browser test in the whole Chromium, with all that moves",
        run: whole,
    },
    Part {
        name: "faults",
        what: "every call of the widget with everything that can go wrong with it",
        run: faults,
    },
    Part {
        name: "languages",
        what: "every screen in every language, and the main ways in each of every browser",
        run: every_language,
    },
    Part {
        name: "clients",
        what: "the stand-ins for aggregators, driven by clients that others wrote",
        run: clients_of_others,
    },
    Part {
        name: "image",
        what: "the container's image, by Docker or in a root of its own, run as in the container",
        run: image_of_the_container,
    },
];

/// `e2e` has held most of them in the browser's shell.
fn whole(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node, Need::Browser])?;
    let mut playwright = playwright(&tools, "tests/e2e/playwright.config.ts")?;
    playwright
        .arg("--project=chromium")
        .env_remove("CHROMIUM_SHELL");
    counted(tally, Tally::of_playwright, &mut playwright)
}

/// `e2e` has held a fourth of them.
fn faults(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node, Need::Browser])?;
    let mut playwright = playwright(&tools, "tests/e2e/playwright.config.ts")?;
    playwright
        .args(["--project=chromium*", "fault-table.spec.ts"])
        .env("DEEP", "1");
    counted(tally, Tally::of_playwright, &mut playwright)
}

fn every_language(tally: &mut Tally) -> Result<(), Problem> {
    let mut screens = gallery_suite()?;
    let shown = counted(tally, Tally::of_playwright, screens.env("DEEP", "1"));
    let runs = [
        ("tests/e2e/playwright.config.ts", "firefox", Need::Firefox),
        ("tests/webkit/playwright.config.ts", "webkit", Need::WebKit),
    ];
    let gone = every(runs, |(config, browser, need)| {
        let tools = setup::ensure(&[Need::Node, need])?;
        let mut playwright = playwright(&tools, config)?;
        playwright
            .arg(format!("--project={browser}"))
            .arg("ways.spec.ts")
            .env("DEEP", "1");
        counted(tally, Tally::of_playwright, &mut playwright)
    });
    shown.and(gone)
}

/// What is told and shown is the same on every line.
fn lines(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node, Need::Browser])?;
    let runs = ["slow", "broken"].into_iter().flat_map(|line| {
        [
            ("tests/e2e/playwright.config.ts", line),
            (conformance::CONFIG, line),
        ]
    });
    every(runs, |(config, line)| {
        let mut playwright = playwright(&tools, config)?;
        playwright.arg("--project=chromium*").env("LATER", line);
        // These look at what is fetched, and when.
        playwright.args(["--grep-invert", "@line"]);
        counted(tally, Tally::of_playwright, &mut playwright)
    })
}

/// `core` has held them over a tenth of that.
fn laws(tally: &mut Tally) -> Result<(), Problem> {
    let mut cargo = process::cargo();
    cargo
        .args(["test", "--package", "connect-core", "--test", "it"])
        .args(["--quiet", "laws::"])
        .env("PROPTEST_CASES", "100000");
    counted(tally, Tally::of_rust, &mut cargo)
}

fn every_operation(tally: &mut Tally) -> Result<(), Problem> {
    let verdict = schemathesis::run(|command| {
        let (status, said) = process::watched(command)?;
        match status.success() {
            true => Ok(said),
            false => Err(Problem::new(format!("It has something to say ({status})."))),
        }
    });
    one(tally, verdict)
}

fn clients_of_others(tally: &mut Tally) -> Result<(), Problem> {
    let tried = clients::run()?;
    tally.passed += tried;
    Ok(())
}

fn image_of_the_container(tally: &mut Tally) -> Result<(), Problem> {
    image::run(|verdict| one(tally, verdict))
}
