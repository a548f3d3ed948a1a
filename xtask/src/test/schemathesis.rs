//! Every operation of the published contract, asked thousands of times with what it allows and with what it does not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::web::Ended;
use crate::build;
use crate::http::{self, Request};
use crate::process::{self, Problem};
use crate::project;
use crate::setup;

/// What is asked, and which refusals are right.
const FOLDER: &str = "tests/api";
/// Requests of each operation, beside those that its schema's limits give.
const EXAMPLES: &str = "30";
/// The first start imports the catalogue of banks.
const PATIENCE: Duration = Duration::from_secs(180);

/// As base64 says them, with the user name and the colon before.
const DEMO: &str = "ZGVtbzpkZW1vLXNlY3JldA==";
const SHOP: &str = "c2hvcDpzaG9wLXNlY3JldA==";

/// Starts a sandbox of its own, and lets `watch` run schemathesis; whoever wants other requests sets SCHEMATHESIS_SEED.
pub fn run(watch: impl FnOnce(&mut Command) -> Result<String, Problem>) -> Result<(), Problem> {
    let program = setup::schemathesis()?;
    build::widget(|| build::server_in("debug"))?;
    let work = project::notes().join("schemathesis");
    let server = Server::start(&work)?;
    let token = server.token(DEMO)?;
    let login = server.login(&server.token(SHOP)?)?;
    let seed = std::env::var("SCHEMATHESIS_SEED").unwrap_or_else(|_| "1".to_owned());
    let origin = format!("http://127.0.0.1:{}", server.port);
    let folder = project::root().join(FOLDER);
    let mut command = process::command(program);
    command
        // Where it may leave what it remembers.
        .current_dir(&work)
        .arg("--config-file")
        .arg(folder.join("schemathesis.toml"))
        .args(["run", &format!("{origin}/openapi.json")])
        .args(["--checks", "all", "--max-examples", EXAMPLES])
        .args(["--seed", &seed, "--request-timeout", "30", "--no-color"])
        .args(["--generation-database", "none"])
        .env("CONNECT_HOOKS", folder.join("hooks.py"))
        .env("CONNECT_TOKEN", token)
        .env("CONNECT_LOGIN", login)
        .env("CONNECT_ORIGIN", origin)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let said = watch(&mut command)?;
    if !all_were_tested(&said) {
        return Err(Problem::new("Not every operation was tested."));
    }
    Ok(())
}

/// A sandbox with one more client, see `tests/api/schemathesis.toml`.
struct Server {
    port: u16,
    _process: Ended,
}

impl Server {
    fn start(work: &Path) -> Result<Server, Problem> {
        let database = fresh_database(work)?;
        let log = process::new_file(&work.join("server.log"))?;
        let port = http::free_port()?;
        let mut command = process::command(project::server("debug"));
        command
            .arg("--sandbox")
            .args(["--limit", "all=off"])
            .args(["--security-contact", "mailto:security@connect.test"])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--public-url", "https://connect.test", "--dist", "dist"])
            .arg("--clients")
            .arg(project::root().join(FOLDER).join("clients.json"))
            .arg("--database")
            .arg(database)
            // A poll that hears nothing for long is no finding.
            .args(["--poll-timeout", "1", "--sandbox-step-ms", "10"])
            .args(["--token-ttl", "86400", "--log", "warn"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let process = command
            .spawn()
            .map_err(|error| Problem::new(format!("Cannot start the server: {error}")))?;
        let server = Server {
            port,
            _process: Ended(process),
        };
        let started = Instant::now();
        while !http::is_healthy(port) {
            if started.elapsed() > PATIENCE {
                let log = project::shown(&work.join("server.log"));
                return Err(Problem::new(format!(
                    "The server does not answer; all it said: {log}"
                )));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }

    fn token(&self, client: &str) -> Result<String, Problem> {
        let proof = format!("Basic {client}");
        let answer = self.ask("POST /v1/tokens", &proof, r#"{"user_id":"schemathesis"}"#)?;
        text(&answer, "token")
    }

    /// The id of a login of which a connection was made.
    fn login(&self, token: &str) -> Result<String, Problem> {
        let proof = format!("Bearer {token}");
        let login = r#"{"name":"Demo","type":"demo","credentials":{"username":"wealthica","password":"wealthica"}}"#;
        let made = self.ask("POST /v1/institutions", &proof, login)?;
        let poll = format!("GET /v1/institutions/{}/poll", text(&made, "id")?);
        let mut seen = made["__v"].as_u64().unwrap_or(0);
        let started = Instant::now();
        // The bank has to let the user in first.
        while started.elapsed() < PATIENCE {
            let news = self.ask(&format!("{poll}?v={seen}"), &proof, "")?;
            if news["login_id"].is_string() {
                return text(&news, "login_id");
            }
            seen = news["__v"].as_u64().unwrap_or(seen);
        }
        Err(Problem::new("A test bank lets nobody in."))
    }

    fn ask(&self, what: &str, proof: &str, body: &str) -> Result<Value, Problem> {
        let headers = format!("Authorization: {proof}\r\nContent-Type: application/json\r\n");
        let request = Request {
            port: self.port,
            what,
            headers: &headers,
            body,
        };
        let (_, answer) = request
            .send()
            .map_err(|error| Problem::new(format!("{what}: {error}")))?;
        Ok(serde_json::from_str(&answer).unwrap_or_default())
    }
}

/// Nothing of an earlier run: what is there decides what is refused.
fn fresh_database(work: &Path) -> Result<PathBuf, Problem> {
    match std::fs::remove_dir_all(work) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(process::unwritable(work, &error))
        }
        _ => Ok(work.join("connect.db")),
    }
}

fn text(answer: &Value, name: &str) -> Result<String, Problem> {
    let text = answer[name].as_str().map(str::to_owned);
    text.ok_or_else(|| Problem::new(format!("The server names no {name}: {answer}")))
}

/// Reads `Selected: 58/58` and `Tested: 58`.
fn all_were_tested(said: &str) -> bool {
    let after = |word| said.lines().find_map(|line| line.trim().strip_prefix(word));
    let selected = after("Selected: ").and_then(|counts| counts.split_once('/'));
    let tested = after("Tested: ");
    selected.is_some_and(|(selected, all)| selected == all && tested == Some(all))
}

#[cfg(test)]
mod tests {
    use super::all_were_tested;

    #[test]
    fn an_operation_that_was_left_out_is_noticed() {
        assert!(all_were_tested("  Selected: 58/58\n  Tested: 58\n"));
        assert!(!all_were_tested("  Selected: 57/58\n  Tested: 57\n"));
        assert!(!all_were_tested("  Selected: 58/58\n  Tested: 57\n"));
        assert!(!all_were_tested("nothing"));
    }
}
