//! What a connection is doing and how long it may go on so. Told everything with its time, it knows no socket and no
//! clock.

use crate::config::time_and_room::TimeAndRoom;
use std::time::Duration;
use tokio::time::Instant;

/// How long whoever was told that the connection ends may take to hear it.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long each thing may take.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub head: Duration,
    pub idle: Duration,
    /// Within this time `share` bytes of an answer that waits to be taken must be taken.
    pub patience: Duration,
    pub share: u64,
}

impl Times {
    pub fn of(options: &TimeAndRoom) -> Times {
        Times {
            head: options.header_timeout(),
            idle: options.idle_timeout(),
            patience: options.response_patience(),
            share: options.response_share(),
        }
    }
}

/// Which time has run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    Head,
    Idle,
    Reader,
    Farewell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// The head of a request is to come, since then.
    Head(Instant),
    /// The body of a request is to come; it has its own deadline.
    Body,
    /// The request has come, and the answer is not complete.
    Request,
    /// The answer is complete; a part of it may not have left the process.
    Answered(Instant),
    /// Nothing, since then.
    Nothing(Instant),
    /// The other end was told that no more comes, and may still be sending.
    Farewell(Instant),
}

/// The end of an answer's way out: the socket takes no more until its reader does.
#[derive(Clone, Copy, Debug)]
struct Blocked {
    since: Instant,
    taken: u64,
}

#[derive(Debug)]
pub struct Phase {
    times: Times,
    doing: Doing,
    blocked: Option<Blocked>,
}

impl Phase {
    /// A new connection.
    pub fn new(times: Times, now: Instant) -> Phase {
        Phase {
            times,
            doing: Doing::Head(now),
            blocked: None,
        }
    }

    /// Bytes have come. Tells whether they begin a request.
    pub fn hear(&mut self, now: Instant) -> bool {
        let begins = matches!(self.doing, Doing::Answered(_) | Doing::Nothing(_));
        if begins {
            self.doing = Doing::Head(now);
        }
        begins
    }

    /// The head of a request is complete.
    pub fn ask(&mut self) {
        self.doing = Doing::Request;
    }

    /// The request is known but for the rest of its body.
    pub fn await_body(&mut self) {
        self.doing = Doing::Body;
    }

    /// Nobody waits for more of the body. Tells whether somebody has.
    pub fn end_body(&mut self) -> bool {
        let waited = self.doing == Doing::Body;
        if waited {
            self.doing = Doing::Request;
        }
        waited
    }

    /// Nothing more belongs to the answer.
    pub fn answer(&mut self, now: Instant) {
        self.doing = Doing::Answered(now);
    }

    /// The socket takes no more.
    pub fn block(&mut self, now: Instant) {
        self.blocked.get_or_insert(Blocked {
            since: now,
            taken: 0,
        });
    }

    /// The socket has taken so many bytes.
    pub fn take(&mut self, bytes: u64, now: Instant) {
        if let Some(blocked) = &mut self.blocked {
            blocked.taken += bytes;
            if blocked.taken >= self.times.share {
                self.blocked = Some(Blocked {
                    since: now,
                    taken: 0,
                });
            }
        }
    }

    /// The socket has taken everything. Tells whether the connection has nothing to do from now on.
    pub fn flush(&mut self, now: Instant) -> bool {
        self.blocked = None;
        let ends = matches!(self.doing, Doing::Answered(_));
        if ends {
            self.doing = Doing::Nothing(now);
        }
        ends
    }

    /// Something is written that the socket has not taken.
    pub fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    /// The last thing is said; tells whether it was not said before.
    pub fn part(&mut self, now: Instant) -> bool {
        let first = !matches!(self.doing, Doing::Farewell(_));
        if first {
            self.doing = Doing::Farewell(now);
        }
        first
    }

    /// Whether no request of it has come whole that is still to be answered.
    pub fn waits(&self) -> bool {
        matches!(
            self.doing,
            Doing::Head(_) | Doing::Body | Doing::Nothing(_) | Doing::Farewell(_)
        )
    }

    /// When it has to end, and why. A request that waits for its answer has no end here.
    pub fn deadline(&self) -> Option<(Instant, Late)> {
        let times = &self.times;
        if let Some(blocked) = self.blocked {
            return Some((blocked.since + times.patience, Late::Reader));
        }
        match self.doing {
            Doing::Head(since) => Some((since + times.head, Late::Head)),
            Doing::Body | Doing::Request => None,
            Doing::Answered(since) | Doing::Nothing(since) => {
                Some((since + times.idle, Late::Idle))
            }
            Doing::Farewell(since) => Some((since + FAREWELL, Late::Farewell)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: Times = Times {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(60),
        patience: Duration::from_secs(30),
        share: 30_000,
    };

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_head_has_its_time_however_often_a_byte_of_it_comes() {
        let start = Instant::now();
        let mut phase = Phase::new(TIMES, start);
        for second in 1..9 {
            phase.hear(start + seconds(second));
            assert_eq!(phase.deadline(), Some((start + seconds(10), Late::Head)));
        }
    }

    #[test]
    fn a_request_that_waits_has_no_end() {
        let mut phase = Phase::new(TIMES, Instant::now());
        phase.ask();
        assert_eq!(phase.deadline(), None);
        assert!(!phase.waits());
        assert!(!phase.end_body());
        phase.await_body();
        assert!(phase.waits() && phase.end_body());
        assert!(!phase.waits());
    }

    #[test]
    fn after_an_answer_it_waits_idly_and_the_next_head_has_its_own_time() {
        let start = Instant::now();
        let mut phase = Phase::new(TIMES, start);
        phase.ask();
        phase.answer(start + seconds(40));
        assert!(!phase.waits());
        assert!(phase.flush(start + seconds(41)));
        assert!(phase.waits() && !phase.flush(start + seconds(42)));
        assert_eq!(phase.deadline(), Some((start + seconds(101), Late::Idle)));
        assert!(phase.hear(start + seconds(50)));
        assert_eq!(phase.deadline(), Some((start + seconds(60), Late::Head)));
    }

    #[test]
    fn a_reader_must_take_its_share_each_time() {
        let start = Instant::now();
        let mut phase = Phase::new(TIMES, start);
        phase.ask();
        phase.take(1_000_000, start);
        assert!(!phase.is_blocked());
        phase.block(start);
        assert!(phase.is_blocked());
        phase.take(29_999, start + seconds(20));
        phase.block(start + seconds(20));
        assert_eq!(phase.deadline(), Some((start + seconds(30), Late::Reader)));
        phase.take(1, start + seconds(29));
        assert_eq!(phase.deadline(), Some((start + seconds(59), Late::Reader)));
        phase.answer(start + seconds(30));
        assert_eq!(phase.deadline(), Some((start + seconds(59), Late::Reader)));
        phase.flush(start + seconds(31));
        assert!(!phase.is_blocked());
        assert_eq!(phase.deadline(), Some((start + seconds(91), Late::Idle)));
    }
}
