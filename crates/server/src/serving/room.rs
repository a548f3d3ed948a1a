//! Lets connections in as long as there is room, and makes room: one that waits gives way to a new one, and one with a
//! request never does.

use super::counts::Counts;
use super::crowd::{Crowd, Entry, Id, Limits, Network};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A crowd is told of once in this time: a flood shall not fill the log.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(60);

/// Says whose connections are not counted by address: a proxy's, behind which there are many users.
pub type Uncounted = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

pub struct Room {
    crowd: Mutex<Crowd>,
    uncounted: Uncounted,
    counts: Arc<Counts>,
    warned: Mutex<Option<Instant>>,
}

impl Room {
    pub fn new(limits: Limits, uncounted: Uncounted, counts: Arc<Counts>) -> Room {
        Room {
            crowd: Mutex::new(Crowd::new(limits)),
            uncounted,
            counts,
            warned: Mutex::default(),
        }
    }

    /// The new connection's place, when there is one.
    pub fn enter(self: &Arc<Room>, address: IpAddr) -> Option<Place> {
        let network = (!(self.uncounted)(address)).then(|| Network::of(address));
        let leave = Arc::new(Notify::new());
        let entry = self.crowd().enter(network, leave.clone());
        let id = match entry {
            Entry::Free(id) => id,
            Entry::Instead(id) => {
                self.counts.evicted.add();
                self.warn(address);
                id
            }
            Entry::Full => {
                self.counts.refused.add();
                self.warn(address);
                return None;
            }
        };
        self.counts.accepted.add();
        Some(Place {
            room: self.clone(),
            id,
            leave,
        })
    }

    /// For the process has no room left, whatever the limits say.
    pub fn evict_one(&self) {
        if self.crowd().evict_one() {
            self.counts.evicted.add();
        }
    }

    pub fn open(&self) -> usize {
        self.crowd().len()
    }

    fn warn(&self, address: IpAddr) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if warned.is_some_and(|last| now.duration_since(last) < BETWEEN_WARNINGS) {
            return;
        }
        *warned = Some(now);
        drop(warned);
        tracing::warn!(
            %address,
            open = self.open(),
            evicted = self.counts.evicted.read(),
            refused = self.counts.refused.read(),
            "too many connections: ones without a request are ended for new ones, or new ones refused; see --connections and --connections-per-address"
        );
    }

    fn crowd(&self) -> MutexGuard<'_, Crowd> {
        self.crowd.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place, which it gives back when it ends.
pub struct Place {
    room: Arc<Room>,
    id: Id,
    leave: Arc<Notify>,
}

impl Place {
    /// `false`: it had to make room before.
    pub fn work(&self) -> bool {
        self.room.crowd().work(self.id)
    }

    pub fn wait(&self) {
        self.room.crowd().wait(self.id);
    }

    /// Ready when it has to make room.
    pub fn leaves(&self) -> impl Future<Output = ()> + use<> {
        let leave = self.leave.clone();
        async move { leave.notified().await }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.crowd().leave(self.id);
    }
}
