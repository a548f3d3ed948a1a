//! What can be measured of a server, each part alone.

mod mint;
mod polls;
mod search;
mod soak;
mod start;

use std::path::Path;
use std::time::Duration;

use super::database::Database;
use super::figures::{Figure, milliseconds};
use super::load::Times;
use crate::process::Problem;

/// A server's program over a database.
pub struct Subject<'a> {
    pub program: &'a Path,
    pub database: &'a Database,
    /// So many hours of open widgets; without it half an hour.
    pub soak_hours: Option<u64>,
}

type Measure = fn(&Subject) -> Result<Vec<Figure>, Problem>;

/// In the order in which they are measured.
pub const PARTS: [(&str, Measure); 5] = [
    ("start", start::measure),
    ("mint", mint::measure),
    ("search", search::measure),
    ("polls", polls::measure),
    ("soak", soak::measure),
];

/// CPU time of each of so many.
fn cpu_each(spent: Duration, count: f64) -> f64 {
    milliseconds(spent) / count
}

/// What each of many requests took, by the name of one.
fn percentiles(what: &str, times: &mut Times) -> [Figure; 2] {
    let mut of = |share| milliseconds(times.percentile(share));
    let (half, most) = (of(0.5), of(0.99));
    [
        Figure::told(format!("{what}: p50 ms"), half, 1),
        Figure::told(format!("{what}: p99 ms"), most, 1),
    ]
}
