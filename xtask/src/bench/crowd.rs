//! Many who wait for what does not come, each on a connection of its own.

use super::guest::Guest;
use super::node::Node;
use super::wire::{self, Wire};
use crate::process::Problem;

/// So many wait for each connection that does not go on.
const WAIT_FOR_ONE: u32 = 100;

/// So many come at the same moment.
const AT_ONCE: usize = 250;

/// Requests whose answers have not come.
pub struct Crowd(Vec<Wire>);

impl Crowd {
    /// So many requests, each of which is where it waits.
    pub fn gather(node: &Node, count: u32) -> Result<Crowd, Problem> {
        let mut guest = Guest::new(node, "waits")?;
        let mut polls = Vec::new();
        for _ in 0..count.div_ceil(WAIT_FOR_ONE) {
            // The test bank takes ten minutes for this login.
            let path = guest.begin("wait-login-600000")?.poll()?;
            polls.push(wire::request(&format!("GET {path}"), &guest.header, ""));
        }
        let mut crowd = Crowd(Vec::new());
        for poll in polls.iter().cycle().take(count as usize) {
            let wire = Wire::open(node.port).and_then(|mut wire| {
                wire.send(poll)?;
                Ok(wire)
            });
            crowd.0.push(wire.map_err(|error| {
                Problem::new(format!(
                    "{count} cannot wait here ({error}). See `ulimit -n`."
                ))
            })?);
            // All at once would be told to come again later.
            if crowd.0.len().is_multiple_of(AT_ONCE) {
                node.until_they_wait(crowd.0.len() as u64)?;
            }
        }
        node.until_they_wait(count.into())?;
        crowd.still_waits()?;
        Ok(crowd)
    }

    /// Else something was measured with fewer.
    pub fn still_waits(&mut self) -> Result<(), Problem> {
        let all = self.0.len();
        let answered: Vec<&mut Wire> = self.0.iter_mut().filter_map(Wire::has_news).collect();
        let count = answered.len();
        let Some(first) = answered.into_iter().next() else {
            return Ok(());
        };
        let status = first.answer().map_or(0, |answer| answer.status);
        Err(Problem::new(format!(
            "{count} of {all} that should wait were answered, the first one {status}. Is the machine too slow for 40 seconds?"
        )))
    }
}
