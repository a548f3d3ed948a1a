//! `cargo xtask`: sets up, runs, tests, builds and measures the project; knows nothing of banks.

mod audit;
mod bench;
mod build;
mod conformance;
mod demo;
mod fingerprint;
mod gallery;
mod http;
mod lock;
mod process;
mod project;
mod sbom;
mod screens;
mod setup;
mod size;
mod test;

use process::Problem;
use setup::Need;

const HELP: &str = "\
cargo xtask COMMAND

  demo [--port N]   a made-up shop with the widget on http://127.0.0.1:8080/demo/
  test [PART…]      every test, or only the parts named (`cargo xtask test list` names them)
  test --deep       these, and what takes too long for every run
  conformance       pages made for five other systems, driven through whole connections: a table
  build             the release build: the widget in dist/, the server in target/release/,
                    and beside it what each is made of (CycloneDX, *.cdx.json)
  audit [--strict]  advisories, licences and sources of all dependencies; 1: something found,
                    3 under --strict: nothing found, but not everything could be asked
  bench [--runs N] [--peer FOLDER]
                    bytes, requests and frames, counted, also beside another widget's page
  bench server [start|mint|search|polls|soak …] [--soak HOURS] [--on sqlite|postgres] [--peer PROGRAM]
                    what the server bears over SQLite and PostgreSQL, also beside another one's
                    program; --soak: so many hours of polls, not half an hour
  screens [--lang TAG,…|all] [NAME…]
                    a picture of every state of every screen in reports/screens/, and a page
                    to look through them
  screens --accept [NAME…]
                    how screens look now, and what a screen reader is given of them, is what
                    the tests compare with
  setup             fetch everything the other commands need, and do nothing else
  help              this text

Each command first fetches what it needs and does not find: the wasm32 target, Trunk,
wasm-bindgen, the npm packages, and for tests a Chromium, a Firefox and WebKitGTK.
Tools are kept in $CONNECT_WIDGET_TOOLS, or else in your cache folder, for every checkout.
";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = arguments.collect();
    let verdict = match command.as_str() {
        "demo" => demo::run(&rest),
        "test" => test::run(&rest),
        "conformance" => conformance::run(),
        "build" => build::run(),
        "audit" => audit::run(&rest),
        "bench" => bench::run(&rest),
        "screens" => screens::run(&rest),
        "setup" => set_up_everything(),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        demo::ANNOUNCE => demo::announce(&rest),
        unknown => {
            eprint!("There is no command `{unknown}`.\n\n{HELP}");
            std::process::exit(2);
        }
    };
    if let Err(Problem(words)) = verdict {
        eprintln!("\n{words}");
        std::process::exit(1);
    }
}

fn set_up_everything() -> Result<(), Problem> {
    setup::ensure(&[
        Need::RustComponents,
        Need::WasmTarget,
        Need::Node,
        Need::Trunk,
        Need::WasmBindgen,
        Need::Browser,
        Need::Firefox,
        Need::WebKit,
    ])?;
    println!("Everything is there. Next: cargo xtask demo");
    Ok(())
}
