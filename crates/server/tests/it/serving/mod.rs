//! Who takes too much time or too much room, played over bare sockets.

mod peer;
mod room;
mod time;
mod tls;
mod waits;
mod words;
