//! Asks a server on this machine, one request a connection.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use crate::process::Problem;

/// A request to a port; `headers` end each with a line break.
pub struct Request<'a> {
    pub port: u16,
    /// `GET /healthz`
    pub what: &'a str,
    pub headers: &'a str,
    pub body: &'a str,
}

impl Request<'_> {
    /// The status and the body of the answer.
    pub fn send(&self) -> std::io::Result<(u16, String)> {
        let Request {
            port,
            what,
            headers,
            body,
        } = self;
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, *port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let length = body.len();
        write!(
            stream,
            "{what} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok());
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.into());
        status
            .zip(body)
            .ok_or_else(|| std::io::Error::other("the answer is not HTTP"))
    }
}

/// Whether a connect-server is ready there.
pub fn is_healthy(port: u16) -> bool {
    let request = Request {
        port,
        what: "GET /healthz",
        headers: "",
        body: "",
    };
    request.send().is_ok_and(|(status, _)| status == 200)
}

/// A port that nobody listens on at the moment.
pub fn free_port() -> Result<u16, Problem> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Problem::new(format!("There is no free port: {error}")))
}
