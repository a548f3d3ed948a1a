//! The image as Docker builds and runs it.

use std::process::{Child, Command};

use super::Place;
use super::stage::{self, Stage};
use crate::http;
use crate::process::{self, Problem};

const IMAGE: &str = "connect-server:xtask";

pub struct Docker {
    port: u16,
    /// The image's own.
    inner_port: String,
    folder: String,
    /// The container's, and its volume's.
    name: String,
}

pub fn answers() -> bool {
    process::answer(&mut docker(&["info"])).is_some()
}

impl Docker {
    pub fn build(stage: &Stage) -> Result<Docker, Problem> {
        let mut build = docker(&["build", "-f", stage::FILE, "-t", IMAGE, "."]);
        process::quiet("docker build", &mut build)?;
        Ok(Docker {
            port: http::free_port()?,
            inner_port: stage.port.clone(),
            folder: stage.volume.clone(),
            name: format!("connect-image-{}", std::process::id()),
        })
    }
}

impl Place for Docker {
    fn port(&self) -> u16 {
        self.port
    }

    fn serve(&self) -> Command {
        let mut run = docker(&["run", "--rm", "--read-only", "--cap-drop", "ALL"]);
        run.args(["--security-opt", "no-new-privileges:true"])
            .args(["--name", &self.name])
            .args(["--volume", &format!("{}:{}", self.name, self.folder)])
            .arg("--publish")
            .arg(format!("127.0.0.1:{}:{}", self.port, self.inner_port))
            // Only this machine reaches the published port.
            .args([IMAGE, "--sandbox", "--sandbox-anywhere"]);
        run
    }

    fn beside(&self, words: &[&str]) -> Command {
        let mut exec = docker(&["exec", &self.name]);
        exec.args(words);
        exec
    }

    fn status(&self, _: &Child) -> Command {
        self.beside(&["cat", "/proc/1/status"])
    }

    fn stop(&self, _: &Child) -> Command {
        docker(&["stop", &self.name])
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        // The container has gone already, unless something failed.
        let _ = process::silent(&mut docker(&["rm", "--force", &self.name]));
        let _ = process::silent(&mut docker(&["volume", "rm", &self.name]));
    }
}

fn docker(words: &[&str]) -> Command {
    let mut docker = process::command("docker");
    docker.args(words);
    docker
}
