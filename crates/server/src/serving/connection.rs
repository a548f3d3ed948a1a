//! Serves one connection, request after request, until it ends or has to.

use super::Serving;
use super::body::{self, AnswerBody};
use super::phase::Late;
use super::room::Place;
use super::stream::Stream;
use super::watched::Watched;
use super::wire::Wire;
use crate::http::connection::Connection;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tower::Service;

/// How much of an answer lies ready at most, and of a body at once.
const BUFFER: usize = 64 * 1024;

/// How long the rest of a request may take to come when the server is told to stop.
const HURRY: Duration = Duration::from_secs(1);

/// The connection had to make room, so that its request is not begun.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed to make room")]
struct Evicted;

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
    let misplaced = wire.misplaced();
    let stream = TokioIo::new(wire);
    let connection = Connection::new(peer);
    let service = service_fn(|request| {
        let serving = serving.clone();
        let router = match misplaced.is() {
            true => Router::new().fallback(tls_alone),
            false => router.clone(),
        };
        answer(
            serving,
            router,
            request,
            connection.clone(),
            watched.clone(),
        )
    });
    // hyper's own time-out would be that of a head and of an idle connection in one: the phase has both.
    // Pinned where it is made: a variable that it is moved out of would take its room once more.
    let mut http = pin!(
        http1::Builder::new()
            .max_header_size(serving.header_size)
            .max_buf_size(BUFFER.max(serving.header_size))
            .serve_connection(stream, service)
    );
    let mut stopped = pin!(stop(stopping));
    let mut leaves = pin!(watched.leaves());
    let mut timer = pin!(tokio::time::sleep_until(Instant::now()));
    let mut end = None;
    let late = poll_fn(|context| {
        if end.is_none() && stopped.as_mut().poll(context).is_ready() {
            end = Some(Instant::now() + HURRY);
            http.as_mut().graceful_shutdown();
        }
        if http.as_mut().poll(context).is_ready() || leaves.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        // Whatever changes the phase happens in the poll above.
        let end = end.filter(|_| watched.waits()).map(|end| (end, None));
        let late = watched.deadline().map(|(at, late)| (at, Some(late)));
        let Some((at, late)) = end.or(late) else {
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
    serving: Arc<Serving>,
    mut router: Router,
    request: Request<Incoming>,
    connection: Connection,
    watched: Arc<Watched>,
) -> Result<Response<AnswerBody>, Evicted> {
    if !watched.ask() {
        return Err(Evicted);
    }
    let (request, handle) = prepare(&serving, request, connection, &watched);
    let mut response = match router.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    // Where the next request would begin is unknown; or it is to get to another server.
    if !handle.has_ended().await || serving.is_draining() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    Ok(body::answer(response, watched))
}

/// Not within `answer`, which would keep the room of each step while it waits.
fn prepare(
    serving: &Serving,
    request: Request<Incoming>,
    connection: Connection,
    watched: &Arc<Watched>,
) -> (Request<Body>, body::Handle) {
    let (parts, incoming) = request.into_parts();
    let deadline = Instant::now() + serving.body_timeout;
    let counts = serving.counts.clone();
    let (body, handle) =
        body::request_body(incoming, &parts.headers, deadline, watched.clone(), counts);
    let mut request = Request::from_parts(parts, Body::new(body));
    request.extensions_mut().insert(ConnectInfo(connection));
    (request, handle)
}

async fn stop(mut stopping: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
