//! HTTP: turns calls into requests and responses into answers. Knows no flow.

use super::{clock, json::Parsed, timer::Timer};
use connect_core::Secret;
use connect_core::api::IDEMPOTENCY_KEY;
use connect_core::flow::{Answer, Call, CallError};
use connect_core::json::Read;
use gloo_net::http::{Method, RequestBuilder, Response};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::{AbortController, RequestCache};

/// Long polls answer within 30 s; everything else within 20 s, in milliseconds.
pub(super) const POLL_LIMIT: u32 = 45_000;
const CALL_LIMIT: u32 = 20_000;

/// Says that an API on another origin allows the header `Idempotency-Key`.
const KEYS: &str = "data-idempotency-key";

#[derive(Clone)]
pub struct Backend {
    pub(super) base: Rc<str>,
    /// Another origin refuses a request with a header that it does not know.
    takes_keys: bool,
    pub(super) token: Rc<RefCell<Secret>>,
    filters: Rc<[(&'static str, String)]>,
    /// In which language words are wanted that are not the program's own.
    language: Rc<Cell<Option<&'static str>>>,
}

/// A request under way; dropping it aborts the request.
pub struct Pending {
    controller: Option<AbortController>,
    _limit: Option<Timer>,
}

pub struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<String>,
    /// The value of `Idempotency-Key`.
    pub(super) key: Option<String>,
    pub(super) limit: u32,
}

/// Reads what came with a status of success.
pub type Reading = fn(&Call, &str) -> Result<Answer, CallError>;

impl Backend {
    /// The API is where the page came from, or where its deployer says; no parameter can move it.
    pub fn new(filters: Vec<(&'static str, String)>) -> Backend {
        let deployed = deployed();
        Backend {
            takes_keys: deployed.is_empty() || meta().is_some_and(|m| m.has_attribute(KEYS)),
            base: format!("{deployed}/v1/").into(),
            token: Rc::default(),
            filters: filters.into(),
            language: Rc::default(),
        }
    }

    pub fn use_language(&self, locale: &'static str) {
        self.language.set(Some(locale));
    }

    /// One that no header can carry is none: the backend refuses it.
    pub fn use_token(&self, token: Secret) {
        let fits = token
            .expose()
            .trim()
            .bytes()
            .all(|byte| byte.is_ascii_graphic());
        self.token
            .replace(if fits { token } else { Secret::default() });
    }

    /// The address of a request, and the value of its `Authorization`.
    pub(super) fn asks(&self, path: &str) -> (String, String) {
        let url = format!("{}{path}", self.base);
        (url, format!("Bearer {}", self.token.borrow().expose()))
    }

    /// Sends a request; `done` hears its outcome, which is `Unreachable` once the `Pending` has been dropped.
    pub fn send(
        &self,
        call: Call,
        request: Request,
        reading: Reading,
        done: Box<dyn FnOnce(Result<Answer, CallError>)>,
    ) -> Pending {
        let controller = AbortController::new().ok();
        let limit = controller
            .clone()
            .map(|controller| Timer::after(request.limit, move || controller.abort()));
        let signal = controller.as_ref().map(AbortController::signal);
        let (url, authorization) = self.asks(&request.path);
        let takes_keys = self.takes_keys;
        let language = self.language.get();
        super::run(async move {
            let mut builder = RequestBuilder::new(&url)
                .method(request.method)
                // Else the browser's cache lets a request wait for a poll of the same address.
                .cache(RequestCache::NoStore)
                .header("Authorization", &authorization)
                .abort_signal(signal.as_ref());
            if let Some(language) = language {
                builder = builder.header("Accept-Language", language);
            }
            if let Some(key) = request.key.as_ref().filter(|_| takes_keys) {
                builder = builder.header(IDEMPOTENCY_KEY, key);
            }
            let query = request.query.iter();
            builder = builder.query(query.map(|(name, value)| (*name, value.as_str())));
            let sent = match request.body {
                Some(body) => {
                    let builder = builder.header("Content-Type", "application/json");
                    match builder.body(body) {
                        Ok(request) => request.send().await,
                        Err(error) => Err(error),
                    }
                }
                None => builder.send().await,
            };
            let outcome = match sent {
                Ok(response) => {
                    if let Some(date) = response.headers().get("Date") {
                        clock::hear(&date);
                    }
                    read(&call, reading, response).await
                }
                Err(_) => Err(CallError::Unreachable),
            };
            done(outcome);
        });
        Pending {
            controller,
            _limit: limit,
        }
    }

    /// The calls of the first screens; `calls` has the others.
    pub fn first_request(&self, call: &Call) -> Option<Request> {
        Some(match call {
            Call::Session {
                origin,
                redirect_uri,
            } => {
                let mut request = get("session".into());
                let origin = origin.clone().map(|value| ("origin", value));
                let redirect_uri = redirect_uri.clone().map(|value| ("redirect_uri", value));
                request.query.extend(origin.into_iter().chain(redirect_uri));
                request
            }
            Call::Providers { search, cursor } => {
                let mut request = get("providers".into());
                request.query.push(("search", search.clone()));
                request
                    .query
                    .extend(cursor.clone().map(|value| ("cursor", value)));
                request.query.extend(self.filters.iter().cloned());
                request
            }
            Call::Provider { id } => get(format!("providers/{}", segment(id))),
            _ => return None,
        })
    }
}

pub(super) fn get(path: String) -> Request {
    Request {
        method: Method::GET,
        path,
        query: Vec::new(),
        body: None,
        key: None,
        limit: CALL_LIMIT,
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(controller) = self.controller.take() {
            controller.abort();
        }
    }
}

/// Where the API is, without `/v1`: an address, or a path of the page's own origin; empty: at its root.
pub fn deployed() -> String {
    let content = meta().and_then(|meta| meta.get_attribute("content"));
    content.unwrap_or_default().trim_end_matches('/').into()
}

fn meta() -> Option<web_sys::Element> {
    let meta = super::document().query_selector("meta[name=connect-api]");
    meta.ok().flatten()
}

async fn read(call: &Call, reading: Reading, response: Response) -> Result<Answer, CallError> {
    match response.status() {
        304 => return Ok(Answer::Unchanged),
        204 => return Ok(Answer::Done),
        200..=299 => {}
        status => {
            let retry_after = response
                .headers()
                .get("Retry-After")
                .and_then(|v| seconds(&v));
            let problem = text(response).await;
            let problem = problem.and_then(|text| readable(&parsed(&text)?));
            return Err(CallError::Refused {
                status,
                problem: problem.unwrap_or_default(),
                retry_after,
            });
        }
    }
    reading(call, &text(response).await?)
}

/// Reads the answers to the calls of the first screens.
pub fn read_first(call: &Call, text: &str) -> Result<Answer, CallError> {
    let body = parsed(text)?;
    match call {
        Call::Session { .. } => boxed(&body).map(Answer::Session),
        Call::Providers { .. } => readable(&body).map(Answer::Providers),
        Call::Provider { .. } => boxed(&body).map(Answer::Provider),
        _ => Err(CallError::Unreadable),
    }
}

pub(super) fn boxed<T: Read>(body: &Parsed) -> Result<Box<T>, CallError> {
    readable(body).map(Box::new)
}

fn readable<T: Read>(body: &Parsed) -> Result<T, CallError> {
    T::read(body).ok_or(CallError::Unreadable)
}

async fn text(response: Response) -> Result<String, CallError> {
    response.text().await.map_err(|_| CallError::Unreachable)
}

/// Parsed by the browser.
pub(super) fn parsed(text: &str) -> Result<Parsed, CallError> {
    let parsed = js_sys::JSON::parse(text).map_err(|_| CallError::Unreadable);
    parsed.map(Parsed::from)
}

pub(super) fn segment(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Retry-After is a number of seconds or a date.
fn seconds(text: &str) -> Option<u32> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let date = js_sys::Date::parse(text);
    let seconds = (date - clock::server()) / 1_000.0;
    (!seconds.is_nan()).then(|| seconds.clamp(0.0, 3_600.0) as u32)
}
