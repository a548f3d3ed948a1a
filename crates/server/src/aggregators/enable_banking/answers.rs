//! What an answer that is no success means.

use super::calls::Calls;
use super::meaning::Meaning;
use super::trouble::{PANEL, Trouble, UNLINKED, UNREGISTERED};
use super::wire::Problem;
use crate::aggregators::http::Reply;
use crate::aggregators::{Cause, Failed, Upstream};
use std::time::Duration;

impl Calls {
    /// An error code tells more than a status, and is believed before it.
    pub(super) fn trouble(&self, reply: &Reply) -> Trouble {
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

    /// For a call that no user has anything to do with: what is denied is denied to the application.
    pub(super) fn for_operator(&self, trouble: Trouble) -> Upstream {
        match trouble {
            Trouble::Refused { code, failed } if failed.cause == Cause::Denied => self
                .misconfigured(&format!(
                    "It has no access to account information ({code})."
                )),
            other => other.upstream(),
        }
    }

    pub(super) fn misconfigured(&self, what: &str) -> Upstream {
        let (id, callback) = (&self.application_id, &self.callback);
        Upstream::Misconfigured(format!(
            "Enable Banking, application {id}: {what} The redirect URL to register at {PANEL} is exactly {callback}"
        ))
    }
}

fn refused(code: &str, cause: Cause) -> Trouble {
    let failed = Box::new(Failed {
        message: Some(code.to_owned()),
        words: (cause == Cause::NoAccounts).then(|| UNLINKED.to_owned()),
        ..Failed::from(cause)
    });
    let code = code.to_owned();
    Trouble::Refused { code, failed }
}

/// What is told to developers is a code, never a text that somebody could have put a secret into.
fn is_code(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.len() <= 64 && text.bytes().all(is_plain)
}
