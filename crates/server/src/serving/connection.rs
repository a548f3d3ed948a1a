//! Serves one connection, request after request, until it ends or has to. While a request waits for news, hyper's part of the
//! connection is taken down, and it is set up anew when the request is asked once more.

use super::Serving;
use super::body::{self, AnswerBody};
use super::head::Head;
use super::parked::{Parked, Spot};
use super::phase::Late;
use super::room::Place;
use super::stream::Stream;
use super::watched::Watched;
use super::wire::{Misplaced, Wire};
use crate::http::connection::Connection;
use crate::http::waiting::{Later, MayWait};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::cell::Cell;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tower::Service;

/// How much of an answer lies ready at most, and of a body at once.
const BUFFER: usize = 64 * 1024;

/// How long the rest of a request may take to come when the server is told to stop.
const HURRY: Duration = Duration::from_secs(1);

/// Why a request has no answer from here.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    /// It is not begun.
    #[error("the connection is closed to make room")]
    Evicted,
    #[error("the request waits for news")]
    Waits,
}

/// A connection that was let in.
pub struct Arrival {
    pub socket: TcpStream,
    pub peer: SocketAddr,
    pub place: Place,
    /// What it has to speak; `None`: it is plain.
    pub tls: Option<TlsAcceptor>,
}

pub async fn serve(
    serving: Arc<Serving>,
    router: Router,
    arrival: Arrival,
    stopping: watch::Receiver<bool>,
) {
    let Arrival {
        socket,
        peer,
        place,
        tls,
    } = arrival;
    let watched = Arc::new(Watched::new(place, serving.times));
    let wire = Wire::new(Stream::new(socket, watched.clone()), tls);
    let end = End {
        misplaced: wire.misplaced(),
        connection: Connection::new(peer),
        spot: Spot::default(),
        serving,
        router,
        watched,
    };
    let mut next = Some((wire, Extensions::new()));
    while let Some((wire, extensions)) = next.take() {
        let Some((parked, wire)) = converse(&end, wire, extensions, stopping.clone()).await else {
            return;
        };
        next = parked.end(wire).await;
        if let Some((_, extensions)) = &mut next {
            let turn = end.serving.turns.clone().acquire_owned();
            // Where the database is away each takes long: nobody waits for all of them.
            let turn = tokio::time::timeout(HURRY, turn).await;
            extensions.insert(Turn(Arc::new(turn.ok().and_then(Result::ok))));
        }
    }
}

/// Of those who may all have news at once so many are looked after at a time. Held until the request is answered, or waits
/// again.
#[derive(Clone)]
struct Turn(
    #[expect(dead_code, reason = "it is given back when it goes")]
    Arc<Option<OwnedSemaphorePermit>>,
);

/// This end of a connection, as its requests see it.
#[derive(Clone)]
struct End {
    serving: Arc<Serving>,
    router: Router,
    misplaced: Misplaced,
    connection: Connection,
    watched: Arc<Watched>,
    /// For a request that waits.
    spot: Spot,
}

/// Answers request after request; the first one comes with these extensions. What is left, if something is, is a request that
/// waits.
async fn converse(
    end: &End,
    wire: Wire,
    extensions: Extensions,
    stopping: watch::Receiver<bool>,
) -> Option<(Parked, Wire)> {
    let own = end.clone();
    let extensions = Cell::new(extensions);
    let service = service_fn(move |request| answer(own.clone(), request, extensions.take()));
    let (serving, watched) = (&end.serving, &end.watched);
    // hyper's own time-out would be that of a head and of an idle connection in one: the phase has both.
    let mut http = http1::Builder::new()
        .max_header_size(serving.header_size)
        .max_buf_size(BUFFER.max(serving.header_size))
        .serve_connection(TokioIo::new(wire), service);
    let mut stopped = pin!(stop(stopping));
    let mut leaves = pin!(watched.leaves());
    let mut timer = pin!(tokio::time::sleep_until(Instant::now()));
    let mut end_at = None;
    let late = poll_fn(|context| {
        // Before it is told to stop: it may have a request already that nothing of was read.
        if Pin::new(&mut http).poll(context).is_ready() {
            return Poll::Ready(None);
        }
        if end_at.is_none() && stopped.as_mut().poll(context).is_ready() {
            end_at = Some(Instant::now() + HURRY);
            Pin::new(&mut http).graceful_shutdown();
            if Pin::new(&mut http).poll(context).is_ready() {
                return Poll::Ready(None);
            }
        }
        if leaves.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        // Whatever changes the phase happens in the polls above.
        let end_at = end_at.filter(|_| watched.waits()).map(|at| (at, None));
        let late = watched.deadline().map(|(at, late)| (at, Some(late)));
        let Some((at, late)) = end_at.or(late) else {
            return Poll::Pending;
        };
        if timer.deadline() != at {
            timer.as_mut().reset(at);
        }
        timer.as_mut().poll(context).map(|()| late)
    })
    .await;
    let counts = &serving.counts;
    match late {
        Some(Late::Head) => counts.late_heads.add(),
        Some(Late::Idle) => counts.idle.add(),
        Some(Late::Reader) => counts.slow_readers.add(),
        Some(Late::Farewell) | None => {}
    }
    let mut parked = end.spot.take()?;
    let parts = http.into_parts();
    let mut wire = parts.io.into_inner();
    parked.bytes.extend_from_slice(&parts.read_buf);
    parked.bytes.extend_from_slice(&wire.unread());
    Some((parked, wire))
}

/// Who speaks plain HTTP where TLS is spoken has sent everything in clear: it is not looked at.
async fn tls_alone() -> impl IntoResponse {
    let close = [(header::CONNECTION, "close")];
    (
        StatusCode::BAD_REQUEST,
        close,
        "This port speaks https alone.\n",
    )
}

async fn answer(
    end: End,
    request: Request<Incoming>,
    mut extensions: Extensions,
) -> Result<Response<AnswerBody>, Unanswered> {
    let _turn = extensions.remove::<Turn>();
    if !end.watched.ask() {
        return Err(Unanswered::Evicted);
    }
    let (request, handle, head) = prepare(&end, request, extensions);
    let mut router = match end.misplaced.is() {
        true => Router::new().fallback(tls_alone),
        false => end.router,
    };
    let mut response = match router.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let later = response.extensions().get::<Later>();
    if let (Some(head), Some(wait)) = (head, later.and_then(Later::take)) {
        end.spot.put(Parked::new(head.to_bytes(), wait));
        return Err(Unanswered::Waits);
    }
    // Where the next request would begin is unknown; or it is to get to another server.
    if !handle.has_ended().await || end.serving.is_draining() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    Ok(body::answer(response, end.watched))
}

/// Not within `answer`, which would keep the room of each step while it waits.
fn prepare(
    end: &End,
    request: Request<Incoming>,
    extensions: Extensions,
) -> (Request<Body>, body::Handle, Option<Head>) {
    let (parts, incoming) = request.into_parts();
    // What of the answer before has not left yet would go with hyper's buffer.
    let may_wait =
        parts.method == Method::GET && incoming.is_end_stream() && !end.watched.is_blocked();
    let head = may_wait.then(|| Head::of(&parts));
    let deadline = Instant::now() + end.serving.body_timeout;
    let counts = end.serving.counts.clone();
    let watched = end.watched.clone();
    let (body, handle) = body::request_body(incoming, &parts.headers, deadline, watched, counts);
    let mut request = Request::from_parts(parts, Body::new(body));
    request.extensions_mut().extend(extensions);
    let connection = ConnectInfo(end.connection.clone());
    request.extensions_mut().insert(connection);
    if may_wait {
        request.extensions_mut().insert(MayWait);
    }
    (request, handle, head)
}

async fn stop(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
