//! `cargo xtask demo`: the sandbox server with the built widget, and words on where to click.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::build;
use crate::http;
use crate::process::{self, Problem};
use crate::project;

/// The word with which the demo starts itself again, to speak once the server answers.
pub const ANNOUNCE: &str = "demo-announce";

/// The first start imports the catalogue of banks, which takes a slow machine a while.
const PATIENCE: Duration = Duration::from_secs(180);
const PATIENCE_WITH_STAND_INS: Duration = Duration::from_secs(10);

const BANK_BY_TOKEN: &str = "A bank by token (SimpleFIN, fake)";
const BANK_WITH_A_PAGE: &str = "A bank at its own site (Enable Banking, fake)";
/// As the stand-in knows it.
const APPLICATION: &str = "cf589be3-3755-465b-a8df-a90a16a31403";

pub fn run(arguments: &[String]) -> Result<(), Problem> {
    let port = port(arguments)?;
    let (shop_port, fake_port) = (port + 1, port + 2);
    for taken in [port, shop_port, fake_port] {
        free(taken)?;
    }
    build::widget(|| build::server_in("debug"))?;
    build::fakes()?;
    let aggregators = aggregators(fake_port)?;
    stand_ins(port, fake_port)?;
    let mut announcer =
        process::command(std::env::current_exe().map_err(|error| {
            Problem::new(format!("Cannot find the path of xtask itself: {error}"))
        })?);
    announcer.args([ANNOUNCE, &port.to_string()]);
    let mut server = process::command(project::server("debug"));
    server
        .arg("--sandbox")
        // Whoever tries things out logs in more often than a user.
        .args([
            "--limit",
            "all=off,answers-per-question=5,syncs-per-user=10",
        ])
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .args(["--demo-listen", &format!("127.0.0.1:{shop_port}")])
        .args(["--dist", "dist", "--database"])
        .arg(project::target().join("demo.db"))
        .arg("--aggregators")
        .arg(aggregators);
    announcer
        .spawn()
        .map_err(|error| Problem::new(format!("Cannot start xtask again: {error}")))?;
    become_program(server)
}

/// Starts the stand-ins for aggregators, and waits for them: the server asks them for their banks when it starts.
/// They end by themselves when this process, which becomes the server, does.
fn stand_ins(port: u16, fake_port: u16) -> Result<(), Problem> {
    let mut running = process::command(project::program("connect-fakes", "debug"))
        .arg(format!("127.0.0.1:{fake_port}"))
        .args(["--only-bank", BANK_WITH_A_PAGE])
        .arg(format!(
            "http://127.0.0.1:{port}/oauth/return/enable-banking"
        ))
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| Problem::new(format!("Cannot start the stand-ins: {error}")))?;
    let started = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, fake_port)).is_err() {
        if let Ok(Some(status)) = running.try_wait() {
            return Err(Problem::new(format!("The stand-ins have ended: {status}")));
        }
        if started.elapsed() > PATIENCE_WITH_STAND_INS {
            return Err(Problem::new("The stand-ins do not answer."));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Where the server finds the stand-ins for aggregators.
fn aggregators(port: u16) -> Result<PathBuf, Problem> {
    let file = project::target().join("demo-aggregators.toml");
    let key = project::target().join("demo-enable-banking.pem");
    write_for_us_alone(
        &key,
        include_str!("../../tests/fakes/keys/enable_banking.pem"),
    )?;
    let text = format!(
        "[[aggregator]]
kind = \"simplefin\"
name = \"{BANK_BY_TOKEN}\"
servers = []
private_servers = [\"http://127.0.0.1:{port}\"]

[[aggregator]]
kind = \"enable-banking\"
application_id = \"{APPLICATION}\"
private_key_file = {key:?}
base_url = \"http://127.0.0.1:{port}/enable-banking\"
"
    );
    write_for_us_alone(&file, &text)?;
    Ok(file)
}

/// The server warns of a key that others on this machine can read.
fn write_for_us_alone(file: &Path, text: &str) -> Result<(), Problem> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(file)
        .and_then(|mut open| open.write_all(text.as_bytes()));
    written.map_err(|error| Problem::new(format!("Cannot write {}: {error}", project::shown(file))))
}

/// Waits until the server answers, then tells the address and what to type.
pub fn announce(arguments: &[String]) -> Result<(), Problem> {
    let port: u16 = arguments
        .first()
        .and_then(|port| port.parse().ok())
        .unwrap_or(8080);
    let started = Instant::now();
    let server = parent();
    while !http::is_healthy(port) {
        if parent() != server {
            // It has ended and said why itself.
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            return Err(Problem::new("The server does not answer."));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let fake_port = port + 2;
    println!(
        "
  ┌───────────────────────────────────────────────
  │  The demo is ready:  http://127.0.0.1:{port}/demo/
  │
  │  Press the shop's button, search for `demo`, and log in with
  │    user name  wealthica   password  anything
  │    then answer the questions with  javascript  and  ruby
  │
  │  Two made-up services play banks beyond the test banks; search for `fake`:
  │    {BANK_BY_TOKEN}
  │      a token for each way it can end:  http://127.0.0.1:{fake_port}/simplefin/create
  │    {BANK_WITH_A_PAGE}
  │      log in at its page; end its permission at  http://127.0.0.1:{fake_port}/enable-banking
  │
  │  Ctrl-C ends it.
  └───────────────────────────────────────────────
"
    );
    Ok(())
}

fn port(arguments: &[String]) -> Result<u16, Problem> {
    let port = match arguments {
        [] => Some(8080),
        [flag, port] if flag == "--port" => port.parse().ok(),
        _ => None,
    };
    // The two ports after it are taken as well: the shop as another origin, and the stand-ins for aggregators.
    port.filter(|port| (1..u16::MAX - 1).contains(port))
        .ok_or_else(|| Problem::new("The demo is started with: cargo xtask demo [--port N]"))
}

fn free(port: u16) -> Result<(), Problem> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map(drop)
        .map_err(|error| {
            Problem::new(format!(
                "Port {port} cannot be used ({error}). Is another demo running? \
                 End it, or take other ports: cargo xtask demo --port 9080"
            ))
        })
}

/// The process that started this one and became the server.
#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

/// From here on this process is the server: Ctrl-C and a signal to our process id end it, not a bystander.
#[cfg(unix)]
fn become_program(mut program: Command) -> Result<(), Problem> {
    use std::os::unix::process::CommandExt;
    let error = program.exec();
    Err(Problem::new(format!("Cannot start the server: {error}")))
}

#[cfg(not(unix))]
fn become_program(mut program: Command) -> Result<(), Problem> {
    process::loud(&mut program)
}
