//! One call to Enable Banking, signed, and what it means if it is refused.

use super::meaning::Meaning;
use super::token::Signer;
use super::wire::Problem;
use crate::aggregators::http::{Client, Reply};
use crate::aggregators::{Cause, Failed, Held, Progress, Stage, Upstream};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// Where applications are registered, and accounts linked to them.
pub(super) const PANEL: &str = "https://enablebanking.com/cp/applications";

pub(super) const UNREGISTERED: &str =
    "Its redirect URLs do not hold the address that users come back to.";

pub(super) const UNLINKED: &str = "Enable Banking passes on no account of this bank. \
    While its application is in restricted mode, accounts are linked first in the control panel, enablebanking.com/cp.";

pub(super) struct Calls {
    pub http: Client,
    pub base: Url,
    pub signer: Signer,
    pub application_id: String,
    /// Registered at Enable Banking.
    pub callback: Url,
    pub patience: Duration,
}

/// A call that is to be made.
pub(super) struct Call<'a> {
    pub method: Method,
    pub path: &'a [&'a str],
    pub query: &'a [(&'a str, &'a str)],
    pub headers: &'a [(String, String)],
    pub body: Option<Value>,
}

/// Why a call has brought nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Enable Banking has said what is wrong.
    Refused {
        code: String,
        failed: Failed,
    },
    /// A 404 without a word why.
    Missing,
    Upstream(Upstream),
}

impl From<Upstream> for Trouble {
    fn from(upstream: Upstream) -> Trouble {
        Trouble::Upstream(upstream)
    }
}

impl Trouble {
    /// What it comes to for a connection of which this is held.
    pub(super) fn at(self, held: Held) -> Result<Progress, Upstream> {
        match self {
            Trouble::Refused { failed, .. } => Ok(ended(held, failed)),
            other => Err(other.upstream()),
        }
    }

    /// For a call that is about no connection.
    pub(super) fn upstream(self) -> Upstream {
        match self {
            Trouble::Upstream(upstream) => upstream,
            Trouble::Missing => Upstream::Protocol("it answers 404, and does not say why".into()),
            Trouble::Refused { code, failed } => match failed.cause {
                Cause::RateLimited { after } => Upstream::RateLimited(after),
                Cause::BankDown => Upstream::Down(code),
                _ => Upstream::Protocol(format!("it refuses the call: {code}")),
            },
        }
    }
}

pub(super) fn ended(held: Held, failed: Failed) -> Progress {
    Progress {
        held,
        stage: Stage::Failed(failed),
        after: Duration::ZERO,
    }
}

impl Call<'_> {
    pub(super) fn get<'a>(path: &'a [&'a str]) -> Call<'a> {
        Call {
            method: Method::GET,
            path,
            query: &[],
            headers: &[],
            body: None,
        }
    }

    pub(super) fn post<'a>(path: &'a [&'a str], body: Value) -> Call<'a> {
        let method = Method::POST;
        let body = Some(body);
        Call {
            method,
            body,
            ..Call::get(path)
        }
    }
}

impl Calls {
    pub(super) async fn make<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, Trouble> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(call.path);
        }
        let token = self.signer.token();
        let token = token.ok_or_else(|| self.misconfigured("Its key cannot sign."))?;
        let mut request = self
            .http
            .request(call.method, url)
            .timeout(self.patience)
            .bearer_auth(token);
        if !call.query.is_empty() {
            request = request.query(call.query);
        }
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let reply = self.http.send(request).await?;
        match reply.status.is_success() {
            true => Ok(reply.json()?),
            false => Err(self.trouble(&reply)),
        }
    }

    /// An error code tells more than a status, and is believed before it.
    fn trouble(&self, reply: &Reply) -> Trouble {
        let status = reply.status.as_u16();
        let problem = reply.json::<Problem>().ok();
        let code = problem
            .and_then(|problem| problem.error)
            .filter(|code| is_code(code));
        let after = reply.retry_after;
        let Some(code) = code else {
            if status == 404 {
                return Trouble::Missing;
            }
            return self.by_status(status, after).into();
        };
        let Some(meaning) = Meaning::of(&code) else {
            return match status {
                401 | 403 | 408 | 429 | 500.. => self.by_status(status, after).into(),
                _ => refused(&code, Cause::Unknown { code: code.clone() }),
            };
        };
        let cause = match meaning {
            Meaning::LoginRefused => Cause::LoginRefused,
            Meaning::ActionNeeded => Cause::ActionNeeded { at: None },
            Meaning::Denied => Cause::Denied,
            Meaning::ConsentEnded => Cause::ConsentEnded,
            Meaning::NoAccounts => Cause::NoAccounts,
            Meaning::BankDown => Cause::BankDown,
            Meaning::TryLater => Cause::TryLater,
            Meaning::RateLimited => Cause::RateLimited { after },
            Meaning::Ours => Cause::Unknown { code: code.clone() },
            Meaning::Unregistered => return self.unregistered().into(),
            Meaning::Key => return self.refuses_key(&code).into(),
            Meaning::Network => return self.refuses_place(&code).into(),
        };
        refused(&code, cause)
    }

    fn by_status(&self, status: u16, after: Option<Duration>) -> Upstream {
        match status {
            401 | 403 => self.refuses_key(&status.to_string()),
            408 => Upstream::Timeout,
            429 => Upstream::RateLimited(after),
            500.. => Upstream::Down(format!("it answers {status}")),
            _ => Upstream::Protocol(format!("it answers {status}, and does not say why")),
        }
    }

    fn unregistered(&self) -> Upstream {
        self.misconfigured(UNREGISTERED)
    }

    fn refuses_key(&self, said: &str) -> Upstream {
        self.misconfigured(&format!(
            "Its key is not accepted, or it may not do this ({said}): \
             `application_id` and `private_key_file` belong together, the application is active, and the clock is right."
        ))
    }

    fn refuses_place(&self, said: &str) -> Upstream {
        self.misconfigured(&format!(
            "Calls from here are not accepted ({said}): look at the IP addresses that it allows, and at `base_url`."
        ))
    }

    pub(super) fn misconfigured(&self, what: &str) -> Upstream {
        let (id, callback) = (&self.application_id, &self.callback);
        Upstream::Misconfigured(format!(
            "Enable Banking, application {id}: {what} The redirect URL to register at {PANEL} is exactly {callback}"
        ))
    }
}

fn refused(code: &str, cause: Cause) -> Trouble {
    let failed = Failed {
        message: Some(code.to_owned()),
        words: (cause == Cause::NoAccounts).then(|| UNLINKED.to_owned()),
        ..Failed::from(cause)
    };
    let code = code.to_owned();
    Trouble::Refused { code, failed }
}

/// What is told to developers is a code, never a text that somebody could have put a secret into.
fn is_code(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(is_plain)
}
