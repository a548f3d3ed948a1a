//! A connection as its requests see it: who is at its other end, and whether a request has come over it before.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Clone)]
pub struct Connection {
    /// The other end: the user's machine, or the proxy before this server.
    pub peer: SocketAddr,
    used: Arc<AtomicBool>,
}

impl Connection {
    pub fn new(peer: SocketAddr) -> Connection {
        Connection {
            peer,
            used: Arc::default(),
        }
    }

    /// Tells whether it was used before.
    pub fn used(&self) -> bool {
        self.used.swap(true, Ordering::Relaxed)
    }
}
