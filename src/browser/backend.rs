//! HTTP: turns calls into requests and responses into answers. Knows no flow.

use super::{clock, json::Parsed, timer::Timer};
use connect_core::Secret;
use connect_core::api::{CreateInstitution, IDEMPOTENCY_KEY, SyncInstitution, UpdateInstitution};
use connect_core::flow::{Answer, Call, CallError};
use connect_core::json::Read;
use gloo_net::http::{Method, RequestBuilder, Response};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestCache, RequestInit};

/// Long polls answer within 30 s; everything else within 20 s, in milliseconds.
const POLL_LIMIT: u32 = 45_000;
const CALL_LIMIT: u32 = 20_000;

/// Says that an API on another origin allows the header `Idempotency-Key`.
const KEYS: &str = "data-idempotency-key";

#[derive(Clone)]
pub struct Backend {
    base: Rc<str>,
    /// Another origin refuses a request with a header that it does not know.
    takes_keys: bool,
    token: Rc<RefCell<Secret>>,
    filters: Rc<[(&'static str, String)]>,
}

/// A request under way; dropping it aborts the request.
pub struct Pending {
    controller: Option<AbortController>,
    _limit: Option<Timer>,
}

struct Request {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<String>,
    /// The value of `Idempotency-Key`.
    key: Option<String>,
    limit: u32,
}

impl Backend {
    /// The API is where the page came from, or where its deployer says; no parameter can move it.
    pub fn new(filters: Vec<(&'static str, String)>) -> Backend {
        let deployed = deployed();
        Backend {
            takes_keys: deployed.is_empty() || meta().is_some_and(|m| m.has_attribute(KEYS)),
            base: format!("{deployed}/v1/").into(),
            token: Rc::default(),
            filters: filters.into(),
        }
    }

    pub fn use_token(&self, token: Secret) {
        self.token.replace(token);
    }

    /// Sends a call; `done` hears its outcome, which is `Unreachable` once the `Pending` has been dropped.
    /// A removal has no outcome and is never aborted.
    pub fn send(
        &self,
        call: Call,
        done: impl FnOnce(Result<Answer, CallError>) + 'static,
    ) -> Option<Pending> {
        let request = self.request(&call);
        if let Call::Delete { .. } = call {
            self.send_and_forget(&request);
            return None;
        }
        let controller = AbortController::new().ok();
        let limit = controller
            .clone()
            .map(|controller| Timer::after(request.limit, move || controller.abort()));
        let signal = controller.as_ref().map(AbortController::signal);
        let url = format!("{}{}", self.base, request.path);
        let authorization = format!("Bearer {}", self.token.borrow().expose());
        let takes_keys = self.takes_keys;
        super::run(async move {
            let mut builder = RequestBuilder::new(&url)
                .method(request.method)
                // Else the browser's cache lets a request wait for a poll of the same address.
                .cache(RequestCache::NoStore)
                .header("Authorization", &authorization)
                .abort_signal(signal.as_ref());
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
                    read(&call, response).await
                }
                Err(_) => Err(CallError::Unreachable),
            };
            done(outcome);
        });
        Some(Pending {
            controller,
            _limit: limit,
        })
    }

    /// Sent even if the page goes away at once, as it does after its last message; nobody waits for the answer.
    fn send_and_forget(&self, request: &Request) {
        let url = format!("{}{}", self.base, request.path);
        let authorization = format!("Bearer {}", self.token.borrow().expose());
        let init = RequestInit::new();
        init.set_method(request.method.as_str());
        let headers = Headers::new().and_then(|headers| {
            headers.set("Authorization", &authorization)?;
            Ok(headers)
        });
        if let Ok(headers) = headers {
            init.set_headers(&headers);
        }
        _ = js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE);
        let sent = super::window().fetch_with_str_and_init(&url, &init);
        super::run(async move {
            _ = JsFuture::from(sent).await;
        });
    }

    fn request(&self, call: &Call) -> Request {
        let get = |path: String| Request {
            method: Method::GET,
            path,
            query: Vec::new(),
            body: None,
            key: None,
            limit: CALL_LIMIT,
        };
        let with = |method: Method, path: String, body: String| Request {
            method,
            body: Some(body),
            ..get(path)
        };
        match call {
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
            Call::Create {
                name,
                provider,
                credentials,
                key,
                job_types,
                options,
            } => {
                let body = json(&CreateInstitution {
                    name: name.clone(),
                    provider: provider.clone(),
                    credentials: map(credentials),
                    job_types: job_types.clone(),
                    options: map(options),
                });
                Request {
                    key: Some(key.clone()),
                    ..with(Method::POST, "institutions".into(), body)
                }
            }
            Call::Institution { id } => get(institution(id)),
            Call::Poll { id, version } => Request {
                query: vec![("v", version.to_string())],
                limit: POLL_LIMIT,
                ..get(format!("{}/poll", institution(id)))
            },
            Call::Login { id, credentials } => {
                let body = json(&UpdateInstitution {
                    credentials: Some(map(credentials)),
                    ..UpdateInstitution::default()
                });
                with(Method::PUT, institution(id), body)
            }
            Call::Answer { id, answer } => {
                let body = json(&UpdateInstitution {
                    security_answer: Some(answer.clone()),
                    ..UpdateInstitution::default()
                });
                with(Method::PUT, institution(id), body)
            }
            Call::Resend { id } => {
                let body = r#"{"security_answer":null,"resend":true}"#.into();
                with(Method::PUT, institution(id), body)
            }
            Call::SelectAccounts { id, accounts } => {
                let body = json(&UpdateInstitution {
                    selected_accounts: Some(accounts.clone()),
                    ..UpdateInstitution::default()
                });
                with(Method::PUT, institution(id), body)
            }
            Call::Sync { id } => {
                let body = json(&SyncInstitution {
                    interactive: true,
                    force: true,
                });
                with(Method::POST, format!("{}/sync", institution(id)), body)
            }
            Call::Delete { id } => Request {
                method: Method::DELETE,
                ..get(institution(id))
            },
            Call::OAuthResult { nonce, wait } => Request {
                limit: POLL_LIMIT,
                query: if *wait {
                    Vec::new()
                } else {
                    vec![("wait", "0".into())]
                },
                ..get(format!("oauth/{}", segment(nonce)))
            },
            Call::KeepOAuth { nonce, kept } => {
                with(Method::PUT, format!("oauth/{}", segment(nonce)), json(kept))
            }
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(controller) = self.controller.take() {
            controller.abort();
        }
    }
}

/// Where the API is, without `/v1`; empty: where the page is.
pub fn deployed() -> String {
    let content = meta().and_then(|meta| meta.get_attribute("content"));
    content.unwrap_or_default().trim_end_matches('/').into()
}

fn meta() -> Option<web_sys::Element> {
    let meta = super::document().query_selector("meta[name=connect-api]");
    meta.ok().flatten()
}

async fn read(call: &Call, response: Response) -> Result<Answer, CallError> {
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
    let text = text(response).await?;
    // Wealthica's document promises an institution only of what makes one.
    let bare = matches!(
        call,
        Call::Login { .. }
            | Call::Answer { .. }
            | Call::Resend { .. }
            | Call::SelectAccounts { .. }
            | Call::Sync { .. }
    );
    if bare && text.trim().is_empty() {
        return Ok(Answer::Done);
    }
    let body = parsed(&text)?;
    match call {
        Call::Session { .. } => boxed(&body).map(Answer::Session),
        Call::Providers { .. } => readable(&body).map(Answer::Providers),
        Call::Provider { .. } => boxed(&body).map(Answer::Provider),
        Call::Create { .. }
        | Call::Institution { .. }
        | Call::Poll { .. }
        | Call::Login { .. }
        | Call::Answer { .. }
        | Call::Resend { .. }
        | Call::SelectAccounts { .. }
        | Call::Sync { .. } => boxed(&body).map(Answer::Institution),
        Call::OAuthResult { .. } => boxed(&body).map(Answer::OAuth),
        // Only a 204 says that it is kept.
        Call::KeepOAuth { .. } => Err(CallError::Unreadable),
        Call::Delete { .. } => Ok(Answer::Done),
    }
}

/// One by one: collecting would bring in a sort.
fn map<T: Clone>(pairs: &[(String, T)]) -> BTreeMap<String, T> {
    let mut map = BTreeMap::new();
    for (name, value) in pairs {
        map.insert(name.clone(), value.clone());
    }
    map
}

fn boxed<T: Read>(body: &Parsed) -> Result<Box<T>, CallError> {
    readable(body).map(Box::new)
}

fn readable<T: Read>(body: &Parsed) -> Result<T, CallError> {
    T::read(body).ok_or(CallError::Unreadable)
}

async fn text(response: Response) -> Result<String, CallError> {
    response.text().await.map_err(|_| CallError::Unreachable)
}

/// Parsed by the browser.
fn parsed(text: &str) -> Result<Parsed, CallError> {
    let parsed = js_sys::JSON::parse(text).map_err(|_| CallError::Unreadable);
    parsed.map(Parsed::from)
}

fn json<T: Serialize>(body: &T) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

fn institution(id: &str) -> String {
    format!("institutions/{}", segment(id))
}

fn segment(text: &str) -> String {
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
