//! A server of its own for measuring: how it is started, what it takes of the machine, what it counts itself.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::database::Place;
use super::wire::{self, Wire};
use crate::http;
use crate::process::{self, Problem};

pub const PATIENCE: Duration = Duration::from_secs(90);

/// Linux counts CPU time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// A client that is none of the sandbox's, whose users begin with nothing: `bench` with the secret `bench-secret`.
const CLIENTS: &str = r#"[{"id": "bench", "name": "Bench", "secret_sha256": "0159438a9235d6abde38e49fb98944660d067d6b9b03d8a8f4ee4e522feb62cb"}]"#;
pub const CLIENT: &str = "Authorization: Basic YmVuY2g6YmVuY2gtc2VjcmV0\r\n";

/// What a measurement asks of the server.
#[derive(Clone, Copy)]
pub struct Terms {
    /// The catalogue that is shipped, and not an empty one.
    pub shipped: bool,
    /// In seconds, 40 at most.
    pub poll_timeout: u32,
    /// As `--limit` has them.
    pub limits: &'static str,
}

pub const NO_LIMITS: &str = "all=off";

pub struct Node {
    process: Child,
    pub port: u16,
    metrics: u16,
    /// From the start of the process until it was ready.
    pub took: Duration,
}

impl Node {
    pub fn start(program: &Path, place: &Place, terms: Terms) -> Result<Node, Problem> {
        let (port, metrics) = (http::free_port()?, http::free_port()?);
        let written = |name: &str, text: &str| {
            let file = place.folder.join(name);
            let done = std::fs::write(&file, text);
            done.map_err(|error| process::unwritable(&file, &error))?;
            Ok(file)
        };
        let clients = written("clients.json", CLIENTS)?;
        let log = process::new_file(&place.folder.join("server.log"))?;
        let mut command = process::command(program);
        command
            .args(["--sandbox", "--sandbox-step-ms", "0"])
            .args(["--limit", terms.limits])
            .args(["--listen", &format!("127.0.0.1:{port}"), "--dist", "dist"])
            .args(["--metrics-listen", &format!("127.0.0.1:{metrics}")])
            .args(["--connections", "20000", "--connections-per-address"])
            .args(["20000", "--token-ttl", "86400"])
            .args(["--poll-timeout", &terms.poll_timeout.to_string()])
            .args(["--database", &place.address, "--keys"])
            .arg(&place.keys)
            .arg("--clients")
            .arg(clients);
        if !terms.shipped {
            let catalogue = written("catalogue.csv", "country,name,bic\n")?;
            command.arg("--catalogue").arg(catalogue);
        }
        let begun = Instant::now();
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| {
                Problem::new(format!("Cannot start {}: {error}", program.display()))
            })?;
        let mut node = Node {
            process,
            port,
            metrics,
            took: Duration::ZERO,
        };
        node.until_it_is_ready(begun, &place.folder)?;
        node.took = begun.elapsed();
        Ok(node)
    }

    fn until_it_is_ready(&mut self, begun: Instant, folder: &Path) -> Result<(), Problem> {
        while !self.is_ready() {
            let ended = matches!(self.process.try_wait(), Ok(Some(_)));
            if ended || begun.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(folder.join("server.log"));
                let words = log.unwrap_or_default();
                return Err(Problem::new(format!("The server does not start:\n{words}")));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    fn is_ready(&self) -> bool {
        let ask = wire::request("GET /readyz", "", "");
        let answer = Wire::open(self.port).and_then(|mut wire| wire.ask(&ask));
        answer.is_ok_and(|answer| answer.status == 200)
    }

    /// As an operator ends it; all is written then.
    pub fn stop(mut self) -> Result<(), Problem> {
        let id = self.process.id().to_string();
        process::silent(process::command("kill").args(["-s", "TERM", &id]))?;
        let ended = self.process.wait();
        ended.map_err(|error| Problem::new(format!("Lost sight of the server: {error}")))?;
        Ok(())
    }

    /// Its CPU time since its start. What the database's own processes spend is none of it.
    pub fn cpu(&self) -> Result<Duration, Problem> {
        let stat = self.about("stat")?;
        // The name in brackets may have spaces; user and system time are the 14th and 15th of all.
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = after_name.split_whitespace().skip(11).take(2);
        let ticks: u32 = ticks.filter_map(|word| word.parse::<u32>().ok()).sum();
        Ok(TICK * ticks)
    }

    /// The bytes that it has in memory.
    pub fn memory(&self) -> Result<u64, Problem> {
        let status = self.about("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        let known = kibibytes.map(|kibibytes| kibibytes * 1_024);
        known.ok_or_else(|| Problem::new("The system does not say how much memory it has."))
    }

    fn about(&self, what: &str) -> Result<String, Problem> {
        let file = format!("/proc/{}/{what}", self.process.id());
        std::fs::read_to_string(&file).map_err(|error| {
            Problem::new(format!("It is measured on Linux alone: {file}: {error}"))
        })
    }

    /// What the server says of itself, each number of these names.
    pub fn counts<const N: usize>(&self, names: [&str; N]) -> Result<[u64; N], Problem> {
        let ask = wire::request("GET /metrics", "", "");
        let answer = Wire::open(self.metrics).and_then(|mut wire| wire.ask(&ask));
        let answer =
            answer.map_err(|error| Problem::new(format!("/metrics does not answer: {error}")))?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let mut found = [0; N];
        for (name, found) in names.iter().zip(&mut found) {
            let number = number(&text, name);
            *found = number.ok_or_else(|| Problem::new(format!("/metrics has no {name}")))?;
        }
        Ok(found)
    }

    /// Until it says that so many wait.
    pub fn until_they_wait(&self, count: u64) -> Result<(), Problem> {
        let begun = Instant::now();
        loop {
            let [waiting] = self.counts(["connect_polls_waiting"])?;
            if waiting == count {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                let words = format!("{waiting} wait, and not {count}.");
                return Err(Problem::new(words));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn number(text: &str, name: &str) -> Option<u64> {
    let values = text.lines().filter_map(|line| line.split_once(' '));
    let mut values = values.filter(|(named, _)| *named == name);
    let value: f64 = values.next()?.1.parse().ok()?;
    Some(value as u64)
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_found_by_its_whole_name() {
        let text = "# TYPE connect_polls_waiting gauge\nconnect_polls_waiting_not 3\nconnect_polls_waiting 7.0\n";
        assert_eq!(number(text, "connect_polls_waiting"), Some(7));
        assert_eq!(number(text, "connect_polls"), None);
    }
}
