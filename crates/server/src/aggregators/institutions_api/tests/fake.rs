//! A service that gives literal answers, byte for byte, in the order that a test says; and keeps what it was asked.

use super::super::InstitutionsApi;
use super::{Directory, settings};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub struct Fake {
    pub address: SocketAddr,
    pub directory: Directory,
    played: Arc<Played>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Played {
    answers: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<String>>,
}

pub enum Reply {
    Bytes(Vec<u8>),
    Silence,
}

impl Fake {
    pub async fn start() -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let played = Arc::new(Played::default());
        let shared = played.clone();
        let task = tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = read(&mut stream).await;
                shared.asked.lock().expect("a lock").push(request);
                let answer = shared.answers.lock().expect("a lock").pop_front();
                match answer {
                    Some(Reply::Bytes(bytes)) => {
                        let _ = stream.write_all(&bytes).await;
                        let _ = stream.shutdown().await;
                    }
                    Some(Reply::Silence) => silent.push(stream),
                    None => {}
                }
            }
        });
        Fake {
            address,
            directory: Directory::new(),
            played,
            task,
        }
    }

    pub fn will(&self, reply: Reply) {
        self.played.answers.lock().expect("a lock").push_back(reply);
    }

    pub fn says(&self, status: u16, body: &str) {
        self.will(literal(status, "content-type: application/json\r\n", body));
    }

    /// What it was asked since the last time, head and body.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.played.asked.lock().expect("a lock"))
    }

    /// With a fixed token.
    pub fn settings(&self, more: &str) -> String {
        let token = self.directory.write("token", "fixed-token");
        format!(
            "base_url = \"http://{}/api\"\nprivate = true\ntoken_file = {token:?}\n{more}",
            self.address
        )
    }

    pub fn api(&self) -> InstitutionsApi {
        InstitutionsApi::new(settings(&self.settings(""))).expect("it can be used")
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn literal(status: u16, headers: &str, body: &str) -> Reply {
    let length = match status {
        304 => String::new(),
        _ => format!("content-length: {}\r\n", body.len()),
    };
    let text = format!("HTTP/1.1 {status} X\r\n{headers}{length}connection: close\r\n\r\n{body}");
    Reply::Bytes(text.into_bytes())
}

async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let count = stream.read(&mut part).await.unwrap_or(0);
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                value.parse::<usize>().ok().filter(|_| is_length)
            });
            body.len() >= length.unwrap_or(0)
        });
        if whole || count == 0 {
            return text;
        }
    }
}
