//! The bytes of a connection, plain or under TLS. The handshake happens where the first request is read, so that its time
//! is that of the request's head.

use super::stream::Stream;
use axum::body::Bytes;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// The first byte of a handshake (RFC 8446 5.1), which no request of HTTP begins with.
const HANDSHAKE: u8 = 22;

pub struct Wire {
    state: State,
    /// Is read before anything that comes.
    first: Bytes,
    misplaced: Arc<AtomicBool>,
}

enum State {
    Plain(Box<Stream>),
    /// Nothing is heard yet.
    Fresh(Box<Stream>, TlsAcceptor),
    Shaking(Box<Accept<Box<Stream>>>),
    Tls(Box<TlsStream<Box<Stream>>>),
    Broken,
}

/// Tells whether whoever was to speak TLS speaks plain HTTP.
#[derive(Clone)]
pub struct Misplaced(Arc<AtomicBool>);

impl Misplaced {
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wire {
    pub fn new(stream: Stream, tls: Option<TlsAcceptor>) -> Wire {
        let stream = Box::new(stream);
        let state = match tls {
            Some(acceptor) => State::Fresh(stream, acceptor),
            None => State::Plain(stream),
        };
        Wire {
            state,
            first: Bytes::new(),
            misplaced: Arc::default(),
        }
    }

    /// These are read once more.
    pub fn rewind(&mut self, bytes: Bytes) {
        self.first = bytes;
    }

    /// What was to be read once more, and was not.
    pub fn unread(&mut self) -> Bytes {
        std::mem::take(&mut self.first)
    }

    pub fn misplaced(&self) -> Misplaced {
        Misplaced(self.misplaced.clone())
    }

    /// Ready once what is read and written is HTTP.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match &mut self.state {
                State::Plain(_) | State::Tls(_) => return Poll::Ready(Ok(())),
                State::Broken => return Poll::Ready(Err(broken())),
                State::Fresh(stream, _) => {
                    let first = ready!(stream.poll_first(context))?;
                    let State::Fresh(stream, acceptor) =
                        std::mem::replace(&mut self.state, State::Broken)
                    else {
                        continue;
                    };
                    self.state = match first {
                        Some(HANDSHAKE) => State::Shaking(Box::new(acceptor.accept(stream))),
                        Some(_) => {
                            self.misplaced.store(true, Ordering::Relaxed);
                            State::Plain(stream)
                        }
                        None => State::Plain(stream),
                    };
                }
                State::Shaking(accept) => {
                    let shaken = ready!(Pin::new(accept).poll(context));
                    self.state = State::Broken;
                    self.state = State::Tls(Box::new(shaken?));
                }
            }
        }
    }
}

fn broken() -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let length = self.first.len().min(buffer.remaining());
            buffer.put_slice(&self.first.split_to(length));
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_open(context))?;
        match &mut self.state {
            State::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            State::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
            _ => Poll::Ready(Err(broken())),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.state {
            State::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            State::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
            _ => Poll::Ready(Err(broken())),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.state {
            State::Plain(stream) => Pin::new(stream).poll_write_vectored(context, parts),
            State::Tls(stream) => Pin::new(stream).poll_write_vectored(context, parts),
            _ => Poll::Ready(Err(broken())),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.state {
            State::Plain(stream) => stream.is_write_vectored(),
            // hyper asks before anything is heard: rustls takes parts as well as the socket does.
            _ => true,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            State::Plain(stream) => Pin::new(stream).poll_flush(context),
            State::Tls(stream) => Pin::new(stream).poll_flush(context),
            // Nothing was written.
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.state {
            State::Plain(stream) | State::Fresh(stream, _) => {
                Pin::new(stream).poll_shutdown(context)
            }
            State::Tls(stream) => Pin::new(stream).poll_shutdown(context),
            // Who was not understood is not waited for.
            State::Shaking(_) | State::Broken => Poll::Ready(Ok(())),
        }
    }
}
