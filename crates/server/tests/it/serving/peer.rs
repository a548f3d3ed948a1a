//! The other end of a connection, which says and hears what it likes.

use crate::support::TestServer;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Longer than every limit that the tests set.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Peer(pub TcpStream);

impl Peer {
    pub async fn of(server: &TestServer) -> Peer {
        let socket = TcpStream::connect(server.server.address()).await;
        Peer(socket.expect("a connection"))
    }

    /// Its system takes little that it has not read.
    pub async fn with_little_room(server: &TestServer) -> Peer {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        let socket = socket.connect(server.server.address()).await;
        Peer(socket.expect("a connection"))
    }

    pub async fn saying(server: &TestServer, text: &str) -> Peer {
        let mut peer = Peer::of(server).await;
        peer.say(text).await;
        peer
    }

    /// Whoever is closed meanwhile hears so, and need not be told by an error.
    pub async fn say(&mut self, text: &str) {
        let _ = self.0.write_all(text.as_bytes()).await;
    }

    /// Everything until the connection is closed.
    pub async fn hear_all(&mut self) -> String {
        let mut heard = Vec::new();
        let end = self.0.read_to_end(&mut heard);
        let end = tokio::time::timeout(PATIENCE, end).await;
        // A reset is an end as well.
        let _ = end.expect("the connection is never closed");
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// The next bytes.
    pub async fn hear(&mut self) -> String {
        let mut heard = vec![0; 64 * 1024];
        let read = tokio::time::timeout(PATIENCE, self.0.read(&mut heard)).await;
        let read = read.expect("nothing is said").unwrap_or_default();
        String::from_utf8_lossy(&heard[..read]).into_owned()
    }

    /// Says one byte of the text after the other, again and again, until the connection is closed; gives back what was
    /// said to it.
    pub async fn dribble(&mut self, text: &str) -> String {
        let mut drops = tokio::time::interval(Duration::from_millis(50));
        let (mut from, mut to) = self.0.split();
        let mut heard = Vec::new();
        let listening = from.read_to_end(&mut heard);
        let speaking = async {
            for byte in text.bytes().cycle() {
                drops.tick().await;
                if to.write_all(&[byte]).await.is_err() {
                    break;
                }
            }
            std::future::pending::<()>().await;
        };
        let end = async {
            tokio::select! {
                _ = listening => {}
                () = speaking => {}
            }
        };
        let end = tokio::time::timeout(PATIENCE, end).await;
        end.expect("the connection is never closed");
        String::from_utf8_lossy(&heard).into_owned()
    }
}

/// `name` of an answer's head, or nothing.
pub fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let (head, _) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map_or("", |(_, value)| value)
}

/// The answer is this problem, and says that it is the last.
pub fn check_last_problem(answer: &str, status: u16, code: &str) {
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    assert_eq!(header(answer, "content-type"), "application/problem+json");
    assert_eq!(header(answer, "connection"), "close");
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
}
