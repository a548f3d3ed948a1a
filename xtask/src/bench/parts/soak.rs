//! A day of polls in minutes, with connections made and erased meanwhile: what grows, and what is left behind.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Subject;
use crate::bench::figures::{Figure, Target};
use crate::bench::guest::{Guest, Told};
use crate::bench::node::{NO_LIMITS, Node, PATIENCE, Terms};
use crate::bench::wire::{self, Wire};
use crate::process::Problem;

/// So many widgets are open, and ask anew this long after the server's usual 30 seconds (`POLL_PAUSE`).
const WIDGETS: u64 = 1_000;
const HOUR: u64 = 60 * 60;
const BETWEEN: Duration = Duration::from_millis(30_300);

/// So many hundreds poll at the same time, each for one second: the shortest that there is. Hours go four times as fast.
const HANDS: usize = 10;
const HANDS_OF_HOURS: usize = 40;
const POLLS_OF_EACH: usize = 100;

/// For so many polls a connection is made; so many of them have one user. Among so many polls everything takes its time:
/// for each two hundreds of polls one makes connections.
const POLLS_A_CONNECTION: u64 = 100;
const CONNECTIONS_OF_A_USER: u32 = 5;
const HANDS_A_PASSER: usize = 2;

/// Memory at the end as a multiple of that at a quarter.
const GROWTH: f64 = 1.1;

const TERMS: Terms = Terms {
    shipped: false,
    poll_timeout: 1,
    limits: NO_LIMITS,
};

/// What the server says is there now, and must be there again.
const NOW: [&str; 3] = [
    "connect_connections_open",
    "connect_polls_waiting",
    "connect_syncs_running",
];

pub fn measure(subject: &Subject) -> Result<Vec<Figure>, Problem> {
    let (wanted, hands) = match subject.soak_hours {
        Some(hours) => (polls_of(hours * HOUR), HANDS_OF_HOURS),
        None => (polls_of(HOUR / 2), HANDS),
    };
    let place = subject.database.place()?;
    let node = Node::start(subject.program, &place, TERMS)?;
    passer(&node, 0)?;
    node.stop()?;
    let rows = place.rows(subject.program)?;
    let node = Node::start(subject.program, &place, TERMS)?;
    let before = node.counts(NOW)?;
    let begun = Instant::now();
    let soaked = soak(&node, wanted, hands)?;
    let took = begun.elapsed();
    let left = left(&node, before)?;
    node.stop()?;
    let rows_left = more(&rows, &place.rows(subject.program)?);
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let growth = soaked.at_end as f64 / soaked.at_quarter as f64;
    let polls = soaked.polls as f64;
    let hours = polls / polls_of(HOUR) as f64;
    let none = |what: &str, count: u64| {
        let figure = Figure::told(format!("soak: {what} left behind"), count as f64, 0);
        figure.judged(Target::AtMost(0.0))
    };
    Ok(vec![
        Figure::told("soak: polls", polls, 0),
        Figure::told("soak: polls answered 503 beside", soaked.refused as f64, 0),
        Figure::told("soak: hours of 1,000 open widgets", hours, 1),
        Figure::told("soak: seconds that they took", took.as_secs_f64(), 0),
        Figure::told("soak: connections made", soaked.connections as f64, 0),
        Figure::told("soak: MB at a quarter", megabytes(soaked.at_quarter), 1),
        Figure::told("soak: MB at the end", megabytes(soaked.at_end), 1),
        Figure::told("soak: times that at a quarter", growth, 2).judged(Target::AtMost(GROWTH)),
        none("sockets, polls and syncs", left),
        none("rows", rows_left),
    ])
}

/// What the widgets ask in so many seconds.
fn polls_of(seconds: u64) -> u64 {
    let between = u64::try_from(BETWEEN.as_millis()).unwrap_or(u64::MAX);
    WIDGETS * seconds * 1_000 / between
}

struct Soaked {
    polls: u64,
    refused: u64,
    connections: u64,
    at_quarter: u64,
    at_end: u64,
}

/// How far it has come, for all who take part.
struct Progress {
    wanted: u64,
    polls: AtomicU64,
    refused: AtomicU64,
    /// Users who have come, and who have connected and are erased.
    begun: AtomicU64,
    erased: AtomicU64,
    /// One of them has failed: the others need not go on.
    failed: AtomicBool,
}

impl Progress {
    fn polls(&self) -> u64 {
        self.polls.load(Ordering::Relaxed)
    }

    fn is_before(&self, polls: u64) -> bool {
        self.polls() < polls && !self.failed.load(Ordering::Relaxed)
    }

    fn goes_on(&self) -> bool {
        self.is_before(self.wanted)
    }

    fn watch<T>(&self, done: Result<T, Problem>) -> Result<T, Problem> {
        self.failed.fetch_or(done.is_err(), Ordering::Relaxed);
        done
    }
}

fn soak(node: &Node, wanted: u64, hands: usize) -> Result<Soaked, Problem> {
    let progress = &Progress {
        wanted,
        polls: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        begun: AtomicU64::new(0),
        erased: AtomicU64::new(0),
        failed: AtomicBool::new(false),
    };
    let memory_after = |polls: u64| {
        while progress.is_before(polls) {
            std::thread::sleep(Duration::from_millis(50));
        }
        // A server that is gone says nothing more, and nobody need wait for it.
        progress.watch(node.memory())
    };
    std::thread::scope(|scope| {
        let one = |hand| scope.spawn(move || progress.watch(widgets(node, hand, progress)));
        let widgets: Vec<_> = (0..hands).map(one).collect();
        let one = |_| scope.spawn(|| progress.watch(passers(node, progress)));
        let passers: Vec<_> = (0..hands / HANDS_A_PASSER).map(one).collect();
        let at_quarter = memory_after(wanted / 4)?;
        let at_end = memory_after(wanted)?;
        let panicked = |_| Problem::new("A thread has panicked.");
        for thread in widgets.into_iter().chain(passers) {
            thread.join().map_err(panicked)??;
        }
        let erased = progress.erased.load(Ordering::Relaxed);
        Ok(Soaked {
            connections: erased * u64::from(CONNECTIONS_OF_A_USER),
            polls: progress.polls(),
            refused: progress.refused.load(Ordering::Relaxed),
            at_quarter,
            at_end,
        })
    })
}

/// As many users as belong to the polls, one after the other.
fn passers(node: &Node, progress: &Progress) -> Result<(), Problem> {
    loop {
        let number = progress.begun.fetch_add(1, Ordering::Relaxed);
        while progress.polls() < number * POLLS_A_CONNECTION * u64::from(CONNECTIONS_OF_A_USER) {
            if !progress.goes_on() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        passer(node, number + 1)?;
        progress.erased.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whoever comes, connects, and is erased.
fn passer(node: &Node, number: u64) -> Result<(), Problem> {
    let mut guest = Guest::new(node, &format!("passes-{number}"))?;
    guest.connect(CONNECTIONS_OF_A_USER)?;
    guest.erase()
}

/// Polls of one user, sent and answered side by side, for as long as it goes on.
fn widgets(node: &Node, hand: usize, progress: &Progress) -> Result<(), Problem> {
    let mut guest = Guest::new(node, &format!("waits-{hand}"))?;
    let begin = |guest: &mut Guest| {
        let told: Told = guest.begin("wait-login-600000")?;
        let what = format!("GET {}", told.poll()?);
        Ok(wire::request(&what, &guest.header, ""))
    };
    let mut poll = begin(&mut guest)?;
    let wires = (0..POLLS_OF_EACH).map(|_| Wire::open(node.port));
    let wires = wires.collect::<std::io::Result<Vec<Wire>>>();
    let mut wires = wires.map_err(unanswered)?;
    while progress.goes_on() {
        for wire in &mut wires {
            wire.send(&poll).map_err(unanswered)?;
        }
        let (mut news, mut counted) = (false, 0);
        for wire in &mut wires {
            let answer = wire.answer().map_err(unanswered)?;
            match answer.status {
                304 => counted += 1,
                // The bank has ended the login after ten minutes.
                200 => news = true,
                // Too much at once: it is asked again, as the widget does.
                503 => {
                    progress.refused.fetch_add(1, Ordering::Relaxed);
                }
                other => return Err(Problem::new(format!("A poll was answered {other}."))),
            }
        }
        progress.polls.fetch_add(counted, Ordering::Relaxed);
        if news {
            poll = begin(&mut guest)?;
        }
    }
    guest.erase()
}

fn unanswered(error: std::io::Error) -> Problem {
    Problem::new(format!("A poll was not answered: {error}"))
}

/// How much more there is than before, once nothing goes any more.
fn left(node: &Node, before: [u64; 3]) -> Result<u64, Problem> {
    let begun = Instant::now();
    loop {
        let now = node.counts(NOW)?.into_iter().zip(before);
        let more = now.map(|(now, before)| now.saturating_sub(before)).sum();
        if more == 0 || begun.elapsed() > PATIENCE {
            return Ok(more);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Rows of all tables that were not there before. Events are kept for 30 days, whoever was erased; they name no user.
fn more(before: &BTreeMap<String, u64>, now: &BTreeMap<String, u64>) -> u64 {
    let tables = now.iter().filter(|(table, _)| *table != "events");
    let more = tables.map(|(table, rows)| rows.saturating_sub(*before.get(table).unwrap_or(&0)));
    more.sum()
}

#[cfg(test)]
mod tests {
    use super::{HOUR, more, polls_of};
    use std::collections::BTreeMap;

    #[test]
    fn there_are_as_many_polls_as_the_widgets_ask() {
        assert_eq!(polls_of(24 * HOUR), 2_851_485);
        assert_eq!(polls_of(HOUR / 2), 59_405);
    }

    #[test]
    fn what_is_left_behind_is_counted_and_events_are_meant_to_be() {
        let rows = |list: &[(&str, u64)]| -> BTreeMap<String, u64> {
            list.iter()
                .map(|(name, rows)| ((*name).into(), *rows))
                .collect()
        };
        let before = rows(&[("tokens", 3), ("events", 1), ("meta", 2)]);
        let now = rows(&[("tokens", 2), ("events", 9), ("meta", 3), ("attempts", 1)]);
        assert_eq!(more(&before, &now), 2);
    }
}
