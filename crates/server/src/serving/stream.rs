//! A socket that tells what goes over it, and that closes so that the last answer is heard.

use super::watched::Watched;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

pub struct Stream {
    socket: TcpStream,
    watched: Arc<Watched>,
    /// The other end has said its last word.
    ended: bool,
}

impl Stream {
    pub fn new(socket: TcpStream, watched: Arc<Watched>) -> Stream {
        Stream {
            socket,
            watched,
            ended: false,
        }
    }

    /// The first byte that comes, which stays to be read; `None`: there will be none.
    pub fn poll_first(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<u8>>> {
        let mut byte = [0];
        let mut buffer = ReadBuf::new(&mut byte);
        let peeked = ready!(self.socket.poll_peek(context, &mut buffer))?;
        Poll::Ready(Ok((peeked > 0).then_some(byte[0])))
    }

    fn wrote(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) => self.watched.take(*bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.watched.block(),
        }
        written
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(context, buffer))?;
        match buffer.filled().len() > before {
            true => self.watched.hear(),
            false => self.ended = true,
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, parts);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// hyper comes here when it has handed over everything.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.watched.flush();
        Pin::new(&mut self.socket).poll_flush(context)
    }

    /// A socket that is closed while bytes come in is reset, and its answer is lost (RFC 9112 9.6): so only what goes
    /// out is closed, and what still comes is read until the other end has heard.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_shutdown(context))?;
        self.watched.part();
        let mut unread = [0; 4096];
        while !self.ended {
            let mut buffer = ReadBuf::new(&mut unread);
            ready!(Pin::new(&mut self.socket).poll_read(context, &mut buffer))?;
            self.ended = buffer.filled().is_empty();
        }
        Poll::Ready(Ok(()))
    }
}
