//! An aggregator for tests: its banks and its moods stand in a file that a test writes.

use super::{
    Aggregator, Answer, Bank, Banks, Cause, Failed, Found, FoundAccount, Health, Held, Login,
    Misconfigured, Progress, Question, Stage, Upstream,
};
use async_trait::async_trait;
use connect_core::Secret;
use connect_core::api::SyncStep;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// JSON of a [`World`]; as long as there is none it cannot be reached.
    world: PathBuf,
    /// Where it would be.
    #[serde(default)]
    _url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct World {
    misconfigured: Option<String>,
    banks: Vec<Bank>,
    /// What each call brings, one after the other, from a login on.
    login: Vec<Step>,
    /// And from a refresh on.
    refresh: Vec<Step>,
    /// So many deletions fail.
    forgets_badly: u32,
    /// A login is answered only when this file is there.
    waits_for: Option<PathBuf>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Working(SyncStep),
    Asks(Vec<String>),
    /// The accounts; without any one that is called as the answers were.
    Done(Vec<String>),
    Refused,
    Limited,
    /// So often it cannot be reached before it goes on.
    Down(u32),
}

#[derive(Serialize, Deserialize)]
struct Place {
    refreshes: bool,
    at: usize,
    answers: Vec<String>,
}

pub struct Stub {
    world: PathBuf,
    failed: AtomicU32,
    forgotten: AtomicU32,
}

impl Stub {
    pub fn new(settings: Settings) -> Result<Stub, Misconfigured> {
        match settings.world.is_absolute() {
            true => Ok(Stub {
                world: settings.world,
                failed: AtomicU32::new(0),
                forgotten: AtomicU32::new(0),
            }),
            false => Err(Misconfigured("`world` must be a whole path".into())),
        }
    }

    fn world(&self) -> Result<World, Upstream> {
        let text = std::fs::read_to_string(&self.world);
        let text = text.map_err(|_| Upstream::Down("no connection".into()))?;
        serde_json::from_str(&text).map_err(|error| Upstream::Protocol(error.to_string()))
    }
}

#[async_trait]
impl Aggregator for Stub {
    async fn check(&self) -> Result<Health, Misconfigured> {
        match self.world().ok().and_then(|world| world.misconfigured) {
            Some(words) => Err(Misconfigured(words)),
            None => Ok(Health {
                says: vec!["a stub".into()],
            }),
        }
    }

    async fn banks(&self) -> Result<Banks, Upstream> {
        self.world().map(|world| Banks::Whole(world.banks))
    }

    async fn begin(&self, login: Login<'_>) -> Result<Progress, Upstream> {
        if login.renews.is_some_and(|held| held.expose().is_empty()) {
            return Err(Upstream::Protocol("nothing is held".into()));
        }
        let waits_for = self.world()?.waits_for;
        while waits_for.as_ref().is_some_and(|file| !file.exists()) {
            tokio::task::yield_now().await;
        }
        self.play(Place {
            refreshes: false,
            at: 0,
            answers: Vec::new(),
        })
    }

    async fn resume(&self, held: &Held, answer: Answer<'_>) -> Result<Progress, Upstream> {
        let mut place: Place = held.read()?;
        if let Answer::Texts(texts) = answer {
            let texts = texts.iter().map(Secret::expose);
            place.answers = texts.map(str::to_owned).collect();
            place.at += 1;
        }
        self.play(place)
    }

    async fn look(&self, held: &Held) -> Result<Progress, Upstream> {
        let place: Place = held.read()?;
        let at = place.at + 1;
        self.play(Place { at, ..place })
    }

    async fn refresh(&self, held: &Held, _: bool) -> Result<Progress, Upstream> {
        let place: Place = held.read()?;
        self.play(Place {
            refreshes: true,
            at: 0,
            ..place
        })
    }

    async fn forget(&self, _: &Held) -> Result<(), Upstream> {
        let before = self.forgotten.fetch_add(1, Ordering::Relaxed);
        match before < self.world()?.forgets_badly {
            true => Err(Upstream::Down("no connection".into())),
            false => Ok(()),
        }
    }
}

impl Stub {
    fn play(&self, mut place: Place) -> Result<Progress, Upstream> {
        let world = self.world()?;
        let steps = match place.refreshes {
            true => world.refresh,
            false => world.login,
        };
        let mut step = steps.get(place.at).cloned();
        if let Some(Step::Down(times)) = step {
            if self.failed.fetch_add(1, Ordering::Relaxed) < times {
                return Err(Upstream::Down("no connection".into()));
            }
            self.failed.store(0, Ordering::Relaxed);
            place.at += 1;
            step = steps.get(place.at).cloned();
        }
        let account = |name: &String| FoundAccount {
            stable: name.clone(),
            name: name.clone(),
            ..FoundAccount::default()
        };
        let question = |prompt: &String| Question {
            key: prompt.clone(),
            prompt: prompt.clone(),
            ..Question::default()
        };
        let stage = match step {
            None => return Err(Upstream::Protocol("a stub connects nobody".into())),
            Some(Step::Working(step)) => Stage::Working(step),
            Some(Step::Asks(prompts)) => Stage::Asks(prompts.iter().map(question).collect()),
            Some(Step::Done(names)) if names.is_empty() => Stage::Done(Found {
                accounts: vec![account(&place.answers.join(" and "))],
                ..Found::default()
            }),
            Some(Step::Done(names)) => Stage::Done(Found {
                accounts: names.iter().map(account).collect(),
                ..Found::default()
            }),
            Some(Step::Refused) => Stage::Failed(Failed::saying(Cause::LoginRefused, "No.")),
            Some(Step::Limited) => Stage::Failed(Cause::RateLimited { after: None }.into()),
            Some(Step::Down(_)) => return Err(Upstream::Down("no connection".into())),
        };
        Ok(Progress {
            held: Held::of(&place),
            stage,
            after: Duration::ZERO,
        })
    }
}
