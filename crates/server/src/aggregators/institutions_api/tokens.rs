//! Users' tokens at the service: fetched, kept in memory alone, and fetched anew shortly before they end.

use super::Upstream;
use super::replies::{expected, object};
use super::settings::{Proof, TokenKind};
use crate::aggregators::http::Client;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connect_core::Secret;
use connect_core::json::Json;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Longer than a poll takes, so that none outlives its token.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Who has not been here for longest makes room; a token costs one call.
const MOST: usize = 10_000;

pub struct Tokens {
    proof: Proof,
    /// By user.
    kept: Mutex<HashMap<String, Kept>>,
}

struct Kept {
    token: Secret,
    /// `None`: it does not tell.
    until: Option<Timestamp>,
    fetched: Timestamp,
}

impl Tokens {
    pub fn new(proof: Proof) -> Tokens {
        Tokens {
            proof,
            kept: Mutex::default(),
        }
    }

    /// One that was refused can be replaced by another one.
    pub fn can_change(&self) -> bool {
        matches!(self.proof, Proof::Fetched { .. })
    }

    /// Wealthica shows its list of banks to everybody, and a token of nobody's would make a user there.
    pub fn shows_banks_to_all(&self) -> bool {
        matches!(
            self.proof,
            Proof::Fetched {
                kind: TokenKind::Auth,
                ..
            }
        )
    }

    /// How it is proved, for the operator.
    pub fn says(&self) -> &'static str {
        match &self.proof {
            Proof::Fixed { .. } => "one token for all users",
            Proof::Fetched { .. } => "a token for each user",
        }
    }

    /// Adds what proves that the call is for this user.
    pub async fn prove(
        &self,
        request: RequestBuilder,
        user: &str,
        http: &Http,
    ) -> Result<RequestBuilder, Upstream> {
        match &self.proof {
            Proof::Fixed { token, user_header } => {
                let request = request.bearer_auth(token.expose());
                Ok(match user_header {
                    Some(name) => request.header(name, user),
                    None => request,
                })
            }
            Proof::Fetched { .. } => {
                let token = self.of(user, http).await?;
                Ok(request.bearer_auth(token.expose()))
            }
        }
    }

    /// The service takes this user's token no more.
    pub fn forget(&self, user: &str) {
        self.kept().remove(user);
    }

    async fn of(&self, user: &str, http: &Http) -> Result<Secret, Upstream> {
        let now = Timestamp::now();
        if let Some(kept) = self.kept().get(user).filter(|kept| kept.is_good(now)) {
            return Ok(kept.token.clone());
        }
        let (token, until) = self.fetch(user, http).await?;
        let mut kept = self.kept();
        if kept.len() >= MOST {
            kept.retain(|_, kept| kept.is_good(now));
        }
        if kept.len() >= MOST {
            let oldest = kept.iter().min_by_key(|(_, kept)| kept.fetched);
            let oldest = oldest.map(|(user, _)| user.clone());
            oldest.iter().for_each(|user| {
                kept.remove(user);
            });
        }
        let fresh = Kept {
            token: token.clone(),
            until,
            fetched: now,
        };
        kept.insert(user.into(), fresh);
        Ok(token)
    }

    async fn fetch(
        &self,
        user: &str,
        http: &Http,
    ) -> Result<(Secret, Option<Timestamp>), Upstream> {
        let Proof::Fetched {
            kind,
            url,
            client_id,
            secret,
            user_header,
        } = &self.proof
        else {
            return Err(Upstream::Misconfigured("there is one token alone".into()));
        };
        let request = http.calls.request(Method::POST, url.clone());
        let request = match kind {
            TokenKind::Auth => request
                .header(user_header, user)
                .json(&json!({"clientId": client_id, "secret": secret})),
            TokenKind::Tokens => request
                .basic_auth(client_id, Some(secret.expose()))
                .json(&json!({"user_id": user})),
        };
        let reply = http.reads.send(request).await?;
        if matches!(reply.status.as_u16(), 400..=404 | 422) {
            return Err(Upstream::Misconfigured(format!(
                "the service gives no token to this client (status {}): look at token.client_id, token.secret_file and token.url",
                reply.status.as_u16()
            )));
        }
        expected(&reply)?;
        let answer = object(&reply)?;
        let token: Option<String> = answer.part("token");
        let token = token.filter(|token| is_plain(token));
        let token = token.ok_or_else(|| Upstream::Protocol("it has given no token".into()))?;
        let said: Option<String> = answer.part("expires_at");
        let until = said.and_then(|text| text.parse().ok());
        let until = until.or_else(|| end_of(&token));
        Ok((Secret::new(token), until))
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What makes calls, and what reads their answers.
pub struct Http {
    /// With the operator's certificates and headers.
    pub calls: reqwest::Client,
    /// Knows how much is read at most.
    pub reads: Client,
}

impl Kept {
    fn is_good(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now + MARGIN < until)
    }
}

/// When a JWT ends, by its own word. It is not verified: it is the service's business, which refuses it otherwise.
fn end_of(token: &str) -> Option<Timestamp> {
    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let payload: Value = serde_json::from_slice(&payload).ok()?;
    let seconds: f64 = payload.part("exp")?;
    Timestamp::from_second(seconds as i64).ok()
}

/// It goes into a header.
fn is_plain(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}
