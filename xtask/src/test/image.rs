//! The container's image as it is run: read-only, as its own user, with one folder that is written to.

mod docker;
mod root;
mod server;
mod stage;

use std::process::{Child, Command};

use crate::process::Problem;
use docker::Docker;
use root::Root;
use server::Server;
use stage::Stage;

/// Where the image is run.
trait Place {
    /// The port of 127.0.0.1 at which its server is asked.
    fn port(&self) -> u16;
    /// The server, as a sandbox; it ends when the server does, and with its code.
    fn serve(&self) -> Command;
    /// A program beside the server, with the same user, environment and files.
    fn beside(&self, words: &[&str]) -> Command;
    /// Prints what the system knows of the server's process.
    fn status(&self, server: &Child) -> Command;
    /// Asks the server to end.
    fn stop(&self, server: &Child) -> Command;
}

/// Hands each verdict to `told` as it comes.
pub fn run(told: impl FnMut(Result<(), Problem>) -> Result<(), Problem>) -> Result<(), Problem> {
    let stage = Stage::read()?;
    if docker::answers() {
        return story(&stage, &Docker::build(&stage)?, Checks(told));
    }
    println!("  No Docker answers here: the image's last stage gets a root of its own.");
    story(&stage, &Root::make(&stage)?, Checks(told))
}

fn story<F>(stage: &Stage, place: &dyn Place, mut checks: Checks<F>) -> Result<(), Problem>
where
    F: FnMut(Result<(), Problem>) -> Result<(), Problem>,
{
    let server = checks.hold("it becomes ready", Server::start(place, "first"))?;
    let token = checks.hold("it mints a token", server.token())?;
    let verdicts = [
        ("its health check says so", server.is_healthy(stage)),
        ("it serves the widget", server.has_the_widget()),
        ("it runs as the image's user", server.is_of_user(stage)),
        ("its database is in the volume", server.keeps_it(stage)),
        ("it can write nowhere else", server.is_read_only()),
        ("it ends when it is asked to", server.end()),
    ];
    let verdicts = verdicts.map(|(what, verdict)| checks.hold(what, verdict));
    let again = checks.hold("it starts again", Server::start(place, "second"))?;
    let known = checks.hold("it knows the token again", again.knows(&token));
    let ended = checks.hold("it ends again", again.end());
    let all = verdicts.into_iter().chain([known, ended]);
    all.collect()
}

struct Checks<F>(F);

impl<F: FnMut(Result<(), Problem>) -> Result<(), Problem>> Checks<F> {
    fn hold<T>(&mut self, what: &str, verdict: Result<T, Problem>) -> Result<T, Problem> {
        match verdict {
            Ok(made) => {
                println!("  ✓ {what}");
                (self.0)(Ok(())).map(|()| made)
            }
            Err(Problem(words)) => {
                println!("  ✗ {what}");
                let problem = Problem::new(format!("{words}\nThis does not hold: {what}"));
                (self.0)(Err(problem.clone()))?;
                Err(problem)
            }
        }
    }
}
