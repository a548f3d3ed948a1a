//! The parts of `cargo xtask test`, cheapest first, so that a slip is told within the first minute.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::postgres;
use super::tally::Tally;
use super::told::Told;
use super::web;
use crate::build;
use crate::conformance;
use crate::gallery;
use crate::process::{self, Problem};
use crate::project;
use crate::setup::{self, Need, Tools};
use crate::size;

/// One part, which adds what it counted to the tally and returns an error when anything failed.
pub struct Part {
    pub name: &'static str,
    pub what: &'static str,
    pub run: fn(&mut Tally) -> Result<(), Problem>,
}

pub const PARTS: [Part; 15] = [
    Part {
        name: "fmt",
        what: "the Rust sources are formatted",
        run: fmt,
    },
    Part {
        name: "tidy",
        what: "who may use whom, and xtask's own tests",
        run: tidy,
    },
    Part {
        name: "clippy",
        what: "no warning, natively and for wasm32",
        run: clippy,
    },
    Part {
        name: "types",
        what: "the TypeScript is sound",
        run: types,
    },
    Part {
        name: "sdk",
        what: "the SDK's tests in Node",
        run: sdk,
    },
    Part {
        name: "core",
        what: "the flow, the wire types, the host protocols",
        run: core,
    },
    Part {
        name: "server",
        what: "the server's routes and its sandbox",
        run: server,
    },
    Part {
        name: "postgres",
        what: "the same over PostgreSQL, and several servers with one database",
        run: postgres::some,
    },
    Part {
        name: "build",
        what: "the widget builds and stays under its limit",
        run: widget,
    },
    Part {
        name: "web",
        what: "the widget's parts in a browser",
        run: web_tests,
    },
    Part {
        name: "gallery",
        what: "every screen: axe, what a screen reader is given, what is seen",
        run: gallery,
    },
    Part {
        name: "e2e",
        what: "whole connections in a browser",
        run: e2e,
    },
    Part {
        name: "conformance",
        what: "pages made for five other systems",
        run: conformance,
    },
    Part {
        name: "firefox",
        what: "the main ways in Firefox",
        run: firefox,
    },
    Part {
        name: "webkit",
        what: "the main ways in WebKit, Safari's engine",
        run: webkit,
    },
];

fn fmt(tally: &mut Tally) -> Result<(), Problem> {
    setup::ensure(&[Need::RustComponents])?;
    checked(tally, process::cargo().args(["fmt", "--all", "--check"]))
}

fn tidy(tally: &mut Tally) -> Result<(), Problem> {
    cargo_test(tally, "xtask")
}

fn clippy(tally: &mut Tally) -> Result<(), Problem> {
    setup::ensure(&[Need::RustComponents, Need::WasmTarget])?;
    let wasm = "--target=wasm32-unknown-unknown";
    let runs: [(&str, &[&str]); 4] = [
        (
            "native",
            &[
                "-p=connect-core",
                "-p=connect-languages",
                "-p=connect-server",
                "-p=xtask",
                "--all-targets",
            ],
        ),
        ("core for wasm32", &[wasm, "-p=connect-core"]),
        ("widget", &[wasm, "-p=connect-widget", "--all-targets"]),
        (
            "widget with every feature",
            &[wasm, "-p=connect-widget", "--all-targets", "--all-features"],
        ),
    ];
    every(runs, |(name, arguments)| {
        let mut cargo = process::cargo();
        cargo
            .arg("clippy")
            .args(arguments)
            .args(["--", "-D", "warnings"]);
        one(tally, process::quiet(&format!("clippy {name}"), &mut cargo))
    })
}

fn types(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node])?;
    every(
        [
            "sdk/tsconfig.json",
            "tests/e2e/tsconfig.json",
            "tests/conformance/tsconfig.json",
            "tests/gallery/tsconfig.json",
            "tests/webkit/tsconfig.json",
        ],
        |project| {
            let mut tsc = tools.command("tsc");
            checked(
                tally,
                tsc.args(["--noEmit", "--project", existing(project)?]),
            )
        },
    )
}

fn sdk(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node])?;
    let mut node = tools.command("node");
    node.args(["--test", "--test-reporter=spec"])
        .args(node_tests("sdk/test")?);
    counted(tally, Tally::of_node, &mut node)
}

fn core(tally: &mut Tally) -> Result<(), Problem> {
    cargo_test(tally, "connect-languages")?;
    cargo_test(tally, "connect-core")
}

fn server(tally: &mut Tally) -> Result<(), Problem> {
    cargo_test(tally, "connect-server")
}

fn widget(tally: &mut Tally) -> Result<(), Problem> {
    build::widget(|| build::server_in("debug"))?;
    let size = one(tally, size::check());
    size.and(oldest_browsers(tally))
}

/// What is built is held against them, and that against what would be too new.
fn oldest_browsers(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node])?;
    let mut tests = tools.command("node");
    tests
        .args(["--test", "--test-reporter=spec"])
        .args(node_tests("xtask/js/test")?);
    let tested = counted(tally, Tally::of_node, &mut tests);
    let mut check = tools.command("node");
    let held = checked(tally, check.arg("xtask/js/oldest.mjs").arg(project::dist()));
    tested.and(held)
}

fn web_tests(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[
        Need::WasmTarget,
        Need::Node,
        Need::WasmBindgen,
        Need::Browser,
    ])?;
    existing("tests/web.rs")?;
    web::run(&tools, |command| counted(tally, Tally::of_rust, command))
}

fn e2e(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node, Need::Browser])?;
    let mut playwright = playwright(&tools, "tests/e2e/playwright.config.ts")?;
    counted(
        tally,
        Tally::of_playwright,
        playwright.arg("--project=chromium*"),
    )
}

fn gallery(tally: &mut Tally) -> Result<(), Problem> {
    counted(tally, Tally::of_playwright, &mut gallery_suite()?)
}

pub fn gallery_suite() -> Result<Command, Problem> {
    let (folder, tools) = gallery::build()?;
    let mut playwright = tools.command("playwright");
    playwright
        .args(["test", "--reporter=list", "--config"])
        .arg(existing(gallery::CONFIG)?)
        .env("GALLERY", folder);
    Ok(playwright)
}

fn firefox(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node, Need::Firefox])?;
    every(
        [
            "tests/e2e/playwright.config.ts",
            "tests/conformance/playwright.config.ts",
        ],
        |config| {
            let mut playwright = playwright(&tools, config)?;
            counted(
                tally,
                Tally::of_playwright,
                playwright.arg("--project=firefox"),
            )
        },
    )
}

fn webkit(tally: &mut Tally) -> Result<(), Problem> {
    let tools = setup::ensure(&[Need::Node, Need::WebKit])?;
    let mut playwright = playwright(&tools, "tests/webkit/playwright.config.ts")?;
    counted(tally, Tally::of_playwright, &mut playwright)
}

/// A suite against the widget and the servers, which are built first.
pub fn playwright(tools: &Tools, config: &str) -> Result<Command, Problem> {
    build::widget(|| build::server_in("debug"))?;
    build::fakes()?;
    let mut playwright = tools.command("playwright");
    playwright
        .args(["test", "--reporter=list", "--config", existing(config)?])
        .env("CONNECT_SERVER", project::server("debug"))
        .env("CONNECT_FAKES", project::program("connect-fakes", "debug"))
        .env("DIST", project::dist());
    Ok(playwright)
}

fn conformance(tally: &mut Tally) -> Result<(), Problem> {
    let tools = conformance::prepare()?;
    let suite = counted(
        tally,
        Tally::of_playwright,
        &mut conformance::suite(&tools)?,
    );
    let table = one(tally, conformance::table(&tools));
    suite.and(table)
}

pub fn cargo_test(tally: &mut Tally, package: &str) -> Result<(), Problem> {
    let arguments = ["test", "--no-fail-fast", "--package", package];
    let mut compile = process::cargo();
    process::quiet(
        &format!("compile {package}"),
        compile.args(arguments).arg("--no-run"),
    )?;
    counted(
        tally,
        Tally::of_rust,
        process::cargo().args(arguments).arg("--quiet"),
    )
}

/// A check that either holds or does not.
pub fn one(tally: &mut Tally, verdict: Result<(), Problem>) -> Result<(), Problem> {
    match &verdict {
        Ok(()) => tally.passed += 1,
        Err(Problem(words)) => {
            tally.failed += 1;
            let name = words.lines().next_back().unwrap_or_default();
            tally.told.push(Told::of_words(name, words));
        }
    }
    verdict
}

/// A program that holds one thing or does not, and says why.
pub fn checked(tally: &mut Tally, command: &mut Command) -> Result<(), Problem> {
    let (status, output) = process::watched(command)?;
    if status.success() {
        tally.passed += 1;
        return Ok(());
    }
    tally.failed += 1;
    let line = process::line(command);
    tally.told.push(Told::of_words(&line, &output));
    Err(Problem::new(format!("This failed ({status}): {line}")))
}

/// A program that runs many tests and prints how many.
pub(super) fn counted(
    tally: &mut Tally,
    count: fn(&str) -> Tally,
    command: &mut Command,
) -> Result<(), Problem> {
    let (status, output) = process::watched(command)?;
    let counted = count(&output);
    let (passed, flaky) = (counted.passed, counted.flaky);
    *tally += counted;
    if !status.success() {
        return Err(Problem::new(format!("Not all of it passed ({status}).")));
    }
    if passed + flaky == 0 {
        return Err(Problem::new("Not one test ran."));
    }
    Ok(())
}

/// Goes through all even when one fails, and shows each failure.
pub fn every<T>(
    items: impl IntoIterator<Item = T>,
    mut run: impl FnMut(T) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut verdict = Ok(());
    for item in items {
        if let Err(Problem(words)) = run(item) {
            println!("{words}");
            verdict = Err(Problem::new("Not all of it holds."));
        }
    }
    verdict
}

/// A missing input must not pass for a passed test.
fn existing(path: &str) -> Result<&str, Problem> {
    if project::root().join(path).exists() {
        return Ok(path);
    }
    Err(Problem::new(format!("There is no {path}.")))
}

fn node_tests(folder: &str) -> Result<Vec<PathBuf>, Problem> {
    let is_test = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with(".test.mjs") || name.ends_with(".test.js")
    };
    let entries = std::fs::read_dir(project::root().join(Path::new(existing(folder)?)))
        .map_err(|error| Problem::new(format!("Cannot read {folder}: {error}")))?;
    let mut tests: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(is_test)
        .collect();
    tests.sort();
    if tests.is_empty() {
        return Err(Problem::new(format!("There is no *.test.mjs in {folder}.")));
    }
    Ok(tests)
}
