//! The aggregators of this server, by the order in which the operator prefers them, and which kinds there are.

use super::enable_banking::EnableBanking;
use super::institutions_api::InstitutionsApi;
use super::sandbox::{self, Sandbox};
use super::simplefin::SimpleFin;
use super::{Aggregator, Banks, Health, Misconfigured, Upstream};
use crate::config::aggregators::{AggregatorsError, Configured};
use crate::config::public_url::PublicUrl;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use url::Url;

/// Longer than all calls of one look take.
pub const PATIENCE: Duration = Duration::from_secs(60);

type Make = fn(&Configured, &Url) -> Made;
type Made = Result<Arc<dyn Aggregator>, Trouble>;

/// Each kind by the name that the file has for it, and how one is made of its settings.
const KINDS: &[(&str, Make)] = &[
    ("simplefin", |configured, _| {
        Ok(Arc::new(SimpleFin::new(configured.settings()?)?))
    }),
    ("enable-banking", |configured, callback| {
        let settings = configured.settings()?;
        Ok(Arc::new(EnableBanking::new(settings, callback.clone())?))
    }),
    ("institutions-api", |configured, _| {
        Ok(Arc::new(InstitutionsApi::new(configured.settings()?)?))
    }),
    #[cfg(test)]
    ("stub", |configured, _| {
        Ok(Arc::new(super::stub::Stub::new(configured.settings()?)?))
    }),
];

#[derive(Default)]
pub struct Aggregators {
    configured: Vec<Member>,
    /// Its banks are the sandbox's own, and not in the file.
    sandbox: Option<Member>,
}

#[derive(Clone)]
pub struct Member {
    pub id: String,
    pub kind: &'static str,
    /// Its banks are not offered; connections that exist go on.
    pub hide: bool,
    /// The operator has placed it on this machine.
    pub is_local: bool,
    pub aggregator: Arc<dyn Aggregator>,
    /// Where banks' own pages send their users back to; to be registered at the aggregator.
    pub callback: Url,
}

/// What a look at an aggregator has shown.
pub struct Seen {
    pub health: Result<Health, Misconfigured>,
    pub banks: Result<Banks, Upstream>,
}

/// Why an aggregator is not made.
pub enum Trouble {
    Settings(AggregatorsError),
    Misconfigured(Misconfigured),
}

impl From<AggregatorsError> for Trouble {
    fn from(error: AggregatorsError) -> Trouble {
        Trouble::Settings(error)
    }
}

impl From<Misconfigured> for Trouble {
    fn from(error: Misconfigured) -> Trouble {
        Trouble::Misconfigured(error)
    }
}

impl Aggregators {
    /// `public` is how browsers reach the server.
    pub fn build(
        configured: &[Configured],
        public: &PublicUrl,
    ) -> Result<Aggregators, AggregatorsError> {
        let members = configured.iter().map(|one| Member::build(one, public));
        Ok(Aggregators {
            configured: members.collect::<Result<_, _>>()?,
            sandbox: None,
        })
    }

    /// With the test banks. `step` is how long one of their steps takes.
    pub fn with_sandbox(mut self, step: Duration) -> Aggregators {
        let nowhere = Url::parse("http://localhost/").expect("an address");
        self.sandbox = Some(Member {
            id: sandbox::ID.into(),
            kind: sandbox::ID,
            hide: false,
            is_local: true,
            aggregator: Arc::new(Sandbox::new(step)),
            callback: nowhere,
        });
        self
    }

    pub fn find(&self, id: &str) -> Option<&Member> {
        let mut all = self.iter().chain(&self.sandbox);
        all.find(|member| member.id == id)
    }

    pub fn sandbox(&self) -> Option<&Member> {
        self.sandbox.as_ref()
    }

    /// The preferred ones first.
    pub fn iter(&self) -> std::slice::Iter<'_, Member> {
        self.configured.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.configured.is_empty()
    }

    /// Looks at all of them at the same time, and waits for none longer than this.
    pub async fn look(&self, patience: Duration) -> Vec<(&Member, Seen)> {
        let mut looks = JoinSet::new();
        for (at, member) in self.iter().cloned().enumerate() {
            looks.spawn(async move { (at, member.look(patience).await) });
        }
        let mut seen = looks.join_all().await;
        seen.sort_by_key(|(at, _)| *at);
        self.iter()
            .zip(seen.into_iter().map(|(_, seen)| seen))
            .collect()
    }
}

impl Member {
    fn build(configured: &Configured, public: &PublicUrl) -> Result<Member, AggregatorsError> {
        let kind = KINDS.iter().find(|(kind, _)| *kind == configured.kind);
        let (kind, make) = *kind.ok_or_else(|| {
            let known: Vec<String> = KINDS.iter().map(|(kind, _)| format!("`{kind}`")).collect();
            let known = known.join(", ");
            configured.wrong_kind(format!(
                "`kind`: there is no `{}`; there are {known}",
                configured.kind
            ))
        })?;
        let callback = format!("{public}/oauth/return/{}", configured.id);
        let callback = Url::parse(&callback).expect("an origin and a plain path make an address");
        let made = make(configured, &callback).map_err(|trouble| match trouble {
            Trouble::Settings(error) => error,
            Trouble::Misconfigured(error) => configured.wrong(error),
        })?;
        Ok(Member {
            id: configured.id.clone(),
            kind,
            hide: configured.hide,
            is_local: configured.is_local,
            aggregator: made,
            callback,
        })
    }

    /// Whether it can be used, and what it brings; banks are asked for only if it can.
    pub async fn look(&self, patience: Duration) -> Seen {
        let looking = async {
            let health = self.aggregator.check().await;
            let banks = match &health {
                Ok(_) => self.aggregator.banks().await,
                Err(error) => Err(Upstream::Misconfigured(error.0.clone())),
            };
            Seen { health, banks }
        };
        let late = |_| Seen {
            health: Ok(Health::default()),
            banks: Err(Upstream::Timeout),
        };
        tokio::time::timeout(patience, looking)
            .await
            .unwrap_or_else(late)
    }
}

impl Seen {
    /// What its operator has to do before it can be used.
    pub fn misconfigured(&self) -> Option<&str> {
        match (&self.health, &self.banks) {
            (Err(Misconfigured(words)), _) | (_, Err(Upstream::Misconfigured(words))) => {
                Some(words)
            }
            _ => None,
        }
    }
}
