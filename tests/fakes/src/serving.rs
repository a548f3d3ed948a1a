//! A stand-in that is served for a test: where it is, what it was asked, and what it should answer next instead of its own.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Ends with the test that holds it.
pub struct Fake {
    address: SocketAddr,
    desk: Desk,
    _running: oneshot::Sender<()>,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub method: String,
    pub path: String,
    /// Without the question mark; empty if there is none.
    pub query: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// What comes instead of the stand-in's own answer.
#[derive(Clone, Debug)]
pub enum Answer {
    Reply {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// The body breaks off after this.
    Cut(Vec<u8>),
    /// Nothing comes, until the caller has gone.
    Never,
}

impl Answer {
    pub fn status(status: u16) -> Answer {
        Answer::Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Answer {
        Answer::Reply {
            status,
            headers: vec![("content-type", "application/json".into())],
            body: body.into(),
        }
    }

    /// With one more header.
    pub fn and(mut self, name: &'static str, value: &str) -> Answer {
        if let Answer::Reply { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

impl Fake {
    /// On a free port of 127.0.0.1.
    pub async fn start(router: Router) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port of 127.0.0.1 is free");
        let address = listener.local_addr().expect("a bound socket has one");
        let desk = Desk::default();
        let router = desk.in_front_of(router);
        let (running, ended) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let ended = async move { drop(ended.await) };
            let serving = axum::serve(listener, router).with_graceful_shutdown(ended);
            drop(serving.await);
        });
        Fake {
            address,
            desk,
            _running: running,
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next request whose path ends like this gets this answer; several are given one after the other.
    pub fn next(&self, path_ends: &str, answer: Answer) {
        let next = (path_ends.to_owned(), answer);
        self.desk.lock().next.push_back(next);
    }

    /// Everything it was asked so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.desk.lock().requests.clone()
    }

    /// What it was asked since this was called last.
    pub fn take_requests(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.desk.lock().requests)
    }
}

/// What every request passes first.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Papers>>);

#[derive(Default)]
struct Papers {
    requests: Vec<Recorded>,
    next: VecDeque<(String, Answer)>,
}

impl Desk {
    fn in_front_of(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), pass))
    }

    fn lock(&self) -> MutexGuard<'_, Papers> {
        self.0.lock().expect("nobody panics while holding it")
    }
}

async fn pass(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let headers = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    let recorded = Recorded {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let path = recorded.path.clone();
    let instead = {
        let mut papers = desk.lock();
        papers.requests.push(recorded);
        let place = papers.next.iter().position(|(end, _)| path.ends_with(end));
        place.and_then(|place| papers.next.remove(place))
    };
    match instead {
        Some((_, answer)) => respond(answer).await,
        None => next.run(Request::from_parts(head, Body::from(body))).await,
    }
}

pub(crate) async fn respond(answer: Answer) -> Response {
    match answer {
        Answer::Reply {
            status,
            headers,
            body,
        } => {
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::from_u16(status).expect("a test says a status");
            for (name, value) in headers {
                let value = HeaderValue::from_str(&value).expect("a test says a header's value");
                let name = HeaderName::from_static(name);
                response.headers_mut().insert(name, value);
            }
            response
        }
        Answer::Cut(start) => {
            let broken = Err(std::io::Error::other("cut"));
            let parts = futures_util::stream::iter([Ok(Bytes::from(start)), broken]);
            Response::new(Body::from_stream(parts))
        }
        Answer::Never => std::future::pending().await,
    }
}
