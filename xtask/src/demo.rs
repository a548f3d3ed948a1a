//! `cargo xtask demo`: the sandbox server with the built widget, and words on where to click.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::build;
use crate::http;
use crate::process::{self, Problem};
use crate::project;

/// The word with which the demo starts itself again, to speak once the server answers.
pub const ANNOUNCE: &str = "demo-announce";

/// The first start imports the catalogue of banks, which takes a slow machine a while.
const PATIENCE: Duration = Duration::from_secs(180);

pub fn run(arguments: &[String]) -> Result<(), Problem> {
    let port = port(arguments)?;
    let (shop_port, fake_port) = (port + 1, port + 2);
    for taken in [port, shop_port, fake_port] {
        free(taken)?;
    }
    build::widget(|| build::server_in("debug"))?;
    build::fakes()?;
    let aggregators = aggregators(fake_port)?;
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
    // It ends by itself when this process, which becomes the server, does.
    process::command(project::program("connect-fakes", "debug"))
        .arg(format!("127.0.0.1:{fake_port}"))
        .stdout(std::process::Stdio::null())
        .spawn()
        .map_err(|error| Problem::new(format!("Cannot start the stand-ins: {error}")))?;
    become_program(server)
}

/// Where the server finds the stand-ins for aggregators.
fn aggregators(port: u16) -> Result<std::path::PathBuf, Problem> {
    let file = project::target().join("demo-aggregators.toml");
    let text = format!(
        "[[aggregator]]
kind = \"simplefin\"
name = \"A bank by token (SimpleFIN, fake)\"
servers = []
private_servers = [\"http://127.0.0.1:{port}\"]
"
    );
    std::fs::write(&file, text).map_err(|error| {
        Problem::new(format!("Cannot write {}: {error}", project::shown(&file)))
    })?;
    Ok(file)
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
    println!(
        "
  ┌───────────────────────────────────────────────
  │  The demo is ready:  http://127.0.0.1:{port}/demo/
  │
  │  Press the shop's button, search for `demo`, and log in with
  │    user name  wealthica   password  anything
  │    then answer the questions with  javascript  and  ruby
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
