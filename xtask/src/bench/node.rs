//! A server of its own for measuring, with guests that connect and guests that wait.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::{self, Request};
use crate::process::{self, Problem};
use crate::project;

const PATIENCE: Duration = Duration::from_secs(60);

/// So many wait for each connection that does not go on.
const WAIT_FOR_ONE: u32 = 100;

/// Linux counts CPU time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

pub struct Node {
    process: Child,
    port: u16,
    folder: PathBuf,
}

pub struct Guest {
    token: String,
}

/// Requests whose answers have not come.
pub struct Waiting(Vec<TcpStream>);

impl Node {
    pub fn start(program: &Path) -> Result<Node, Problem> {
        let port = http::free_port()?;
        let folder = project::notes().join(format!("bench-server-{port}"));
        let catalogue = folder.join("catalogue.csv");
        process::new_file(&catalogue)?;
        std::fs::write(&catalogue, "country,name,bic\n")
            .map_err(|error| process::unwritable(&catalogue, &error))?;
        let log = process::new_file(&folder.join("server.log"))?;
        let mut command = process::command(program);
        command
            .args(["--sandbox", "--sandbox-step-ms", "0", "--limit", "all=off"])
            .args(["--listen", &format!("127.0.0.1:{port}"), "--dist", "dist"])
            .args([
                "--connections",
                "20000",
                "--connections-per-address",
                "20000",
            ])
            .args(["--poll-timeout", "40", "--database"])
            .arg(folder.join("connect.db"))
            .arg("--catalogue")
            .arg(&catalogue)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let process = command.spawn().map_err(|error| {
            Problem::new(format!("Cannot start {}: {error}", program.display()))
        })?;
        let mut node = Node {
            process,
            port,
            folder,
        };
        node.until_it_is_ready()?;
        Ok(node)
    }

    fn until_it_is_ready(&mut self) -> Result<(), Problem> {
        let started = Instant::now();
        while !http::is_healthy(self.port) {
            let ended = matches!(self.process.try_wait(), Ok(Some(_)));
            if ended || started.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(self.folder.join("server.log"));
                let words = log.unwrap_or_default();
                return Err(Problem::new(format!("The server does not start:\n{words}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    pub fn guest(&self, name: &str) -> Result<Guest, Problem> {
        // demo:demo-secret
        let headers = "Authorization: Basic ZGVtbzpkZW1vLXNlY3JldA==\r\n";
        let minted = self.ask("POST /v1/tokens", headers, &json!({"user_id": name}))?;
        let token = text(&minted, "token")?;
        Ok(Guest { token })
    }

    /// Makes so many connections, one after the other, each followed to its end as the widget does.
    pub fn connect(&self, guest: &Guest, times: u32) -> Result<(), Problem> {
        for _ in 0..times {
            let mut told = self.begin(guest, "wealthica")?;
            while told["sync_status"] == "syncing" {
                let path = poll(&told)?;
                told = self.ask(&format!("GET {path}"), &guest.header(), &Value::Null)?;
            }
        }
        Ok(())
    }

    fn begin(&self, guest: &Guest, password: &str) -> Result<Value, Problem> {
        let credentials = json!({"username": "wealthica", "password": password});
        let body = json!({"name": "Demo", "type": "demo", "credentials": credentials});
        self.ask("POST /v1/institutions", &guest.header(), &body)
    }

    /// So many requests that wait for what does not come; all have got to where they wait.
    pub fn wait_for_news(&self, crowd: u32) -> Result<Waiting, Problem> {
        let guest = self.guest("waits")?;
        let mut paths = Vec::new();
        for _ in 0..crowd.div_ceil(WAIT_FOR_ONE) {
            paths.push(poll(&self.begin(&guest, "wait-login-600000")?)?);
        }
        self.until_it_rests()?;
        let (port, header) = (self.port, guest.header());
        let all = paths.iter().cycle().take(crowd as usize).map(|path| {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
            // As long as what a browser sends.
            let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";
            write!(
                stream,
                "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}User-Agent: {agent}\r\n\
                 Accept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\
                 Accept-Language: en-GB,en;q=0.9\r\nSec-Fetch-Site: same-origin\r\n\
                 Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n\r\n"
            )?;
            Ok(stream)
        });
        let all = all.collect::<std::io::Result<Vec<TcpStream>>>();
        let all = all.map_err(|error| {
            Problem::new(format!(
                "{crowd} cannot wait here ({error}). See `ulimit -n`."
            ))
        })?;
        self.until_it_rests()?;
        let waiting = Waiting(all);
        waiting.all_wait()?;
        Ok(waiting)
    }

    /// Until it has spent no time for a moment.
    fn until_it_rests(&self) -> Result<(), Problem> {
        let mut spent = self.cpu()?;
        loop {
            std::thread::sleep(Duration::from_millis(400));
            let now = self.cpu()?;
            if now - spent <= TICK {
                return Ok(());
            }
            spent = now;
        }
    }

    /// Its CPU time since its start.
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

    fn ask(&self, what: &str, headers: &str, body: &Value) -> Result<Value, Problem> {
        let json = "Content-Type: application/json\r\n";
        let (headers, body) = match body {
            Value::Null => (headers.to_owned(), String::new()),
            body => (format!("{headers}{json}"), body.to_string()),
        };
        let request = Request {
            port: self.port,
            what,
            headers: &headers,
            body: &body,
        };
        let answer = request
            .send()
            .map_err(|error| Problem::new(format!("{what}: {error}")))?;
        let (status, body) = answer;
        let read = serde_json::from_str(&body).ok();
        let read = read.filter(|_| (200..300).contains(&status));
        read.ok_or_else(|| Problem::new(format!("{what}: {status} {body}")))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Guest {
    fn header(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.token)
    }
}

impl Waiting {
    /// Refuses to go on when one has been answered.
    pub fn all_wait(&self) -> Result<(), Problem> {
        for mut stream in &self.0 {
            let answered = stream
                .set_nonblocking(true)
                .and_then(|()| stream.read(&mut [0; 64]));
            if !answered.is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
                let words =
                    "One that should wait was answered. Is the machine too slow for 40 seconds?";
                return Err(Problem::new(words));
            }
        }
        Ok(())
    }
}

fn poll(told: &Value) -> Result<String, Problem> {
    let id = text(told, "id")?;
    Ok(format!("/v1/institutions/{id}/poll?v={}", told["__v"]))
}

fn text(answer: &Value, name: &str) -> Result<String, Problem> {
    let found = answer[name].as_str().map(str::to_owned);
    found.ok_or_else(|| Problem::new(format!("The server's answer has no {name}: {answer}")))
}
