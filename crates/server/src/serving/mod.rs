//! Accepts connections and hands their requests to the router, within limits of time and room: nobody holds a socket
//! for long without a request, and whoever waits for an answer is never cut off.

mod body;
mod connection;
mod counts;
mod crowd;
mod files;
mod head;
mod parked;
mod phase;
mod room;
mod stream;
mod watched;
mod wire;

pub use body::BodyTimedOut;
pub use counts::Counts;

use self::connection::Arrival;
use self::crowd::Limits;
use self::phase::Times;
use self::room::{Room, Uncounted};
use crate::config::time_and_room::TimeAndRoom;
use crate::tls::Tls;
use axum::Router;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// What the system keeps of an answer that is not taken. Were it much, a reader could stop reading unnoticed.
const SEND_BUFFER: u32 = 64 * 1024;

/// Connections that are told to end, and those that are turned away, have their sockets a moment longer.
const LEAVING: usize = 64;

/// So many requests that have waited are looked after at a time: word may come to all of them at once, after a lost connection
/// to the database say, and each takes ten times the room then.
const TURNS: usize = 64;

/// How long it is not tried again when no socket could be had.
const PAUSE: Duration = Duration::from_millis(100);

/// What all listeners share.
pub struct Serving {
    times: Times,
    body_timeout: Duration,
    header_size: usize,
    room: Arc<Room>,
    counts: Arc<Counts>,
    most: usize,
    sockets: Arc<Semaphore>,
    /// For requests that have waited.
    turns: Arc<Semaphore>,
    drain: Duration,
    draining: AtomicBool,
}

impl Serving {
    /// `uncounted` says whose connections are not counted by address, see [`Uncounted`].
    pub fn new(options: &TimeAndRoom, uncounted: Uncounted) -> Serving {
        let limits = Limits {
            in_all: files::room_for(options.connections as usize),
            per_network: options.connections_per_address as usize,
        };
        let counts = Arc::new(Counts::default());
        Serving {
            times: Times::of(options),
            body_timeout: options.body_timeout(),
            header_size: options.header_size as usize,
            room: Arc::new(Room::new(limits, uncounted, counts.clone())),
            counts,
            most: limits.in_all,
            sockets: Arc::new(Semaphore::new(limits.in_all + LEAVING)),
            turns: Arc::new(Semaphore::new(TURNS)),
            drain: Duration::from_millis(options.drain.into()),
            draining: AtomicBool::new(false),
        }
    }

    /// Each request is its connection's last from now on. Returns once whoever sends them has had time to see it.
    pub async fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
        tokio::time::sleep(self.drain).await;
    }

    fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many connections there may be.
    pub fn most(&self) -> usize {
        self.most
    }

    /// How many connections there are.
    pub fn open(&self) -> usize {
        self.room.open()
    }

    /// A connection, and the right to have it.
    async fn accept(
        &self,
        listener: &TcpListener,
    ) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
        loop {
            let permit = self.sockets.clone().acquire_owned().await.ok();
            match listener.accept().await {
                Ok((socket, peer)) => return (socket, peer, permit),
                // It has gone again, which is its own affair.
                Err(error) if is_of_the_other_end(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    self.room.evict_one();
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Else a port could not be had again for a minute after a stop; elsewhere it would mean something else.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Every connection has it from here.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until it is told to stop. Then whoever has no request under way is closed at once, and the others when they
/// are answered.
pub async fn serve(
    serving: Arc<Serving>,
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let told = stopping.clone();
    loop {
        let (socket, peer, permit) = tokio::select! {
            accepted = serving.accept(&listener) => accepted,
            // One that panicked is closed, which is all that is to be done.
            Some(_) = connections.join_next() => continue,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let Some(place) = serving.room.enter(peer.ip()) else {
            continue;
        };
        // An answer is written at once or in large parts: to wait for more would only delay it.
        let _ = socket.set_nodelay(true);
        let (serving, router, told) = (serving.clone(), router.clone(), told.clone());
        let tls = tls.as_deref().map(Tls::acceptor);
        let arrival = Arrival {
            socket,
            peer,
            place,
            tls,
        };
        connections.spawn(async move {
            connection::serve(serving, router, arrival, told).await;
            drop(permit);
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

fn is_of_the_other_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
