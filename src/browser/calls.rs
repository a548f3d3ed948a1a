//! The calls beyond the list of banks: what they send, and how their answers are read.

use super::backend::{Backend, POLL_LIMIT, Request, boxed, get, parsed, segment};
use connect_core::api::{CreateInstitution, SyncInstitution, UpdateInstitution};
use connect_core::flow::{Answer, Call, CallError};
use gloo_net::http::Method;
use serde::Serialize;
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit};

pub fn request(call: &Call) -> Request {
    match call {
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
        Call::Session { .. } | Call::Providers { .. } | Call::Provider { .. } => get(String::new()),
    }
}

fn with(method: Method, path: String, body: String) -> Request {
    Request {
        method,
        body: Some(body),
        ..get(path)
    }
}

pub fn read(call: &Call, text: &str) -> Result<Answer, CallError> {
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
    let body = parsed(text)?;
    match call {
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
        Call::KeepOAuth { .. }
        | Call::Session { .. }
        | Call::Providers { .. }
        | Call::Provider { .. } => Err(CallError::Unreadable),
        Call::Delete { .. } => Ok(Answer::Done),
    }
}

/// Sent even if the page goes away at once, as it does after its last message; nobody waits for the answer.
pub fn send_and_forget(backend: &Backend, request: &Request) {
    let (url, authorization) = backend.asks(&request.path);
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

/// One by one: collecting would bring in a sort.
fn map<T: Clone>(pairs: &[(String, T)]) -> BTreeMap<String, T> {
    let mut map = BTreeMap::new();
    for (name, value) in pairs {
        map.insert(name.clone(), value.clone());
    }
    map
}

fn json<T: Serialize>(body: &T) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

fn institution(id: &str) -> String {
    format!("institutions/{}", segment(id))
}
