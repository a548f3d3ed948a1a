//! Whoever uses a measured server: connects as the widget does, waits, is erased.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::node::{CLIENT, Node, PATIENCE};
use super::wire::{self, Answer, Wire};
use crate::process::Problem;

/// The server closes connections that nobody uses; one that was not used for so long may be closed.
const IDLE: Duration = Duration::from_secs(10);

/// Before what was refused is asked again.
const AGAIN: Duration = Duration::from_millis(50);

/// A user with a token and a connection of their own to the server.
pub struct Guest {
    name: String,
    pub header: String,
    port: u16,
    wire: Wire,
    used: Instant,
}

/// A sync that was begun, as it was told last.
pub struct Told(Value);

impl Guest {
    pub fn new(node: &Node, name: &str) -> Result<Guest, Problem> {
        let mut guest = Guest {
            name: name.to_owned(),
            header: CLIENT.to_owned(),
            port: node.port,
            wire: opened(node.port)?,
            used: Instant::now(),
        };
        let minted = guest.ask("POST /v1/tokens", &json!({"user_id": name}))?;
        let token = text(&minted, "token")?;
        guest.header = format!("Authorization: Bearer {token}\r\n");
        Ok(guest)
    }

    /// Makes so many connections, one after the other, each followed to its end.
    pub fn connect(&mut self, times: u32) -> Result<(), Problem> {
        for _ in 0..times {
            let begun = self.begin("wealthica")?;
            let told = self.follow(begun)?;
            if told.0["sync_status"] != "ok" {
                return Err(Problem::new(format!("It is not connected: {}", told.0)));
            }
        }
        Ok(())
    }

    /// A connection whose bank asks a question, which is open.
    pub fn asked(&mut self) -> Result<Told, Problem> {
        let begun = self.begin("asks")?;
        self.follow(begun)
    }

    /// Begins a connection with a password that says to the test bank what happens.
    pub fn begin(&mut self, password: &str) -> Result<Told, Problem> {
        let credentials = json!({"username": "wealthica", "password": password});
        let body = json!({"name": "Demo", "type": "demo", "credentials": credentials});
        self.ask("POST /v1/institutions", &body).map(Told)
    }

    fn follow(&mut self, mut told: Told) -> Result<Told, Problem> {
        while told.0["sync_status"] == "syncing" {
            let path = told.poll()?;
            // `None`: nothing has come so far.
            if let Some(news) = self.news(&format!("GET {path}"), &Value::Null)? {
                told = Told(news);
            }
        }
        Ok(told)
    }

    /// Answers the open question.
    pub fn answer(&mut self, told: &Told, answer: &str) -> Result<(), Problem> {
        let path = format!("PUT /v1/institutions/{}", told.id()?);
        self.ask(&path, &json!({"security_answer": answer}))?;
        Ok(())
    }

    /// Everything that there is of the user is removed.
    pub fn erase(mut self) -> Result<(), Problem> {
        self.header = CLIENT.to_owned();
        let path = format!("DELETE /v1/users/{}", self.name);
        self.ask(&path, &Value::Null)?;
        Ok(())
    }

    /// How many there are of what this address lists.
    pub fn total(&mut self, path: &str) -> Result<u64, Problem> {
        let page = self.ask(&format!("GET {path}"), &Value::Null)?;
        let total = page["total"].as_u64();
        total.ok_or_else(|| Problem::new(format!("There is no total: {page}")))
    }

    fn ask(&mut self, what: &str, body: &Value) -> Result<Value, Problem> {
        let answer = self.news(what, body)?;
        answer.ok_or_else(|| Problem::new(format!("{what}: 304")))
    }

    /// `None`: what is asked for has not changed.
    fn news(&mut self, what: &str, body: &Value) -> Result<Option<Value>, Problem> {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let answer = self.answered(what, &wire::request(what, &self.header, &body))?;
        if answer.status == 304 {
            return Ok(None);
        }
        let read = serde_json::from_slice(&answer.body).ok();
        let read = read.filter(|_| (200..300).contains(&answer.status));
        read.map(Some).ok_or_else(|| {
            let words = String::from_utf8_lossy(&answer.body).into_owned();
            Problem::new(format!("{what}: {} {words}", answer.status))
        })
    }

    /// What was refused because there was too much at once is asked again, as the widget does.
    fn answered(&mut self, what: &str, request: &str) -> Result<Answer, Problem> {
        let begun = Instant::now();
        if self.used.elapsed() > IDLE {
            self.wire = opened(self.port)?;
        }
        loop {
            let answer = self.wire.ask(request);
            self.used = Instant::now();
            let answer = answer.map_err(|error| Problem::new(format!("{what}: {error}")))?;
            if answer.status != 503 || begun.elapsed() > PATIENCE {
                return Ok(answer);
            }
            std::thread::sleep(AGAIN);
        }
    }
}

impl Told {
    /// Where its next change is told.
    pub fn poll(&self) -> Result<String, Problem> {
        Ok(format!(
            "/v1/institutions/{}/poll?v={}",
            self.id()?,
            self.0["__v"]
        ))
    }

    fn id(&self) -> Result<String, Problem> {
        text(&self.0, "id")
    }
}

fn opened(port: u16) -> Result<Wire, Problem> {
    let wire = Wire::open(port);
    wire.map_err(|error| Problem::new(format!("No connection: {error}")))
}

fn text(answer: &Value, name: &str) -> Result<String, Problem> {
    let found = answer[name].as_str().map(str::to_owned);
    found.ok_or_else(|| Problem::new(format!("The server's answer has no {name}: {answer}")))
}
