//! A request that waits for news, without anything but its head and its wire: hyper's buffers alone would be more than all
//! that it needs.

use super::wire::Wire;
use crate::http::waiting::{Again, Wait};
use axum::http::Extensions;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, ReadBuf};

/// So much of what comes behind the request is taken from the wire; the rest waits there.
const MOST_BEHIND: usize = 8 * 1024;

/// Where a request that waits is put down, so that its connection can be taken apart.
#[derive(Clone, Default)]
pub struct Spot(Arc<Mutex<Option<Parked>>>);

pub struct Parked {
    /// The request's head, and whatever came behind it.
    pub bytes: Vec<u8>,
    /// So much of it there may be.
    room: usize,
    wait: Wait,
}

impl Spot {
    pub fn put(&self, parked: Parked) {
        *self.lock() = Some(parked);
    }

    pub fn take(&self) -> Option<Parked> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Parked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Parked {
    pub fn new(head: Vec<u8>, wait: Wait) -> Parked {
        Parked {
            room: head.len() + MOST_BEHIND,
            bytes: head,
            wait,
        }
    }

    /// Until the request is to be asked once more: the wire brings it anew then, with these extensions. `None`: whoever has
    /// asked has gone.
    pub async fn end(mut self, mut wire: Wire) -> Option<(Wire, Extensions)> {
        let ended = poll_fn(|context| {
            while self.bytes.len() < self.room {
                match poll_read(&mut wire, context, &mut self.bytes) {
                    Poll::Ready(true) => {}
                    Poll::Ready(false) => return Poll::Ready(None),
                    Poll::Pending => break,
                }
            }
            self.wait.as_mut().poll(context).map(Some)
        });
        let mut extensions = ended.await?;
        extensions.insert(Again);
        wire.rewind(self.bytes.into());
        Some((wire, extensions))
    }
}

/// `false`: nothing comes any more.
fn poll_read(wire: &mut Wire, context: &mut Context<'_>, bytes: &mut Vec<u8>) -> Poll<bool> {
    let mut space = [0; 1024];
    let mut buffer = ReadBuf::new(&mut space);
    let read = Pin::new(wire).poll_read(context, &mut buffer);
    read.map(|read| {
        bytes.extend_from_slice(buffer.filled());
        read.is_ok() && !buffer.filled().is_empty()
    })
}
