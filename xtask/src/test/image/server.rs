//! The image's server, and what is asked of it.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Place;
use super::stage::Stage;
use crate::http::Request;
use crate::process::{self, Problem};
use crate::project;
use crate::test::web::Ended;

/// The first start imports the catalogue of banks.
const PATIENCE: Duration = Duration::from_secs(180);
/// As long as compose.yaml gives it.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(15);

/// `demo` with `demo-secret`, the sandbox's own client.
const CLIENT: &str = "Authorization: Basic ZGVtbzpkZW1vLXNlY3JldA==\r\n";
/// Everybody may write in the first, its user in none of the others.
const ELSEWHERE: [&str; 4] = ["/tmp", "/etc", "/usr/local/bin", "/usr/share"];

pub struct Server<'a> {
    place: &'a dyn Place,
    process: Ended,
}

impl Server<'_> {
    /// Once it is ready; what it says goes into a file of this name.
    pub fn start<'a>(place: &'a dyn Place, name: &str) -> Result<Server<'a>, Problem> {
        let log = project::notes().join("image").join(format!("{name}.log"));
        let file = process::new_file(&log)?;
        let errors = file
            .try_clone()
            .map_err(|error| process::unwritable(&log, &error))?;
        let mut serve = place.serve();
        serve.stdin(Stdio::null()).stdout(file).stderr(errors);
        let process = serve
            .spawn()
            .map_err(|error| Problem::new(format!("{}: {error}", process::line(&serve))))?;
        let mut server = Server {
            place,
            process: Ended(process),
        };
        if server.becomes_ready() {
            return Ok(server);
        }
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        Err(Problem::new(format!("The server does not start:\n{said}")))
    }

    fn becomes_ready(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if matches!(self.ask("GET /readyz", "", ""), Ok((200, _))) {
                return true;
            }
            if !matches!(self.process.0.try_wait(), Ok(None)) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    pub fn token(&self) -> Result<String, Problem> {
        let headers = format!("{CLIENT}Content-Type: application/json\r\n");
        let body = self.good("POST /v1/tokens", &headers, r#"{"user_id":"image"}"#)?;
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        let token = answer["token"].as_str().map(str::to_owned);
        token.ok_or_else(|| Problem::new(format!("There is no token in {body}")))
    }

    /// Whether a token of before its start is still good.
    pub fn knows(&self, token: &str) -> Result<(), Problem> {
        let headers = format!("Authorization: Bearer {token}\r\n");
        self.good("GET /v1/institutions", &headers, "").map(drop)
    }

    pub fn is_healthy(&self, stage: &Stage) -> Result<(), Problem> {
        let words: Vec<&str> = stage.health.iter().map(String::as_str).collect();
        process::silent(&mut self.place.beside(&words))
    }

    /// The page, and the script that it names.
    pub fn has_the_widget(&self) -> Result<(), Problem> {
        let page = self.good("GET /", "", "")?;
        let mut words = page.split(['"', '\'', '`']);
        let script =
            words.find(|word| word.starts_with("/connect-widget-") && word.ends_with(".js"));
        let script = script.ok_or_else(|| Problem::new("The page names no script."))?;
        self.good(&format!("GET {script}"), "", "").map(drop)
    }

    /// Its real, effective, saved and file system's numbers are all the image's.
    pub fn is_of_user(&self, stage: &Stage) -> Result<(), Problem> {
        let status = process::answer(&mut self.place.status(&self.process.0));
        let status = status.unwrap_or_default();
        for (name, number) in [("Uid:", &stage.user), ("Gid:", &stage.group)] {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let numbers = line.unwrap_or_default();
            let others = numbers.split_whitespace().any(|one| one != number);
            if others || numbers.is_empty() {
                let words = format!("{name} {}, and not {number}", numbers.trim());
                return Err(Problem::new(words));
            }
        }
        Ok(())
    }

    pub fn keeps_it(&self, stage: &Stage) -> Result<(), Problem> {
        let database = stage.variable("CONNECT_DATABASE").unwrap_or_default();
        if !Path::new(database).starts_with(&stage.volume) {
            return Err(Problem::new(format!("{database} is not in the volume.")));
        }
        process::silent(&mut self.place.beside(&["test", "-s", database]))?;
        let beside = format!("{}/written", stage.volume);
        process::silent(&mut self.place.beside(&["touch", &beside]))
    }

    pub fn is_read_only(&self) -> Result<(), Problem> {
        for folder in ELSEWHERE {
            let file = format!("{folder}/written");
            if process::silent(&mut self.place.beside(&["touch", &file])).is_ok() {
                return Err(Problem::new(format!("{folder} can be written to.")));
            }
        }
        Ok(())
    }

    pub fn end(mut self) -> Result<(), Problem> {
        process::silent(&mut self.place.stop(&self.process.0))?;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE_AT_THE_END {
            match self.process.0.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(Problem::new(format!("It ended with {status}."))),
                Err(error) => return Err(Problem::new(format!("Lost sight of it: {error}"))),
            }
        }
        Err(Problem::new("It goes on."))
    }

    fn good(&self, what: &str, headers: &str, body: &str) -> Result<String, Problem> {
        match self.ask(what, headers, body) {
            Ok((200 | 201, body)) => Ok(body),
            Ok((status, body)) => Err(Problem::new(format!("{what}: {status} {body}"))),
            Err(error) => Err(Problem::new(format!("{what}: {error}"))),
        }
    }

    fn ask(&self, what: &str, headers: &str, body: &str) -> std::io::Result<(u16, String)> {
        let port = self.place.port();
        let request = Request {
            port,
            what,
            headers,
            body,
        };
        request.send()
    }
}
