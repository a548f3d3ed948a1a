//! A service that speaks this contract's own Institutions API: a company's, or Wealthica's "Direct API", where it comes from.

mod banks;
mod calls;
mod replies;
mod settings;
mod stage;
#[cfg(test)]
mod tests;
mod tokens;

pub use settings::Settings;

use self::calls::{Call, Calls, written};
use self::replies::{expected, object};
use super::http::Reply;
use super::{
    Aggregator, Answer, Bank, Banks, Cause, Failed, Health, Held, Login, Misconfigured, Progress,
    Stage, Upstream, Way,
};
use crate::crypto::random;
use async_trait::async_trait;
use connect_core::Secret;
use connect_core::api::{Problem, code};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Whose token asks for the banks, where that needs one.
const NOBODY: &str = "connect-server";

/// Before the next poll of a service whose last one has told nothing new: it may not wait itself.
const PAUSE: Duration = Duration::from_secs(1);

pub struct InstitutionsApi {
    name: Option<String>,
    calls: Calls,
    /// By their ids: the service keeps a connection under its bank's name.
    names: Mutex<HashMap<String, String>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    /// The service's id of the connection.
    id: String,
    version: u64,
    /// Whose token asks for it.
    user: String,
    /// It has come about once.
    stands: bool,
    /// Grows with each sync, so that a question of a new one is not taken for a wrong answer.
    round: u32,
}

#[derive(Serialize)]
struct New<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    bank: &'a str,
    credentials: &'a BTreeMap<String, Secret>,
}

/// As an object with one field.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Change<'a> {
    Credentials(&'a BTreeMap<String, Secret>),
    SecurityAnswer(&'a Secret),
}

impl InstitutionsApi {
    pub fn new(settings: Settings) -> Result<InstitutionsApi, Misconfigured> {
        Ok(InstitutionsApi {
            calls: Calls::new(&settings)?,
            name: settings.name,
            names: Mutex::default(),
        })
    }

    /// One that gives up early.
    #[cfg(test)]
    fn hasty(settings: Settings, total: Duration) -> Result<InstitutionsApi, Misconfigured> {
        Ok(InstitutionsApi {
            calls: Calls::within(&settings, total)?,
            name: settings.name,
            names: Mutex::default(),
        })
    }

    async fn create(
        &self,
        login: &Login<'_>,
        credentials: &BTreeMap<String, Secret>,
    ) -> Result<Progress, Upstream> {
        let body = written(&New {
            name: &self.name_of(login.bank),
            bank: login.bank,
            credentials,
        });
        let key = random::uuid();
        let call = Call {
            key: Some(&key),
            ..Call::send(Method::POST, &["institutions"], &body)
        };
        let reply = self.calls.of_user(login.user, call).await?;
        let kept = Kept {
            id: String::new(),
            version: 0,
            user: login.user.into(),
            stands: false,
            round: 0,
        };
        match refusal(&reply) {
            Some(cause) => Ok(ended(kept, cause)),
            None => told(kept, &reply),
        }
    }

    /// New credentials for a connection that there is; a new one where the service has it no more.
    async fn renew(
        &self,
        login: &Login<'_>,
        credentials: &BTreeMap<String, Secret>,
        held: &Held,
    ) -> Result<Progress, Upstream> {
        let kept: Kept = held.read()?;
        if kept.id.is_empty() {
            return self.create(login, credentials).await;
        }
        let change = Change::Credentials(credentials);
        let reply = self.put(&kept, &written(&change)).await?;
        if is_gone(&reply) {
            return self.create(login, credentials).await;
        }
        match refusal(&reply) {
            Some(cause) => Ok(ended(kept, cause)),
            None => told(kept.anew(), &reply),
        }
    }

    async fn answer(&self, kept: Kept, answer: &Secret) -> Result<Progress, Upstream> {
        let change = Change::SecurityAnswer(answer);
        let reply = self.put(&kept, &written(&change)).await?;
        match reply.status {
            _ if is_gone(&reply) => Ok(gone(kept)),
            // The bank waits for it no longer: it is asked to ask anew.
            StatusCode::CONFLICT => self.sync(kept, true).await,
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                Ok(ended(kept, Cause::LoginRefused))
            }
            _ => told(kept, &reply),
        }
    }

    async fn resend(&self, kept: Kept) -> Result<Progress, Upstream> {
        let body = written(&json!({"security_answer": null, "resend": true}));
        let reply = self.put(&kept, &body).await?;
        match reply.status {
            _ if is_gone(&reply) => Ok(gone(kept)),
            // It sends nothing anew; the question stands as it did.
            StatusCode::BAD_REQUEST | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => {
                self.read(kept, Duration::ZERO).await
            }
            _ => told(kept, &reply),
        }
    }

    async fn sync(&self, kept: Kept, interactive: bool) -> Result<Progress, Upstream> {
        // Who is there to answer must not wait for a sync that nobody can answer.
        let body = written(&json!({"interactive": interactive, "force": interactive}));
        let path = ["institutions", &kept.id, "sync"];
        let call = Call::send(Method::POST, &path, &body);
        let reply = self.calls.of_user(&kept.user, call).await?;
        match reply.status {
            _ if is_gone(&reply) => Ok(gone(kept)),
            // One runs already, which is as good.
            StatusCode::CONFLICT => self.read(kept, Duration::ZERO).await,
            _ => told(kept.anew(), &reply),
        }
    }

    async fn read(&self, kept: Kept, after: Duration) -> Result<Progress, Upstream> {
        let path = ["institutions", &kept.id];
        let reply = self.calls.of_user(&kept.user, Call::get(&path)).await?;
        if is_gone(&reply) {
            return Ok(gone(kept));
        }
        let progress = told(kept, &reply)?;
        Ok(Progress { after, ..progress })
    }

    async fn put(&self, kept: &Kept, body: &Secret) -> Result<Reply, Upstream> {
        let path = ["institutions", &kept.id];
        let call = Call::send(Method::PUT, &path, body);
        self.calls.of_user(&kept.user, call).await
    }

    fn name_of(&self, bank: &str) -> String {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(bank).map_or(bank, String::as_str).into()
    }

    fn learn(&self, banks: &[Bank]) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let known = banks
            .iter()
            .map(|bank| (bank.id.clone(), bank.name.clone()));
        names.extend(known);
    }
}

#[async_trait]
impl Aggregator for InstitutionsApi {
    async fn check(&self) -> Result<Health, Misconfigured> {
        let first = banks::first(&self.calls).await;
        // Only what its operator has to do keeps a server from starting; one that is down is there again later.
        let trouble = match first {
            Ok(()) => None,
            Err(Upstream::Misconfigured(words)) => return Err(Misconfigured(words)),
            Err(error) => Some(format!("now: {error}")),
        };
        let name = self.name.as_deref().unwrap_or("the service");
        let base = self.calls.base();
        let mut says = vec![
            format!("{name} at {base}: {}", self.calls.says()),
            "banks whose login is at their own site are left out".into(),
        ];
        says.extend(trouble);
        Ok(Health { says })
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        let (banks, left_out) = banks::all(&self.calls).await?;
        if left_out > 0 {
            tracing::info!(
                left_out,
                "banks whose login is at their own site are left out"
            );
        }
        self.learn(&banks);
        Ok(Banks::Whole(banks))
    }

    async fn bank(&self, bank: &str) -> Result<Option<Bank>, Upstream> {
        let found = banks::one(&self.calls, bank).await?;
        self.learn(found.as_slice());
        Ok(found)
    }

    async fn begin(&self, login: Login<'_>) -> Result<Progress, Upstream> {
        let Way::Credentials(credentials) = login.way else {
            return Err(Upstream::Protocol("its banks have no pages here".into()));
        };
        match login.renews {
            Some(held) => self.renew(&login, credentials, held).await,
            None => self.create(&login, credentials).await,
        }
    }

    async fn resume(&self, held: &Held, answer: Answer<'_>) -> Result<Progress, Upstream> {
        let kept = opened(held)?;
        match answer {
            Answer::Texts([answer, ..]) => self.answer(kept, answer).await,
            Answer::Texts([]) => self.read(kept, Duration::ZERO).await,
            Answer::Resend => self.resend(kept).await,
            Answer::Returned { .. } => {
                Err(Upstream::Protocol("its banks have no pages here".into()))
            }
        }
    }

    async fn look(&self, held: &Held) -> Result<Progress, Upstream> {
        let kept = opened(held)?;
        let version = kept.version.to_string();
        let path = ["institutions", &kept.id, "poll"];
        let call = Call {
            query: &[("v", &version)],
            ..Call::get(&path)
        };
        let reply = self.calls.of_user(&kept.user, call).await?;
        match reply.status {
            _ if is_gone(&reply) => Ok(gone(kept)),
            StatusCode::NOT_MODIFIED => self.read(kept, PAUSE).await,
            _ => told(kept, &reply),
        }
    }

    async fn refresh(&self, held: &Held, interactive: bool) -> Result<Progress, Upstream> {
        self.sync(opened(held)?, interactive).await
    }

    async fn forget(&self, held: &Held) -> Result<(), Upstream> {
        let kept: Kept = held.read()?;
        if kept.id.is_empty() {
            return Ok(());
        }
        let path = ["institutions", &kept.id];
        let call = Call {
            method: Method::DELETE,
            ..Call::get(&path)
        };
        let reply = self.calls.of_user(&kept.user, call).await?;
        match is_gone(&reply) {
            true => Ok(()),
            false => expected(&reply),
        }
    }
}

impl Kept {
    fn anew(self) -> Kept {
        Kept {
            round: self.round.wrapping_add(1),
            ..self
        }
    }
}

/// A login that the service has not even begun has left nothing to go on with.
fn opened(held: &Held) -> Result<Kept, Upstream> {
    let kept: Kept = held.read()?;
    match kept.id.is_empty() {
        true => Err(Upstream::Protocol("no connection has begun".into())),
        false => Ok(kept),
    }
}

/// What an answer with an institution says.
fn told(kept: Kept, reply: &Reply) -> Result<Progress, Upstream> {
    expected(reply)?;
    let seen = stage::seen(&object(reply)?, kept.round, Timestamp::now())?;
    let after = match seen.version > kept.version {
        true => Duration::ZERO,
        false => PAUSE,
    };
    let kept = Kept {
        stands: kept.stands || matches!(seen.stage, Stage::Done(_)),
        id: seen.id,
        version: seen.version,
        ..kept
    };
    Ok(Progress {
        held: Held::of(&kept),
        stage: seen.stage,
        after,
    })
}

fn is_gone(reply: &Reply) -> bool {
    matches!(reply.status, StatusCode::NOT_FOUND | StatusCode::GONE)
}

/// A new one was removed because its login was wrong; one that stood has been ended by somebody.
fn gone(kept: Kept) -> Progress {
    match kept.stands {
        true => ended(kept, Cause::ConsentEnded),
        false => ended(
            kept,
            Failed {
                removes: true,
                ..Cause::LoginRefused.into()
            },
        ),
    }
}

fn ended(kept: Kept, failed: impl Into<Failed>) -> Progress {
    Progress {
        held: Held::of(&kept),
        stage: Stage::Failed(failed.into()),
        after: Duration::ZERO,
    }
}

/// Why the service does not even try a login.
fn refusal(reply: &Reply) -> Option<Cause> {
    let problem = || reply.json::<Problem>().unwrap_or_default().code;
    match reply.status {
        StatusCode::CONFLICT if problem() == code::DUPLICATE_CONNECTION => Some(Cause::Duplicate),
        StatusCode::CONFLICT => Some(Cause::TryLater),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Some(
            // The bank was on offer a while ago.
            match problem() == code::UNKNOWN_PROVIDER {
                true => Cause::BankDown,
                false => Cause::LoginRefused,
            },
        ),
        _ => None,
    }
}
