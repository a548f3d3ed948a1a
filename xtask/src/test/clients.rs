//! The stand-ins for aggregators, driven by clients that others wrote, and our webhooks, heard by one: what those accept is no imagination of ours.

use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::web::Ended;
use crate::build;
use crate::http;
use crate::process::{self, Problem};
use crate::project;
use crate::setup;

const FOLDER: &str = "tests/fakes/clients";
/// Each script with what it runs with; what it needs has a name of its own among the tools.
const CLIENTS: [(&str, &str, &str); 2] = [
    ("simplefin.py", "requirements.txt", "simplefin4py"),
    (
        "enable_banking.py",
        "enable_banking.txt",
        "enablebanking-sdk",
    ),
];
/// Registered at the stand-in.
const BACK: &str = "https://app.example/back";
const PATIENCE: Duration = Duration::from_secs(30);

/// Tells how many things the clients have tried.
pub fn run() -> Result<u32, Problem> {
    build::fakes()?;
    let port = http::free_port()?;
    let mut fakes = process::command(project::program("connect-fakes", "debug"));
    fakes
        .args([&format!("127.0.0.1:{port}"), BACK])
        .stdout(Stdio::null());
    let fakes = fakes
        .spawn()
        .map_err(|error| Problem::new(format!("Cannot start the stand-ins: {error}")))?;
    let _fakes = Ended(fakes);
    wait_for(port)?;
    let mut tried = 0;
    for (script, requirements, name) in CLIENTS {
        let python = setup::python_with(name, &format!("{FOLDER}/{requirements}"))?;
        let mut client = process::command(python);
        client
            .arg(format!("{FOLDER}/{script}"))
            .arg(format!("http://127.0.0.1:{port}"))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let (status, said) = process::watched(&mut client)?;
        let good = said.lines().filter(|line| line.starts_with("ok ")).count();
        if !status.success() || good == 0 {
            return Err(Problem::new(format!("{script} was not satisfied.")));
        }
        tried += u32::try_from(good).unwrap_or(u32::MAX);
    }
    Ok(tried + webhooks()?)
}

/// The server's own webhooks, heard by a package that others wrote.
fn webhooks() -> Result<u32, Problem> {
    build::server_in("debug")?;
    let python = setup::python_with("standardwebhooks", &format!("{FOLDER}/webhooks.txt"))?;
    let mut receiver = process::command(python);
    receiver
        .arg(format!("{FOLDER}/webhooks.py"))
        .arg(project::server("debug"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let (status, said) = process::watched(&mut receiver)?;
    let good = said.lines().filter(|line| line.starts_with("ok ")).count();
    match status.success() && good > 0 {
        true => Ok(u32::try_from(good).unwrap_or(u32::MAX)),
        false => Err(Problem::new("webhooks.py was not satisfied.")),
    }
}

fn wait_for(port: u16) -> Result<(), Problem> {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if started.elapsed() > PATIENCE {
            return Err(Problem::new("The stand-ins do not answer."));
        }
        std::thread::yield_now();
    }
    Ok(())
}
