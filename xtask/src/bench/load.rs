//! Requests by many at once: at a fixed rate, whatever becomes of them, or each as soon as the one before is answered.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::figures::percentile;
use super::wire::Wire;
use crate::process::Problem;

/// How long each of all requests took, and all of them together.
pub struct Times {
    each: Vec<Duration>,
    whole: Duration,
}

/// A request of that number, which is answered with this status.
pub struct Asked<'a> {
    pub port: u16,
    pub request: &'a (dyn Fn(u64) -> String + Sync),
    pub status: u16,
}

/// So many in each second for so long. A request that is sent late, because those before keep all hands busy, counts from when
/// it was due: a slow answer hides none of the next ones. What is not sent after twice that time is given up: by then it has
/// been shown that it is too much.
pub fn at_rate(asked: &Asked, rate: u32, time: Duration, hands: usize) -> Result<Times, Problem> {
    let all = (f64::from(rate) * time.as_secs_f64()) as u64;
    let begun = Instant::now();
    run(asked, hands, |number| {
        if number >= all || begun.elapsed() > time * 2 {
            return None;
        }
        let due = begun + due(number, rate);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        Some(due)
    })
}

/// Each hand asks again at once, for so long.
pub fn as_fast_as_it_goes(asked: &Asked, time: Duration, hands: usize) -> Result<Times, Problem> {
    let end = Instant::now() + time;
    run(asked, hands, |_| {
        let now = Instant::now();
        (now < end).then_some(now)
    })
}

/// When a request is due, from the beginning on.
fn due(number: u64, rate: u32) -> Duration {
    Duration::from_nanos(number * 1_000_000_000 / u64::from(rate))
}

fn run(
    asked: &Asked,
    hands: usize,
    turn: impl Fn(u64) -> Option<Instant> + Sync,
) -> Result<Times, Problem> {
    let next = AtomicU64::new(0);
    let each = Mutex::new(Vec::new());
    let begun = Instant::now();
    let hand = || -> std::io::Result<()> {
        let mut wire = Wire::open(asked.port)?;
        let mut own = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(since) = turn(number) else { break };
            let answer = wire.ask(&(asked.request)(number))?;
            own.push(since.elapsed());
            if answer.status != asked.status {
                let words = String::from_utf8_lossy(&answer.body).into_owned();
                return Err(std::io::Error::other(format!("{} {words}", answer.status)));
            }
        }
        let mut each = each
            .lock()
            .map_err(|_| std::io::Error::other("a hand is gone"))?;
        each.append(&mut own);
        Ok(())
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..hands).map(|_| scope.spawn(hand)).collect();
        for one in all {
            let done = one.join();
            let done = done.unwrap_or_else(|_| Err(std::io::Error::other("a hand has panicked")));
            done.map_err(|error| Problem::new(format!("A request was not answered: {error}")))?;
        }
        Ok(())
    })?;
    let whole = begun.elapsed();
    let each = each.into_inner();
    let each = each.map_err(|_| Problem::new("A hand is gone."))?;
    Ok(Times { each, whole })
}

impl Times {
    pub fn count(&self) -> f64 {
        self.each.len() as f64
    }

    pub fn a_second(&self) -> f64 {
        self.count() / self.whole.as_secs_f64()
    }

    pub fn percentile(&mut self, share: f64) -> Duration {
        percentile(&mut self.each, share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    /// Answers all requests of one connection; the first one only once somebody says so.
    fn slow_at_first(status: &'static str, pause: Duration) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a connection");
            let mut answers = stream.try_clone().expect("the same");
            let mut first = true;
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if line.is_empty() {
                    if std::mem::take(&mut first) {
                        std::thread::park_timeout(pause);
                    }
                    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
                    answers.write_all(answer.as_bytes()).expect("it is read");
                }
            }
        });
        port
    }

    #[test]
    fn a_request_is_due_when_the_rate_says_it() {
        assert_eq!(due(0, 1_000), Duration::ZERO);
        assert_eq!(due(1_500, 1_000), Duration::from_millis(1_500));
    }

    #[test]
    fn those_behind_a_slow_answer_are_slow_as_well() {
        let pause = Duration::from_millis(200);
        let asked = Asked {
            port: slow_at_first("200 OK", pause),
            request: &|_| "GET / HTTP/1.1\r\n\r\n".to_owned(),
            status: 200,
        };
        // All hundred were due in the first half of the pause.
        let times = at_rate(&asked, 1_000, pause / 2, 1);
        let mut times = times.expect("all are answered");
        assert!(times.percentile(0.1) >= pause / 2);
    }

    #[test]
    fn another_answer_than_was_meant_is_no_measurement() {
        let asked = Asked {
            port: slow_at_first("429 Too Many Requests", Duration::ZERO),
            request: &|_| "GET / HTTP/1.1\r\n\r\n".to_owned(),
            status: 200,
        };
        let times = at_rate(&asked, 500, Duration::from_millis(20), 1);
        let Err(Problem(words)) = times else {
            panic!("it is measured");
        };
        assert!(words.contains("429"), "{words}");
    }
}
