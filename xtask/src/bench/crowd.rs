//! Many who wait for what does not come, each on a connection of its own.

use super::guest::Guest;
use super::node::Node;
use super::wire::{self, Wire};
use crate::process::Problem;

/// So many wait for each connection that does not go on.
const WAIT_FOR_ONE: u32 = 100;

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
        let all = polls.iter().cycle().take(count as usize).map(|poll| {
            let mut wire = Wire::open(node.port)?;
            wire.send(poll)?;
            Ok(wire)
        });
        let all = all.collect::<std::io::Result<Vec<Wire>>>();
        let all = all.map_err(|error| {
            Problem::new(format!(
                "{count} cannot wait here ({error}). See `ulimit -n`."
            ))
        })?;
        node.until_they_wait(u64::from(count))?;
        let mut crowd = Crowd(all);
        crowd.still_waits()?;
        Ok(crowd)
    }

    /// Else something was measured with fewer.
    pub fn still_waits(&mut self) -> Result<(), Problem> {
        match self.0.iter_mut().all(Wire::is_silent) {
            true => Ok(()),
            false => Err(Problem::new(
                "One that should wait was answered. Is the machine too slow for 40 seconds?",
            )),
        }
    }
}
