//! One connection to a server on this machine that is kept from request to request, as browsers keep theirs.

use std::io::{BufRead, BufReader, Error, Read, Result, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// Polls are answered after 40 seconds at the latest.
const PATIENCE: Duration = Duration::from_secs(60);

/// As long as what a browser sends.
const BROWSER: &str = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r\n\
     Accept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n\
     Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n";

pub struct Wire {
    stream: BufReader<TcpStream>,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// A request as it goes over the wire; `headers` end each with a line break.
pub fn request(what: &str, headers: &str, body: &str) -> String {
    let length = match body {
        "" => String::new(),
        body => format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        ),
    };
    format!("{what} HTTP/1.1\r\nHost: 127.0.0.1\r\n{BROWSER}{headers}{length}\r\n{body}")
}

impl Wire {
    pub fn open(port: u16) -> Result<Wire> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::with_capacity(2_048, stream);
        Ok(Wire { stream })
    }

    pub fn send(&mut self, request: &str) -> Result<()> {
        self.stream.get_mut().write_all(request.as_bytes())
    }

    /// Waits for the answer to what was sent.
    pub fn answer(&mut self) -> Result<Answer> {
        read(&mut self.stream)
    }

    pub fn ask(&mut self, request: &str) -> Result<Answer> {
        self.send(request)?;
        self.answer()
    }

    /// `None`: nothing has come, and the server has not hung up.
    pub fn has_news(&mut self) -> Option<&mut Wire> {
        let stream = self.stream.get_mut();
        let mut byte = [0];
        let looked = stream
            .set_nonblocking(true)
            .and_then(|()| stream.peek(&mut byte));
        let waits = looked.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
        let waits = stream.set_nonblocking(false).is_ok() && waits;
        (!waits).then_some(self)
    }
}

/// Source: RFC 9112, 6.3 and 7.1.
fn read(stream: &mut impl BufRead) -> Result<Answer> {
    let status = line(stream)?;
    let status = status.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status: u16 = status.ok_or_else(|| Error::other("the answer is not HTTP"))?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let header = line(stream)?.to_ascii_lowercase();
        match header.split_once(':') {
            None => break,
            Some(("content-length", value)) => {
                length = value.trim().parse().map_err(Error::other)?;
            }
            Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
            Some(_) => {}
        }
    }
    let mut body = Vec::new();
    if status == 204 || status == 304 {
        return Ok(Answer { status, body });
    }
    if !chunked {
        take(stream, length, &mut body)?;
        return Ok(Answer { status, body });
    }
    loop {
        let size = line(stream)?;
        let size = u64::from_str_radix(size.trim(), 16).map_err(Error::other)?;
        take(stream, size, &mut body)?;
        line(stream)?;
        if size == 0 {
            return Ok(Answer { status, body });
        }
    }
}

fn take(stream: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> Result<()> {
    let taken = stream.take(length).read_to_end(body)?;
    match u64::try_from(taken).is_ok_and(|taken| taken == length) {
        true => Ok(()),
        false => Err(Error::other("the answer ends before its end")),
    }
}

fn line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    match stream.read_line(&mut line)? {
        0 => Err(Error::other("the server has hung up")),
        _ => Ok(line.trim_end().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn answers_end_where_they_say_and_the_next_one_begins() {
        let mut told: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\
            HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n\
            HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n\
            HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nno";
        for (status, body) in [(200, "ok"), (304, ""), (200, "abc0123456789")] {
            let answer = read(&mut told).expect("an answer");
            assert_eq!((answer.status, &answer.body[..]), (status, body.as_bytes()));
        }
        assert!(read(&mut told).is_err());
        assert!(read(&mut told).is_err());
    }
}
