//! What has happened to connections since the start, for whoever measures.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub struct Counts {
    pub accepted: Count,
    /// Turned away because all others were busy.
    pub refused: Count,
    /// Ended to make room for a new one.
    pub evicted: Count,
    /// Ended because the head of a request did not come.
    pub late_heads: Count,
    /// Answered 408 because the body of a request did not come.
    pub late_bodies: Count,
    /// Ended because no further request came.
    pub idle: Count,
    /// Ended because an answer was not taken.
    pub slow_readers: Count,
}

/// Only ever grows.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
