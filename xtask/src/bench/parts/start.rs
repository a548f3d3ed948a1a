//! From the start of the process until it is ready, with the catalogue that is shipped.

use super::Subject;
use crate::bench::figures::Figure;
use crate::bench::node::{NO_LIMITS, Node, Terms};
use crate::process::Problem;

const TERMS: Terms = Terms {
    shipped: true,
    poll_timeout: 40,
    limits: NO_LIMITS,
};

pub fn measure(subject: &Subject) -> Result<Vec<Figure>, Problem> {
    let place = subject.database.place()?;
    let first = Node::start(subject.program, &place, TERMS)?;
    let (took_first, cpu_first) = (first.took, first.cpu()?);
    first.stop()?;
    let second = Node::start(subject.program, &place, TERMS)?;
    let (took_second, cpu_second) = (second.took, second.cpu()?);
    let megabytes = second.memory()? as f64 / 1e6;
    let seconds = |what: &str, time: std::time::Duration| Figure::told(what, time.as_secs_f64(), 2);
    Ok(vec![
        seconds("first start, which imports: seconds", took_first),
        seconds("first start, which imports: seconds of CPU", cpu_first),
        seconds("second start: seconds", took_second),
        seconds("second start: seconds of CPU", cpu_second),
        Figure::told("second start: MB of memory", megabytes, 0),
    ])
}
