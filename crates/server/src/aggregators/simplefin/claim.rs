//! The exchange of a token for the Access URL. It can be done once, so what comes of it is handed out to be kept before
//! anything else is asked.

use super::access::{self, Access};
use super::token::Token;
use crate::aggregators::http::{Guarded, Reply};
use crate::aggregators::{Cause, Failed, Held, Progress, Stage, Upstream};
use connect_core::Secret;
use connect_core::api::SyncStep;
use reqwest::Method;
use reqwest::header::CONTENT_LENGTH;
use std::collections::BTreeMap;
use std::time::Duration;

/// An Access URL has about a hundred letters.
const LONGEST: usize = 4096;

const USED: &str = "This token has been used already, or is not known. If it was not you who used it, disable it at \
    SimpleFIN. In any case create a new one there.";
const STILL_GOOD: &str = "SimpleFIN has failed. The token is still good: try it again.";
const MAYBE_GOOD: &str = "SimpleFIN could not be reached. Try the token again; if it is refused then, disable it at \
    SimpleFIN and create a new one there.";
const NONE_TAKEN: &str = "No token has been taken yet. Paste it once more; if it is refused then, disable it at SimpleFIN \
    and create a new one there.";
const UNPAID: &str = "SimpleFIN wants to be paid first.";
const UNUSABLE: &str = "SimpleFIN has taken the token and given nothing for it that is used here. Disable the token at \
    SimpleFIN.";

pub async fn claim(
    http: &Guarded,
    credentials: &BTreeMap<String, Secret>,
    renews: Option<&Held>,
) -> Result<Progress, Upstream> {
    let (held, stage) = match exchange(http, credentials).await {
        Ok(held) => (held, Stage::Working(SyncStep::Accounts)),
        // Who renews keeps what stands, until a new token has brought something.
        Err(End::Failed(failed)) => {
            let before = renews.cloned().unwrap_or_else(access::nothing);
            (before, Stage::Failed(failed))
        }
        Err(End::Upstream(upstream)) => return Err(upstream),
    };
    Ok(Progress {
        held,
        stage,
        after: Duration::ZERO,
    })
}

/// Nothing has been claimed, and only the user can give a token once more.
pub fn wanted(held: &Held) -> Progress {
    Progress {
        held: held.clone(),
        stage: Stage::Failed(Failed::saying(Cause::LoginRefused, NONE_TAKEN)),
        after: Duration::ZERO,
    }
}

/// Why nothing has come of it.
enum End {
    Failed(Failed),
    Upstream(Upstream),
}

async fn exchange(http: &Guarded, credentials: &BTreeMap<String, Secret>) -> Result<Held, End> {
    let token = Token::among(credentials, http)
        .map_err(|why| End::Failed(Failed::saying(Cause::LoginRefused, why.to_string())))?;
    // Without a body no length would be sent, and the protocol wants one.
    let reply = http.call(Method::POST, token.0, |request| {
        request.header(CONTENT_LENGTH, 0)
    });
    let reply = reply.await.map_err(|upstream| match upstream {
        // Whether the token has been used up on the way nobody knows.
        Upstream::Timeout | Upstream::Down(_) => failed(Cause::TryLater, MAYBE_GOOD),
        other => End::Upstream(other),
    })?;
    match reply.status.as_u16() {
        200 => access_url(&reply, http).map_err(|why| unusable(&why)),
        402 => Err(failed(Cause::ActionNeeded { at: None }, UNPAID)),
        401 | 403 | 404 | 410 => Err(failed(Cause::LoginRefused, USED)),
        429 => Err(End::Upstream(Upstream::RateLimited(reply.retry_after))),
        500.. => Err(failed(Cause::TryLater, STILL_GOOD)),
        status => {
            let what = format!("the claim was answered with {status}");
            Err(End::Upstream(Upstream::Protocol(what)))
        }
    }
}

/// What is to be kept, or why the answer is not used.
fn access_url(reply: &Reply, http: &Guarded) -> Result<Held, String> {
    if reply.body.len() > LONGEST {
        return Err("it is too long".into());
    }
    let text = std::str::from_utf8(&reply.body).map_err(|_| "it is no text".to_owned())?;
    Access::parse(text, http).map_err(|why| why.to_string())?;
    Ok(access::kept(text))
}

/// The token is gone by now, so the user has to hear of it as well.
fn unusable(why: &str) -> End {
    let cause = Cause::Unknown {
        code: "access_url".into(),
    };
    End::Failed(Failed {
        message: Some(format!("the claim's answer is not used: {why}")),
        ..Failed::saying(cause, UNUSABLE)
    })
}

fn failed(cause: Cause, words: &str) -> End {
    End::Failed(Failed::saying(cause, words))
}
