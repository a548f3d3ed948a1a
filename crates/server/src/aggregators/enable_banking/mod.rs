//! Enable Banking: the user logs in at their bank's own page, and the bank's consent ends after some months.
//! API: <https://enablebanking.com/docs/api/reference/>.

mod accounts;
mod banks;
mod calls;
mod check;
mod held;
mod login;
mod meaning;
mod settings;
#[cfg(test)]
mod tests;
mod token;
mod wire;

pub use settings::{PsuType, Settings};

use super::http::Client;
use super::{
    Aggregator, Answer, Banks, Cause, Failed, Health, Held, Login, Misconfigured, Progress, Stage,
    Upstream, Way,
};
use async_trait::async_trait;
use calls::{Call, Calls, Trouble, ended};
use connect_core::api::SyncStep;
use held::{Kept, Session};
use meaning::Standing;
use reqwest::Method;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use token::Signer;
use url::Url;
use wire::{Aspsp, Shown};

/// The longest that one call takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked after somebody who is at the bank's page: nothing is heard of them until they are back.
const AWAY: Duration = Duration::from_secs(30);

pub struct EnableBanking {
    settings: Settings,
    calls: Calls,
    /// As they were listed last, by their ids: how a login is asked for is not asked again.
    known: Mutex<BTreeMap<String, Aspsp>>,
}

impl EnableBanking {
    /// `callback` is where users come back to; it must be registered at Enable Banking.
    pub fn new(settings: Settings, callback: Url) -> Result<EnableBanking, Misconfigured> {
        EnableBanking::patient(settings, callback, PATIENCE)
    }

    fn patient(
        settings: Settings,
        callback: Url,
        patience: Duration,
    ) -> Result<EnableBanking, Misconfigured> {
        let base = settings.base()?;
        let signer = Signer::new(&settings)?;
        let http = Client::new().map_err(|upstream| Misconfigured(upstream.to_string()))?;
        let calls = Calls {
            http,
            base,
            signer,
            application_id: settings.application_id.clone(),
            callback,
            patience,
        };
        Ok(EnableBanking {
            settings,
            calls,
            known: Mutex::default(),
        })
    }

    /// Balances of a session that stands. `is_new`: it has been told to nobody yet, so that accounts without balances are
    /// better than none.
    async fn balances(&self, mut session: Session, is_new: bool) -> Result<Progress, Upstream> {
        let looked = match accounts::look(&self.calls, &session).await {
            Ok(looked) => looked,
            Err(trouble) => return trouble.at(session.held()),
        };
        session.headers.clear();
        self.end_replaced(&mut session).await;
        let stage = match looked.nothing {
            Some(failed) if !is_new => Stage::Failed(failed),
            _ => Stage::Done(looked.found),
        };
        Ok(Progress {
            held: session.held(),
            stage,
            after: Duration::ZERO,
        })
    }

    /// Those that cannot be ended now are kept for the next time.
    async fn end_replaced(&self, session: &mut Session) {
        let mut left = Vec::new();
        for id in std::mem::take(&mut session.replaces) {
            if self.end(&id).await.is_err() {
                left.push(id);
            }
        }
        session.replaces = left;
    }

    async fn end(&self, id: &str) -> Result<(), Upstream> {
        let path = ["sessions", id];
        let call = Call {
            method: Method::DELETE,
            ..Call::get(&path)
        };
        match self.calls.make::<wire::Ok>(call).await {
            Ok(_) => Ok(()),
            Err(Trouble::Refused { failed, .. }) if failed.cause == Cause::ConsentEnded => Ok(()),
            Err(Trouble::Refused { code, .. }) if code == "WRONG_SESSION_STATUS" => Ok(()),
            Err(Trouble::Missing) => Ok(()),
            Err(trouble) => Err(trouble.upstream()),
        }
    }
}

#[async_trait]
impl Aggregator for EnableBanking {
    async fn check(&self) -> Result<Health, Misconfigured> {
        self.health().await
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        let all = self.list().await?;
        Ok(Banks::Whole(all.iter().map(Aspsp::bank).collect()))
    }

    async fn begin(&self, login: Login<'_>) -> Result<Progress, Upstream> {
        match login.way {
            Way::Page { return_to, attempt } => self.start(login, return_to, attempt).await,
            Way::Credentials(_) => Err(Upstream::Protocol("its banks take no credentials".into())),
        }
    }

    async fn resume(&self, held: &Held, answer: Answer<'_>) -> Result<Progress, Upstream> {
        match (Kept::read(held)?, answer) {
            (Kept::Away(away), Answer::Returned(query)) => self.back(away, query).await,
            (Kept::Session(_), Answer::Returned(_)) => {
                Err(Upstream::Protocol("nobody is at the bank's page".into()))
            }
            _ => Err(Upstream::Protocol("it never asks anything".into())),
        }
    }

    async fn look(&self, held: &Held) -> Result<Progress, Upstream> {
        match Kept::read(held)? {
            Kept::Session(session) => self.balances(session, true).await,
            away @ Kept::Away(_) => Ok(Progress {
                held: away.held(),
                stage: Stage::Working(SyncStep::Login),
                after: AWAY,
            }),
        }
    }

    /// Whether somebody is there makes no difference: it never asks, and who is there now is not known.
    async fn refresh(&self, held: &Held, _interactive: bool) -> Result<Progress, Upstream> {
        let Some(mut session) = Kept::read(held)?.session() else {
            return Ok(ended(held.clone(), Cause::TryLater.into()));
        };
        let path = ["sessions", session.id.as_str()];
        let shown: Shown = match self.calls.make(Call::get(&path)).await {
            Ok(shown) => shown,
            Err(trouble) => return trouble.at(held.clone()),
        };
        let failed = match meaning::standing(&shown.status) {
            Some(Standing::Stands) => None,
            Some(Standing::Ended(cause)) => Some(Failed::from(cause)),
            None => Some(Failed::from(Cause::Unknown {
                code: "unknown session status".into(),
            })),
        };
        if let Some(failed) = failed {
            return Ok(ended(held.clone(), failed));
        }
        session.consent_ends = login::ends(shown.access.as_ref()).or(session.consent_ends);
        for data in shown.accounts_data {
            let (Some(uid), Some(hash)) = (data.uid, data.identification_hash) else {
                continue;
            };
            let same = |account: &&mut held::KeptAccount| account.hash.as_ref() == Some(&hash);
            let mut same: Vec<_> = session.accounts.iter_mut().filter(same).collect();
            // Of two currencies of one account it cannot be told which is meant.
            if let [account] = &mut same[..] {
                account.uid = Some(uid);
            }
        }
        self.balances(session, false).await
    }

    async fn forget(&self, held: &Held) -> Result<(), Upstream> {
        let Some(session) = Kept::read(held)?.session() else {
            return Ok(());
        };
        for id in session.ids() {
            self.end(id).await?;
        }
        Ok(())
    }
}

impl EnableBanking {
    fn remember(&self, all: &[Aspsp]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(all.iter().map(|aspsp| (aspsp.id(), aspsp.clone())));
    }

    fn remembered(&self, id: &str) -> Option<Aspsp> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(id).cloned()
    }
}
