//! What many waiting polls cost: memory, time of those who do not wait, and how late one hears of its change.

use std::time::{Duration, Instant};

use super::{Subject, cpu_each};
use crate::bench::crowd::Crowd;
use crate::bench::figures::{Figure, Target, middle, milliseconds, percentile};
use crate::bench::files;
use crate::bench::guest::{Guest, Told};
use crate::bench::node::{NO_LIMITS, Node, Terms};
use crate::bench::wire::{self, Wire};
use crate::process::Problem;

/// So many wait while it is measured; of the last as many as this machine lets a process have.
const CROWDS: [u32; 3] = [100, 1_000, 10_000];

/// So many connections are made among them, so many times.
const CONNECTIONS: u32 = 40;
const TIMES: u32 = 3;

/// So many changes are heard of, by some of the largest crowd. Of fewer than the least there is no p99.
const CHANGES: u32 = 500;
const LEAST_CHANGES: usize = 100;

/// On a slow machine less is measured than is meant to be: after 40 seconds the first polls are answered.
const ENOUGH: Duration = Duration::from_secs(25);

/// What is to be met: CPU time as a multiple of that in the smallest crowd, kilobytes, and milliseconds.
const GROWTH: f64 = 1.2;
const KILOBYTES: f64 = 10.0;
const P99: f64 = 100.0;

const TERMS: Terms = Terms {
    shipped: false,
    // The longest that there is: none is answered meanwhile.
    poll_timeout: 40,
    limits: NO_LIMITS,
};

pub fn measure(subject: &Subject) -> Result<Vec<Figure>, Problem> {
    let [few, more, most] = CROWDS;
    let largest = files::room(most)?;
    if largest < more {
        let words = format!("Only {largest} can wait here. Raise the limit: `ulimit -Hn`.");
        return Err(Problem::new(words));
    }
    let mut figures = Vec::new();
    let (_, least) = among(subject, few)?;
    let what = |crowd| format!("a connection with {crowd} waiting: ");
    figures.push(Figure::told(what(few) + "ms of CPU", least, 2));
    for crowd in [more, largest] {
        let (kilobytes, cpu) = among(subject, crowd)?;
        let growth = Figure::told(what(crowd) + "times that", cpu / least, 2);
        figures.push(growth.judged(Target::AtMost(GROWTH)));
        if crowd == largest {
            let each = Figure::told(format!("KB of each of {crowd} waiting"), kilobytes, 1);
            figures.push(each.judged(Target::Under(KILOBYTES)));
        }
    }
    figures.extend(heard(subject, largest)?);
    Ok(figures)
}

/// KB of each that waits, and ms of the server's CPU for a connection that is made meanwhile.
fn among(subject: &Subject, count: u32) -> Result<(f64, f64), Problem> {
    let place = subject.database.place()?;
    let node = Node::start(subject.program, &place, TERMS)?;
    let mut guest = Guest::new(&node, "guest")?;
    guest.connect(CONNECTIONS)?;
    let before = node.memory()?;
    let begun = Instant::now();
    let mut crowd = Crowd::gather(&node, count)?;
    let bytes = node.memory()?.saturating_sub(before);
    let mut each = Vec::new();
    for _ in 0..TIMES {
        let spent = node.cpu()?;
        guest.connect(CONNECTIONS)?;
        each.push(cpu_each(node.cpu()? - spent, CONNECTIONS.into()));
        if begun.elapsed() > ENOUGH {
            break;
        }
    }
    crowd.still_waits()?;
    Ok((bytes as f64 / 1e3 / f64::from(count), middle(each)))
}

/// From the moment in which an answer to a bank's question is sent until the poll that waits for that connection has its
/// change. So the request that makes the change is in it, too.
fn heard(subject: &Subject, count: u32) -> Result<[Figure; 2], Problem> {
    let place = subject.database.place()?;
    let node = Node::start(subject.program, &place, TERMS)?;
    let mut guest = Guest::new(&node, "guest")?;
    let asked: Vec<Told> = (0..CHANGES)
        .map(|_| guest.asked())
        .collect::<Result<_, _>>()?;
    let begun = Instant::now();
    let mut crowd = Crowd::gather(&node, count.saturating_sub(CHANGES))?;
    let mut polls = Vec::new();
    for told in &asked {
        let poll = wire::request(&format!("GET {}", told.poll()?), &guest.header, "");
        let wire = Wire::open(node.port).and_then(|mut wire| {
            wire.send(&poll)?;
            Ok(wire)
        });
        polls.push(wire.map_err(unanswered)?);
    }
    node.until_they_wait(count.into())?;
    let mut times = Vec::new();
    for (told, poll) in asked.iter().zip(&mut polls) {
        let sent = Instant::now();
        let heard = std::thread::scope(|scope| {
            let heard = scope.spawn(|| poll.answer().map(|answer| (answer, sent.elapsed())));
            guest.answer(told, "javascript")?;
            heard
                .join()
                .map_err(|_| Problem::new("The poll has panicked."))
        })?;
        let (answer, took) = heard.map_err(unanswered)?;
        if answer.status != 200 {
            return Err(Problem::new(format!(
                "A poll was answered {}.",
                answer.status
            )));
        }
        times.push(took);
        if begun.elapsed() > ENOUGH && times.len() >= LEAST_CHANGES {
            break;
        }
    }
    crowd.still_waits()?;
    let mut of = |share| milliseconds(percentile(&mut times, share));
    let (half, most) = (of(0.5), of(0.99));
    let what = |share| format!("change to answer with {count} waiting: {share} ms");
    let most = Figure::told(what("p99"), most, 1).judged(Target::Under(P99));
    Ok([Figure::told(what("p50"), half, 1), most])
}

fn unanswered(error: std::io::Error) -> Problem {
    Problem::new(format!("A poll was not answered: {error}"))
}
