//! One connection as its socket, its requests and its answers tell of it: they all write into one phase, and the
//! connection's place among the others follows.

use super::phase::{Late, Phase, Times};
use super::room::Place;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

pub struct Watched {
    phase: Mutex<Phase>,
    place: Place,
}

impl Watched {
    pub fn new(place: Place, times: Times) -> Watched {
        Watched {
            phase: Mutex::new(Phase::new(times, Instant::now())),
            place,
        }
    }

    /// Bytes have come.
    pub fn hear(&self) {
        if self.phase().hear(Instant::now()) {
            self.place.wait();
        }
    }

    /// The head of a request is complete. `false`: the connection had to make room before.
    pub fn ask(&self) -> bool {
        self.phase().ask();
        self.place.work()
    }

    /// The rest of a request is to come.
    pub fn await_body(&self) {
        self.phase().await_body();
        self.place.wait();
    }

    /// Nobody waits for more of the request. `false`: the connection had to make room before.
    pub fn end_body(&self) -> bool {
        let waited = self.phase().end_body();
        !waited || self.place.work()
    }

    pub fn answer(&self) {
        self.phase().answer(Instant::now());
    }

    pub fn block(&self) {
        self.phase().block(Instant::now());
    }

    pub fn take(&self, bytes: usize) {
        self.phase().take(bytes as u64, Instant::now());
    }

    pub fn flush(&self) {
        if self.phase().flush(Instant::now()) {
            self.place.wait();
        }
    }

    pub fn part(&self) {
        if self.phase().part(Instant::now()) {
            self.place.wait();
        }
    }

    /// The socket takes no more of what was written.
    pub fn is_blocked(&self) -> bool {
        self.phase().is_blocked()
    }

    pub fn waits(&self) -> bool {
        self.phase().waits()
    }

    pub fn deadline(&self) -> Option<(Instant, Late)> {
        self.phase().deadline()
    }

    /// Ready when it has to make room for another one.
    pub fn leaves(&self) -> impl Future<Output = ()> + use<> {
        self.place.leaves()
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
