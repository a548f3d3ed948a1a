//! The bodies of requests, which have their time and are asked whether they came whole; and the bodies of answers,
//! whose end is the answer's.

use super::counts::Counts;
use super::watched::Watched;
use axum::body::Bytes;
use axum::http::header::EXPECT;
use axum::http::{HeaderMap, Response};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep};

type Failure = Box<dyn Error + Send + Sync>;

/// More than this is not read only to keep a connection.
const MOST_UNREAD: usize = 64 * 1024;

/// The body of a request did not come in its time.
#[derive(Debug, thiserror::Error)]
#[error("the body did not come in time")]
pub struct BodyTimedOut;

impl BodyTimedOut {
    /// Whether it is what is behind another error.
    pub fn is_behind(error: &(dyn Error + 'static)) -> bool {
        let behind = || error.source().is_some_and(BodyTimedOut::is_behind);
        error.is::<BodyTimedOut>() || behind()
    }
}

/// Whoever answers reads it, and whoever serves keeps a handle on it.
pub struct RequestBody(Arc<Mutex<Receiving>>);

pub struct Handle(Arc<Mutex<Receiving>>);

struct Receiving {
    incoming: Incoming,
    deadline: Instant,
    timer: Option<Pin<Box<Sleep>>>,
    /// Its sender waits until somebody wants to have it (RFC 9110 10.1.1).
    held_back: bool,
    watched: Arc<Watched>,
    counts: Arc<Counts>,
}

pub fn request_body(
    incoming: Incoming,
    headers: &HeaderMap,
    deadline: Instant,
    watched: Arc<Watched>,
    counts: Arc<Counts>,
) -> (RequestBody, Handle) {
    let receiving = Arc::new(Mutex::new(Receiving {
        incoming,
        deadline,
        timer: None,
        held_back: headers.contains_key(EXPECT),
        watched,
        counts,
    }));
    (RequestBody(receiving.clone()), Handle(receiving))
}

impl Receiving {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        self.held_back = false;
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) {
            self.timer = None;
            let ends = frame.is_none() || self.incoming.is_end_stream();
            // Not acted upon: nobody would hear what came of it.
            if ends && !self.watched.end_body() {
                return Poll::Ready(Some(Err("the connection is closed".into())));
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Failure::from)));
        }
        self.watched.await_body();
        let deadline = self.deadline;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        ready!(timer.as_mut().poll(context));
        self.counts.late_bodies.add();
        Poll::Ready(Some(Err(Box::new(BodyTimedOut))))
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        lock(&self.0).poll(context)
    }

    fn is_end_stream(&self) -> bool {
        lock(&self.0).incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        lock(&self.0).incoming.size_hint()
    }
}

impl Drop for RequestBody {
    /// Who does not want it does not wait for it.
    fn drop(&mut self) {
        lock(&self.0).watched.end_body();
    }
}

impl Handle {
    /// Whether the whole body has come; what is there already is read, and nothing is waited for.
    pub async fn has_ended(&self) -> bool {
        let mut read = 0;
        poll_fn(|context| {
            let mut receiving = lock(&self.0);
            while !receiving.incoming.is_end_stream() {
                if receiving.held_back || read > MOST_UNREAD {
                    return Poll::Ready(false);
                }
                match Pin::new(&mut receiving.incoming).poll_frame(context) {
                    Poll::Ready(Some(Ok(frame))) => {
                        read += frame.data_ref().map_or(0, Bytes::len);
                    }
                    Poll::Ready(None) => break,
                    Poll::Ready(Some(Err(_))) | Poll::Pending => return Poll::Ready(false),
                }
            }
            Poll::Ready(true)
        })
        .await
    }
}

fn lock(receiving: &Mutex<Receiving>) -> MutexGuard<'_, Receiving> {
    receiving.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The body of an answer; when it goes, the answer is complete.
pub struct AnswerBody {
    body: axum::body::Body,
    watched: Arc<Watched>,
}

pub fn answer(response: Response<axum::body::Body>, watched: Arc<Watched>) -> Response<AnswerBody> {
    response.map(|body| AnswerBody { body, watched })
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.watched.answer();
    }
}
