//! The command in a process of its own, with its log.

use crate::database;
use crate::support::Directory;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The command in a process of its own.
pub struct Running {
    child: Child,
    lines: UnboundedReceiver<String>,
    pub log: String,
    pub address: String,
    pub http: Client,
    pub directory: Directory,
}

const STEP: &str = "--sandbox-step-ms";

impl Running {
    pub async fn start(more: &[&str]) -> Running {
        Running::start_in(Directory::new(), more).await
    }

    pub async fn start_in(directory: Directory, more: &[&str]) -> Running {
        let command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
        Running::run(command, directory, more).await
    }

    /// With the database and the keys of another directory; `address` is how it reaches that database.
    pub async fn start_with(whose: &Path, address: &str, more: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_connect-server"));
        command.args(["--database", address, "--keys", &database::keys(whose)]);
        Running::run(command, Directory::new(), more).await
    }

    /// None of its files can be longer than so many blocks of 512 bytes (in some shells 1,024): a full disk.
    #[cfg(unix)]
    pub async fn start_with_little_room(blocks: u32, more: &[&str]) -> Running {
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &limited, env!("CARGO_BIN_EXE_connect-server")]);
        Running::run(command, Directory::new(), more).await
    }

    async fn run(mut command: Command, directory: Directory, more: &[&str]) -> Running {
        // Whoever says which wins.
        command
            .env("CONNECT_DATABASE", database::address(&directory.0))
            .env("CONNECT_KEYS_FILE", database::keys(&directory.0));
        let mut child = command
            .args(["--sandbox", "--listen", "127.0.0.1:0"])
            .args(match more.contains(&STEP) {
                true => &[][..],
                false => &[STEP, "1"],
            })
            .arg("--dist")
            .arg(directory.path("dist"))
            .arg("--catalogue")
            .arg(directory.path("catalogue.csv"))
            .env("CONNECT_LOG", "debug")
            .args(more)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the command starts");
        // Read all the time: a full pipe would hold the server up.
        let mut written = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        let (sender, lines) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = written.next_line().await {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut running = Running {
            lines,
            child,
            log: String::new(),
            address: String::new(),
            http: Client::new(),
            directory,
        };
        let line = running.read_until("listening on ").await;
        let (_, address) = line.split_once("listening on ").expect("the address");
        running.address = address.trim().into();
        running
    }

    pub fn process(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Reads its log as far as a line with these words.
    pub async fn read_until(&mut self, words: &str) -> String {
        loop {
            let line = self.lines.recv().await;
            let line = line.unwrap_or_else(|| panic!("the log ends without {words:?}"));
            self.log.push_str(&line);
            self.log.push('\n');
            if line.contains(words) {
                return line;
            }
        }
    }

    pub async fn token(&self) -> String {
        let request = self.http.post(format!("{}/v1/tokens", self.address));
        let request = request.basic_auth("demo", Some("demo-secret"));
        let answer = request.json(&json!({"user_id": "ann"})).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("a token");
        answer["token"].as_str().expect("a token").into()
    }

    pub async fn send(&self, method: Method, path: &str, token: &str, body: &str) -> Response {
        let request = self.http.request(method, format!("{}{path}", self.address));
        let request = request
            .bearer_auth(token)
            .header("content-type", "application/json");
        request
            .body(body.to_owned())
            .send()
            .await
            .expect("an answer")
    }

    pub fn signal(&self, name: &str) {
        let process = self.child.id().expect("it runs").to_string();
        let mut kill = std::process::Command::new("kill");
        let told = kill.args(["-s", name, &process]).status();
        assert!(told.is_ok_and(|status| status.success()));
    }

    /// Tells it to stop; gives back all that it has logged.
    pub async fn stop(self) -> String {
        let (log, _) = self.stop_in().await;
        log
    }

    /// The same, and its directory stays.
    pub async fn stop_in(mut self) -> (String, Directory) {
        self.signal("TERM");
        while let Some(line) = self.lines.recv().await {
            self.log.push_str(&line);
            self.log.push('\n');
        }
        assert!(self.child.wait().await.expect("it ends").success());
        (self.log, self.directory)
    }
}

impl Running {
    /// Without a chance to write anything down.
    pub async fn kill(mut self) -> Directory {
        self.child.kill().await.expect("it runs");
        self.directory
    }
}
