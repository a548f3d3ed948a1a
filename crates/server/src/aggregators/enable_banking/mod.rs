//! Enable Banking: the user logs in at their bank's own page, and the bank's consent ends after some months.
//! API: <https://enablebanking.com/docs/api/reference/>.

mod accounts;
mod answers;
mod banks;
mod calls;
mod check;
mod held;
mod list;
mod login;
mod meaning;
mod sessions;
mod settings;
#[cfg(test)]
mod tests;
mod token;
mod trouble;
mod wire;

pub use settings::{PsuType, Settings};

use super::http::Client;
use super::{
    Aggregator, Answer, Banks, Health, Held, Login, Misconfigured, Progress, Stage, Upstream, Way,
};
use async_trait::async_trait;
use calls::Calls;
use connect_core::api::SyncStep;
use held::Kept;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use token::Signer;
use url::Url;
use wire::Aspsp;

/// The longest that one call takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked after somebody who is at the bank's page: nothing is heard of them until they are back.
const AWAY: Duration = Duration::from_secs(30);

pub struct EnableBanking {
    settings: Settings,
    calls: Arc<Calls>,
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
            calls: Arc::new(calls),
            known: Mutex::default(),
        })
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
            (Kept::Away(mut away), Answer::Returned { query, renews }) => {
                if let Some(held) = renews {
                    away.renews = Kept::read(held)?.session().map(Box::new);
                }
                self.back(away, query).await
            }
            (Kept::Session(_), Answer::Returned { .. }) => {
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
        self.look_again(held).await
    }

    async fn forget(&self, held: &Held) -> Result<(), Upstream> {
        self.end_all(held).await
    }
}
